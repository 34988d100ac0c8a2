"""Offers to take over a project that nobody answers for any more: private rows, for admins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import ColumnElement, delete, func, select

from wiki.errors import BadField, NotFound
from wiki.people.accounts.rows import as_person
from wiki.people.audit import record_audit
from wiki.people.limits.durable import DAY, attempt
from wiki.people.models.accounts import PersonRow
from wiki.people.models.invitations import HandoverRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.people.store.values import value_of
from wiki.translation import gettext as _

WORDS = 500
#: offers a day by one person
_PER_DAY = 10
#: what was decided is told on the person's account page for so long
_TOLD = timedelta(days=30)


@dataclass(frozen=True)
class Handover:
    """An offer of ``person`` to take over ``path``; ``decided`` is None while it waits.

    Declined, it has an ``answer``.
    """

    id: str
    path: str
    person: Person
    words: str
    asked: datetime
    decided: datetime | None
    accepted: bool
    answer: str


def offer(database: Database, person: Person, path: str, words: str) -> None:
    """Keeps an offer, in place of the person's earlier one. Raises BadField, TooMany."""
    said = words.strip()
    if not said or len(said) > WORDS:
        raise BadField("words", _("Say in a line or two why you; 500 characters at most."))
    attempt(database, f"handover:{person.id}", _PER_DAY, DAY)
    with database.session() as session:
        session.execute(
            delete(HandoverRow).where(HandoverRow.person == person.id, HandoverRow.path == path)
        )
        session.add(
            HandoverRow(
                id=token_hex(8),
                path=path,
                person=person.id,
                words=said,
                asked=database.now(),
                accepted=False,
                answer="",
            )
        )
        record_audit(database, person.id, "handover-offered", path, session=session)


def waiting(database: Database) -> list[Handover]:
    """The offers that nobody has decided on, the oldest first."""
    return _found(database, HandoverRow.decided.is_(None))


def count_waiting(database: Database) -> int:
    """How many there are of those."""
    asked = select(func.count()).where(HandoverRow.decided.is_(None))
    return database.find_value(asked) or 0


def offers_of(database: Database, person_id: str) -> list[Handover]:
    """The person's own offers: those that wait, and those decided on in the last month."""
    recent = HandoverRow.decided.is_(None) | (HandoverRow.decided > database.now() - _TOLD)
    return _found(database, (HandoverRow.person == person_id) & recent)


def get_waiting(database: Database, offer_id: str) -> Handover:
    """The offer of that id, if it waits. Raises NotFound."""
    found = _found(database, (HandoverRow.id == offer_id) & HandoverRow.decided.is_(None))
    if not found:
        raise NotFound(_("This offer has been decided on already."))
    return found[0]


def decide(database: Database, offer_id: str, *, accepted: bool, answer: str, by: str) -> None:
    """Sets down what was decided. Raises NotFound where it was before."""
    with database.session() as session:
        row = session.get(HandoverRow, offer_id, with_for_update=True)
        if row is None or row.decided is not None:
            raise NotFound(_("This offer has been decided on already."))
        row.decided, row.accepted, row.answer = database.now(), accepted, answer
        what = "handover-accepted" if accepted else "handover-declined"
        record_audit(database, by, what, row.path, row.person, session=session)


def _found(database: Database, condition: ColumnElement[bool]) -> list[Handover]:
    rows = database.list_tuples(
        select(HandoverRow, PersonRow)
        .join(PersonRow, PersonRow.id == HandoverRow.person)
        .where(condition)
        .order_by(HandoverRow.asked)
        .limit(200)
    )
    return [value_of(Handover, row, person=as_person(person)) for row, person in rows]
