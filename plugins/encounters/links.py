"""The link that the mail of the morning after holds: it shows the list, and asks as its holder.

It holds the id of a row and the key of an attendance, signed. It is good while the row stands: two
weeks. It shows no address, and lets nobody into an account.
"""

from itsdangerous import BadData, URLSafeSerializer

from wiki.api.paths import action_url
from wiki.api.plugin import Instance

_LONGEST = 300


def link_path(instance: Instance, row: str, key: str) -> str:
    """Where the holder of that attendance finds the others, without the site's address."""
    return action_url(f"encounters/link/{_signer(instance).dumps([row, key])}")


def read_link(instance: Instance, token: str) -> tuple[str, str] | None:
    """The row and the attendance that a link of ours names."""
    if len(token) > _LONGEST:
        return None
    try:
        row, key = _signer(instance).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return str(row), str(key)


def _signer(instance: Instance) -> URLSafeSerializer:
    return URLSafeSerializer(instance.secret, salt="encounters-link")
