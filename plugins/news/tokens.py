"""The links that answer without a log-in: a request and what one says, with our signature."""

from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer

from wiki.api.paths import action_url
from wiki.api.plugin import Instance

#: what a link may say beside a state: the form itself, that there is no news, to ask no more
TELL, NOTHING, STOP = "tell", "nothing", "stop"
_LONGEST, _LONGEST_ACT = 200, 20


class Token(NamedTuple):
    """Which request, and what the link says: TELL, NOTHING, STOP or a state."""

    request: str
    act: str


def answer_url(instance: Instance, request: str, act: str) -> str:
    """The whole address of the link that says ``act`` to a request."""
    token = str(_signer(instance).dumps([request, act]))
    return instance.settings.public_url + action_url(f"news/answer/{token}")


def read_token(instance: Instance, token: str) -> Token | None:
    """What a link of ours is for; None for any other."""
    if len(token) > _LONGEST:
        return None
    try:
        request, act = _signer(instance).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return Token(str(request), str(act)[:_LONGEST_ACT])


def _signer(instance: Instance) -> URLSafeSerializer:
    return URLSafeSerializer(instance.secret, salt="news-answer")
