"""The mailed link by which a finder says that an innovation sent by mail is theirs."""

from itsdangerous import BadData, URLSafeSerializer

from wiki.api.paths import action_url
from wiki.api.plugin import Instance

_LONGEST = 200


def confirm_url(instance: Instance, signal_id: str) -> str:
    """The link, on the address of the settings."""
    token = str(_signer(instance).dumps(signal_id))
    return instance.settings.public_url + action_url(f"signal/confirm/{token}")


def read_token(instance: Instance, token: str) -> str | None:
    """The signal that a link of ours is for."""
    if len(token) > _LONGEST:
        return None
    try:
        return str(_signer(instance).loads(token))
    except (BadData, ValueError, TypeError):
        return None


def _signer(instance: Instance) -> URLSafeSerializer:
    return URLSafeSerializer(instance.secret, salt="signal-confirm")
