"""Sends the mails that are due: each row once, by one sender at a time in a place.

A *place* is an instance's folder on one machine; its lock is held while sending. Where several
machines share the private rows, each row is in the hand of one of them
(``wiki.people.mail.queue``).

A mail is noted as sent when the server has said that it takes it. Killed between the two, which are
a few milliseconds apart, the sender sends it again, with the same Message-ID: sooner twice than
never (docs/decisions/0032). Where the rows are away just then, it is noted once they are back.
"""

import fcntl
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from secrets import token_hex
from typing import TYPE_CHECKING

from wiki.errors import BadField
from wiki.hookspecs.background import Backlog
from wiki.instance import Instance
from wiki.mailer import Line, MailFailed, MailRefused, reason
from wiki.people.mail.queue import any_due, count_mails, free, queue_mail, settle, take
from wiki.people.mail.values import (
    DeferredLetter,
    Mail,
    Outcome,
    Postponed,
    Refused,
    Sent,
    Taken,
    Unneeded,
)
from wiki.plugins import call_hook
from wiki.task_queue import wake
from wiki.translation import gettext as _

if TYPE_CHECKING:
    from wiki.hookspecs.notifications import Letter
    from wiki.people.store.database import Database

#: the name of the task that sends
TASK = "mails"
_LOCK = "sending.lock"
#: Mails over one connection: most servers take a hundred.
_A_LINE = 100
#: by place: how the mail went that was sent there last, until that is noted
_unnoted: dict[str, Outcome] = {}
_ADDRESS = re.compile(r"(?<![^\s<>])[^\s<>]+@[^\s<>]+")
_log = logging.getLogger(__name__)


def send_mail(instance: Instance, mail: Mail) -> bool:
    """Has ``mail`` sent, in a transaction of its own; False where its key is known: it was, or is.

    Raises BadField, TooLarge and StorageFailed as ``queue_mail`` does.
    """
    with instance.private.session() as session:
        new = queue_mail(instance.private, session, mail)
    if new:
        wake_sender(instance)
    return new


def wake_sender(instance: Instance) -> None:
    """Has mails sent soon that were put in a transaction which has ended."""
    wake(instance.settings, TASK)


def count_waiting(instance: Instance) -> Backlog:
    """The mails that are not sent yet."""
    found = count_mails(instance.private)
    return Backlog(_("Mails to send"), found.waiting, found.oldest)


def deliver(instance: Instance, stopped: Callable[[], bool] = lambda: False) -> int:
    """Sends what is due until nothing is, or ``stopped()``; returns how many the server took.

    Nothing where another sender is at work in this place. Raises MailFailed where the server cannot
    be reached: then no mail counts as tried, and all are tried again with the next call.
    """
    with _only_sender(instance) as place:
        if place is None:
            return 0
        _note(instance.private, place)
        free(instance.private, place)
        if not any_due(instance.private):
            return 0
        # The server first: whoever waits for it has nothing in hand.
        with instance.mailer.open() as line:
            return _send_all(instance, line, place, stopped)


def _send_all(instance: Instance, line: Line, place: str, stopped: Callable[[], bool]) -> int:
    private, sent = instance.private, 0
    while not stopped() and (taken := _take_next(private, place)) is not None:
        outcome = _unnoted[place] = _send(instance, line, taken)
        sent += isinstance(outcome, Sent)
        if line.lost or line.taken >= _A_LINE:
            # The next one would meet a server that has hung up, and count as tried.
            _note(private, place)
            line.open()
    _note(private, place)
    return sent


def _take_next(private: "Database", place: str) -> Taken | None:
    taken = take(private, place, _unnoted.get(place))
    _unnoted.pop(place, None)
    return taken


def _note(private: "Database", place: str) -> None:
    if (outcome := _unnoted.get(place)) is not None:
        settle(private, place, outcome)
        del _unnoted[place]


def _send(instance: Instance, line: Line, taken: Taken) -> Outcome:
    mail = taken.mail
    try:
        if mail.late is not None:
            letter = _made(instance, mail.late, mail.lang)
            if letter is None:
                return Unneeded(mail.key)
            mail = replace(mail, subject=letter.subject, text=letter.text, html=letter.html)
        line.send(
            mail.to,
            mail.subject,
            mail.text,
            mail.html or None,
            mail.headers,
            key=mail.key,
            at=taken.created,
        )
    except (MailRefused, BadField) as error:
        _log.warning("the mail %s cannot be sent: %s", mail.key, _nameless(reason(error)))
        return Refused(mail.key, reason(error))
    except Exception as error:
        known = isinstance(error, MailFailed)
        told = _nameless(reason(error))
        _log.warning("the mail %s waits: %s", mail.key, told, exc_info=not known)
        return Postponed(mail.key, reason(error))
    return Sent(mail.key)


def _nameless(words: str) -> str:
    """What a server said, for the log: without the addresses that it likes to say again."""
    return _ADDRESS.sub("…@…", words)


def _made(instance: Instance, late: DeferredLetter, lang: str) -> "Letter | None":
    """The words that are made now. Raises BadField where nobody makes such words."""
    for makers in call_hook(instance.plugins.hook.mail_makers):
        if late.maker in makers:
            letter: Letter | None = makers[late.maker](instance, late.about, lang)
            return letter
    raise BadField("maker", f"nobody makes the words of {late.maker!r}")


@contextmanager
def _only_sender(instance: Instance) -> Iterator[str | None]:
    """The name of this place, while nobody else sends in it; None where someone does."""
    path = instance.settings.instance / _LOCK
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        name = os.pread(file, 64, 0).decode("ascii", "replace")
        if not name:
            name = token_hex(8)
            os.pwrite(file, name.encode("ascii"), 0)
        # A copy of the folder is another place.
        yield f"{name}-{os.fstat(file).st_ino}"
    finally:
        os.close(file)
