"""The links that answer without a log-in: a question and an answer, with our signature."""

from typing import NamedTuple

from wiki.api.paths import SignedLink

ACTS = ("renew", "met", "withdraw")


class Token(NamedTuple):
    """Which question, and which of ``ACTS`` the link is for."""

    question: str
    act: str


ANSWER = SignedLink("needs-answer", "needs/answer", Token)
