"""The links that answer without a log-in: a question and an answer, with our signature."""

from typing import NamedTuple

from itsdangerous import BadData, URLSafeSerializer

from wiki.api.paths import action_url
from wiki.api.plugin import Instance

ACTS = ("renew", "met", "withdraw")
_LONGEST = 200


class Token(NamedTuple):
    """Which question, and which of ``ACTS`` the link is for."""

    question: str
    act: str


def answer_url(instance: Instance, question: str, act: str) -> str:
    """The whole address of the link that answers ``act`` to a question."""
    token = str(_signer(instance).dumps([question, act]))
    return instance.settings.public_url + action_url(f"needs/answer/{token}")


def read_token(instance: Instance, token: str) -> Token | None:
    """What a link of ours is for; None for any other."""
    if len(token) > _LONGEST:
        return None
    try:
        question, act = _signer(instance).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return Token(str(question), act) if act in ACTS else None


def _signer(instance: Instance) -> URLSafeSerializer:
    return URLSafeSerializer(instance.secret, salt="needs-answer")
