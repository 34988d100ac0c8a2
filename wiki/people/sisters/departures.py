"""Accounts that were erased, as each sister follows: which says that it shows nothing of them now.

No name, no id and no address of a person: a word of chance that their link holds, the day, the
public commit in which all was gone. A year later the rows go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from wiki.people.models.sisters import DepartureRow
from wiki.people.sisters import registry
from wiki.people.store.database import Database

KEPT = timedelta(days=365)


@dataclass(frozen=True)
class Departure:
    """One departure as one sister follows it; see ``DepartureRow``."""

    id: str
    address: str
    title: str
    at: datetime
    head: str
    followed: datetime | None


def add(database: Database, head: str, id: str = "") -> str:
    """A departure that the present sisters are to follow; its id, "" where there are none."""
    id, now = id or token_hex(16), database.now()
    with database.session() as session:
        known = registry.listed(database)
        session.add_all(
            DepartureRow(
                id=id, address=one.address, title=one.title, at=now, head=head, followed=None
            )
            for one in known
        )
    return id if known else ""


def find(database: Database, id: str) -> Sequence[Departure]:
    """How each sister of that day follows the departure; nothing where there is none such."""
    return _listed(database, DepartureRow.id == id)


def list_open(database: Database, address: str) -> Sequence[Departure]:
    """Those that the sister at ``address`` has not followed yet, the oldest first."""
    return _listed(database, DepartureRow.address == address, DepartureRow.followed.is_(None))


def count_open(database: Database) -> dict[str, int]:
    """How many each sister, by its address, has not followed yet."""
    asked = select(DepartureRow.address, func.count()).where(DepartureRow.followed.is_(None))
    return dict(database.list_tuples(asked.group_by(DepartureRow.address)))


def note_head(database: Database, id: str, head: str) -> None:
    """Notes the commit in which all was gone, where that could not be told at the time."""
    asked = update(DepartureRow).where(DepartureRow.id == id, DepartureRow.head == "")
    database.execute(asked.values(head=head))


def note_followed(database: Database, departure: Departure, at: datetime) -> None:
    """Notes that the sister has followed."""
    asked = update(DepartureRow).where(
        DepartureRow.id == departure.id,
        DepartureRow.address == departure.address,
        DepartureRow.followed.is_(None),
    )
    database.execute(asked.values(followed=at))


def forget_the_past(session: Session, now: datetime) -> None:
    """Deletes those of a year ago."""
    session.execute(delete(DepartureRow).where(DepartureRow.at <= now - KEPT))


def _listed(database: Database, *conditions: object) -> Sequence[Departure]:
    asked = select(DepartureRow).where(*conditions)  # type: ignore[arg-type]
    rows = database.list_rows(asked.order_by(DepartureRow.at, DepartureRow.id, DepartureRow.title))
    return [
        Departure(**{name: getattr(row, name) for name in Departure.__dataclass_fields__})
        for row in rows
    ]
