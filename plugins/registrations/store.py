"""Registrations as rows: each step in one transaction with its mails, and nobody else between.

The rows of an event are read into ``places.Entries``, taken a step, and written back while nobody
else can touch them. So the last place goes to one, whoever presses at the same moment.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from threading import RLock

from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.api.mail import queue_mail, wake_sender
from wiki.api.people import get_person
from wiki.api.plugin import Instance

from . import letters
from .event.identity import terms_of_row
from .event.terms import Terms
from .meetings import begins, when_of
from .models import EventRow, RegistrationRow
from .places import (
    CANCELLED,
    COMING,
    OFFERED,
    UNCONFIRMED,
    WAITING,
    Entries,
    Entry,
    advance,
    find,
)

#: a place that was offered is held so long; shortly before the event, shorter
OFFER, SHORT_OFFER = timedelta(hours=24), timedelta(hours=3)
_SHORTLY = timedelta(days=2)

Change = Callable[[Entries], Entries]

#: Within a process those who write stand in a queue: SQLite lets in whoever asks at the
#: right moment, and of hundreds who press at once one would ask in vain for seconds.
TURNS = RLock()


@dataclass(frozen=True)
class Sheet:
    """An event with all who registered, and its terms as its page says them now."""

    row: EventRow
    people: Sequence[RegistrationRow]
    terms: Terms | None

    @property
    def entries(self) -> Entries:
        """The same as values."""
        return tuple(Entry(one.id, one.state, one.place, one.offered_until) for one in self.people)

    def find(self, registration: str) -> RegistrationRow | None:
        """The registration of that id."""
        return next((one for one in self.people if one.id == registration), None)

    def count(self, *states: str) -> int:
        """How many are in one of these states."""
        return sum(one.state in states for one in self.people)

    @property
    def left(self) -> int | None:
        """The places that are left; None where they are not counted."""
        capacity = self.terms.capacity if self.terms else None
        return None if capacity is None else max(capacity - self.count(COMING, OFFERED), 0)

    @property
    def is_full(self) -> bool:
        """Whether who registers now waits: no place is left, or others wait for those that are."""
        left = self.left
        return left is not None and (not left or self.count(WAITING) > 0)


def sheet_of(instance: Instance, event_id: str) -> Sheet | None:
    """The event of that id with all who registered."""
    with instance.private.reading() as session:
        row = session.get(EventRow, event_id)
        people = _people(session, event_id)
    return Sheet(row, people, terms_of_row(instance, row)) if row else None


def sheet_by(instance: Instance, registration: str) -> Sheet | None:
    """The event that a registration is for."""
    row = instance.private.find_row(RegistrationRow, registration)
    return sheet_of(instance, row.event) if row else None


@contextmanager
def alone(instance: Instance, event_id: str) -> Iterator[tuple[Session, Sheet] | None]:
    """A transaction in which the registrations for an event are nobody else's."""
    known = instance.private.find_row(EventRow, event_id)
    terms = terms_of_row(instance, known) if known else None
    with TURNS, instance.private.session(f"registrations:{event_id}") as session:
        row = session.get(EventRow, event_id)
        yield (session, Sheet(row, _people(session, event_id), terms)) if row else None


def act(instance: Instance, registration: str, change: Callable[[Sheet], Change]) -> Sheet | None:
    """Takes one step about a registration; None where it is gone.

    ``change`` is given the sheet as it stands, and gives what is to be done with its entries; it
    raises what should end all.
    """
    known = sheet_by(instance, registration)
    if known is None:
        return None
    with alone(instance, known.row.id) as found:
        if found is None or found[1].find(registration) is None:
            return None
        session, sheet = found
        apply(instance, session, sheet, change(sheet))
    wake_sender(instance)
    return sheet


def apply(
    instance: Instance, session: Session, sheet: Sheet, change: Change, *, by_team: bool = False
) -> None:
    """Writes a step down, with the mails that it asks for, and moves the queue on.

    ``by_team``: an organiser does it; whoever loses a place by that is told.
    """
    before = sheet.entries
    after = _moved_on(instance, sheet, change(before))
    for row in sheet.people:
        entry, was = find(after, row.id), find(before, row.id)
        if entry is None or was is None or entry == was:
            continue
        row.state, row.place, row.offered_until = entry.state, entry.place, entry.until
        if entry.state == was.state:
            continue
        row.turns += 1
        if entry.state in (COMING, WAITING, OFFERED) or (by_team and entry.state == CANCELLED):
            tell(instance, session, sheet.row, row)
    session.flush()


def tell(instance: Instance, session: Session, event: EventRow, row: RegistrationRow) -> None:
    """Puts the mail that says which state a registration is in, once for each time it is."""
    if address_of(instance, row):
        queue_mail(instance.private, session, letters.state(instance, event, row))


def address_of(instance: Instance, row: RegistrationRow) -> str:
    """Where someone is written to: the account's address as it is now; "" where nobody knows."""
    if row.person is None:
        return row.email
    person = get_person(instance.private, row.person)
    return person.email if person and not person.disabled else ""


def new_row(instance: Instance, event_id: str, name: str, lang: str) -> RegistrationRow:
    """A registration that is not yet confirmed, of nobody in particular."""
    return RegistrationRow(
        id=token_hex(8),
        event=event_id,
        email="",
        name=name,
        lang=lang,
        state=UNCONFIRMED,
        place=0,
        created=instance.private.now(),
        turns=0,
        listed=False,
        access="",
        reasons="",
    )


def offered_until(instance: Instance, event: EventRow) -> datetime:
    """Until when a place that is offered now is held: never beyond the beginning."""
    now = instance.private.now()
    start = begins(when_of(event), instance)
    if start is None:
        return now + OFFER
    return min(now + (OFFER if start - now > _SHORTLY else SHORT_OFFER), start)


def _moved_on(instance: Instance, sheet: Sheet, entries: Entries) -> Entries:
    if sheet.terms is None or sheet.row.cancelled:
        return entries
    until = offered_until(instance, sheet.row)
    return advance(entries, sheet.terms.capacity, instance.private.now(), until)


def _people(session: Session, event_id: str) -> Sequence[RegistrationRow]:
    asked = select(RegistrationRow).where(RegistrationRow.event == event_id)
    return session.scalars(asked.order_by(RegistrationRow.created, RegistrationRow.id)).all()
