"""What organisers do with all who registered: a message to each, a list on paper or as a file."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from secrets import token_hex

from wiki.api.errors import BadField
from wiki.api.limits import DAY, Limit, count_attempts
from wiki.api.mail import queue_mail, wake_sender
from wiki.api.meaning import fold
from wiki.api.plugin import Instance
from wiki.api.translation import gettext

from . import letters
from .event import reasons
from .meetings import when_now
from .models import EventRow, RegistrationRow
from .places import CANCELLED, COMING, OFFERED, PASSED, UNCONFIRMED, WAITING
from .presenters import state_words
from .registration import checked_words
from .store import Sheet, address_of, alone

TOPIC, WORDS = 120, 4000
#: names on a sheet of paper
ON_PAPER = 50
#: messages to all of one event a day
MESSAGES = 3
#: whom a message goes to
TO = {"coming": (COMING,), "waiting": (WAITING, OFFERED, PASSED)}
_ORDER = (COMING, OFFERED, WAITING, PASSED, UNCONFIRMED, CANCELLED)


def write_to_all(
    instance: Instance, event_id: str, to: str, topic: str, words: str, writer: str
) -> int:
    """Mails everyone who comes, or waits, one mail each; returns how many.

    The same words twice are one message: the second is to nobody. Raises BadField, TooMany.
    """
    subject = " ".join(topic.split())
    if not subject or len(subject) > TOPIC or not subject.isprintable():
        raise BadField("topic", gettext("Say in a few words what it is about."))
    said = checked_words(words, "words", WORDS)
    if not said:
        raise BadField("words", gettext("Write a few lines."))
    if to not in TO:
        raise BadField("to", gettext("Choose whom to write to."))
    count_attempts(instance.private, [Limit(f"registrations:write:{event_id}", MESSAGES, DAY)])
    key = sha256("\0".join((event_id, subject, said)).encode()).hexdigest()[:16]
    message = {"topic": subject, "words": said, "writer": writer, "key": key}
    with alone(instance, event_id) as found:
        if found is None:
            return 0
        session, sheet = found
        count = 0
        for row in sheet.people:
            if row.state in TO[to] and (address := address_of(instance, row)):
                mail = letters.message(instance, sheet.row, row, message, address)
                count += queue_mail(instance.private, session, mail)
    wake_sender(instance)
    return count


def make_door(instance: Instance, event_id: str) -> None:
    """A new link for who helps at the door; one that was made before is no longer good."""
    with alone(instance, event_id) as found:
        if found is None:
            return
        row = found[1].row
        when = when_now(instance, row)
        if when is None:
            raise BadField("", gettext("The event has no date yet: give it one first."))
        row.door, row.door_until = token_hex(8), letters.door_day(instance, when)


def arranged(people: Iterable[RegistrationRow], asked: str = "") -> list[RegistrationRow]:
    """Those whose names hold each word of ``asked``: who comes first, then by name."""
    words = fold(asked).split()
    chosen = [one for one in people if all(word in fold(one.name) for word in words)]
    return sorted(chosen, key=lambda one: (_ORDER.index(one.state), fold(one.name), one.id))


def in_pages(names: Sequence[str]) -> list[list[str]]:
    """The names of a list on paper, page by page."""
    return [list(names[first : first + ON_PAPER]) for first in range(0, len(names), ON_PAPER)]


def table_of(sheet: Sheet) -> Iterator[Sequence[str]]:
    """The list as rows below their heads, without addresses."""
    heads = (gettext("Name"), gettext("State"), gettext("Language"), gettext("Registered on"))
    yield *heads, gettext("Checked in")
    for row in arranged(sheet.people):
        came = row.came.isoformat(timespec="minutes") if row.came else ""
        yield row.name, state_words(row.state), row.lang, row.created.date().isoformat(), came


def told_reasons(sheet: Sheet) -> list[tuple[str, int]]:
    """Why those who come do, as far as it names nobody."""
    return reasons.shown(reasons.count(one.reasons for one in sheet.people if one.state == COMING))


def needs_of(sheet: Sheet) -> list[RegistrationRow]:
    """Those who come and said what they need to be comfortable there."""
    return [one for one in arranged(sheet.people) if one.access and one.state in (COMING, OFFERED)]


def door_is_good(row: EventRow, nonce: str, today: date) -> bool:
    """Whether a link for the door is the newest one, and still good."""
    until = row.door_until
    return bool(nonce) and row.door == nonce and until is not None and today <= until
