"""Mails to send, and what became of them, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class DeferredLetter:
    """Words that are made when a mail is sent, by the ``maker`` of that name, and kept nowhere.

    It is told ``about`` and the language, and not to whom they go: so what it puts in, such as a
    secret, is in no row beside an address. Each attempt has words of its own.
    """

    maker: str
    about: str = ""


@dataclass(frozen=True)
class Mail:
    """One mail to one address. ``key`` says what it is about: it is sent once, however often put.

    ``person`` is whose account it goes with, if any; ``secret`` that its words let someone in; it
    is sent from ``due`` on, and no more after ``until`` (two days later, unless given). Where
    ``late`` is given, the subject is for the admins' list alone and there is no text.
    """

    key: str
    to: str
    subject: str
    text: str = ""
    html: str = ""
    person: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False
    due: datetime | None = None
    until: datetime | None = None
    lang: str = ""
    late: DeferredLetter | None = None


@dataclass(frozen=True)
class Taken:
    """A mail in hand, tried for the ``attempts``-th time; ``created`` is when it was put."""

    mail: Mail
    created: datetime
    attempts: int


@dataclass(frozen=True)
class Sent:
    """The server has taken the mail."""

    key: str


@dataclass(frozen=True)
class Postponed:
    """It did not work this time, for a reason that may pass."""

    key: str
    error: str


@dataclass(frozen=True)
class Refused:
    """It will never work."""

    key: str
    error: str


@dataclass(frozen=True)
class Unneeded:
    """Whoever makes its words has nothing to say any more: it counts as sent."""

    key: str


Outcome = Sent | Postponed | Refused | Unneeded


@dataclass(frozen=True)
class FailedMail:
    """A mail that was given up, for the admins: neither its words nor what it was about."""

    key: str
    to: str
    subject: str
    failed: datetime | None
    attempts: int
    error: str


@dataclass(frozen=True)
class MailCounts:
    """How many mails wait, have failed of late, and since when the oldest due one waits."""

    waiting: int
    failed: int
    oldest: datetime | None
