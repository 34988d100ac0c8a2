"""Links sent by mail: 256 random bits, stored hashed, good once, for an hour."""

from dataclasses import dataclass

from wiki.people.database import Database


@dataclass(frozen=True)
class MailLink:
    """What is to be mailed to ``email``; ``token`` is empty where there is nothing to follow.

    ``purpose``: ``confirm`` a sign-up, ``login``, ``reset``, ``known`` (signed up twice: a login
    link), ``unknown`` (asked for a link without an account).
    """

    purpose: str
    email: str
    name: str
    lang: str
    token: str = ""


def peek(database: Database, token: str) -> MailLink | None:
    """What a link is for, without using it up (mail scanners follow links); None if no good."""
    raise NotImplementedError
