"""What is kept while the two weeks run: which event, and who asked whom, so that it is seen."""

from collections.abc import Collection
from datetime import date
from hashlib import sha256
from secrets import token_hex

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.api.events import Attendance
from wiki.api.plugin import Instance

from .models import AskedRow, EventRow, ListedRow

_PAGE = "page:"
#: fewer than these are not counted to anybody
FEWEST = 5


def row_for(instance: Instance, session: Session, event: str, day: date) -> EventRow:
    """The row of the event at that path, locked; made where there is none."""
    instance.private.lock(session, f"encounters:{event}")
    row = session.scalar(select(EventRow).where(EventRow.event == event))
    if row is None:
        row = EventRow(id=token_hex(8), event=event, opens=day, sent=None)
        session.add(row)
        session.flush()
    return row


def row_of(instance: Instance, row_id: str) -> EventRow | None:
    """The row that a link names."""
    return instance.private.find_row(EventRow, row_id)


def note(
    instance: Instance, event: str, day: date, asker: Attendance, target: Attendance | str
) -> None:
    """Notes that one asked another, or a project; twice is once."""
    key = target_key(target)
    with instance.private.session() as session:
        row = row_for(instance, session, event, day)
        if session.get(AskedRow, (row.id, asker.key, key)) is None:
            other = None if isinstance(target, str) else target.person
            session.add(
                AskedRow(
                    event=row.id,
                    asker=asker.key,
                    target=key,
                    person=asker.person,
                    other=other,
                )
            )


def asked_by(instance: Instance, event: str, asker: Attendance) -> frozenset[str]:
    """Whom one has asked already, as ``target_key`` names them."""
    found = (
        select(AskedRow.target)
        .join(EventRow, EventRow.id == AskedRow.event)
        .where(EventRow.event == event, AskedRow.asker == asker.key)
    )
    return frozenset(instance.private.list_rows(found))


def target_key(target: Attendance | str) -> str:
    """What someone, or the path of a project, is called in rows."""
    if isinstance(target, str):
        return _PAGE + sha256(target.encode()).hexdigest()[:32]
    return target.key


def takers(instance: Instance, event: str) -> int:
    """How many asked somebody; 0 where they are too few to be counted."""
    counted = (
        select(func.count(AskedRow.asker.distinct()))
        .join(EventRow, EventRow.id == AskedRow.event)
        .where(EventRow.event == event)
    )
    count = instance.private.find_value(counted) or 0
    return count if count >= FEWEST else 0


def promise(session: Session, row: EventRow, people: Collection[Attendance]) -> None:
    """Notes whom the mails of that morning count: they stay on the list."""
    session.add_all(ListedRow(event=row.id, key=one.key) for one in people)


def promised(instance: Instance, event: str) -> frozenset[str]:
    """The keys of those whom mails have counted."""
    found = (
        select(ListedRow.key)
        .join(EventRow, EventRow.id == ListedRow.event)
        .where(EventRow.event == event)
    )
    return frozenset(instance.private.list_rows(found))


def forget_others(session: Session, row: EventRow, keys: Collection[str]) -> None:
    """Deletes what names an attendance that is no longer on the list."""
    here = select(ListedRow).where(ListedRow.event == row.id)
    for listed in session.scalars(here).all():
        if listed.key not in keys:
            session.delete(listed)
    asked = select(AskedRow).where(AskedRow.event == row.id)
    for one in session.scalars(asked).all():
        gone = one.target not in keys and not one.target.startswith(_PAGE)
        if one.asker not in keys or gone:
            session.delete(one)


def forget(session: Session, row_id: str) -> None:
    """Deletes all that is known of an event; links to it are good no more."""
    for table in (AskedRow, ListedRow):
        session.execute(delete(table).where(table.event == row_id))
    session.execute(delete(EventRow).where(EventRow.id == row_id))
