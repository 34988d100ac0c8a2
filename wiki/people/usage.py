"""How often the wiki is used, day by day: sums, which tell of no person, address or page.

Counted in memory as requests are answered (``telemetry/counters.py``), added to the day's rows each
minute (``jobs/usage.py``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.people.models.counts import UseRow
from wiki.people.models.entries import SessionRow
from wiki.people.store.database import Database
from wiki.people.store.times import Times

#: how long a day is kept: two of each season


@dataclass(frozen=True)
class DayOfUse:
    """How often it was used on a day: by people's browsers, and by programs that say so."""

    day: date
    name: str
    people: int
    programs: int


def add_uses(database: Database, day: date, uses: Mapping[str, tuple[int, int]]) -> None:
    """Adds what was used to the sums of ``day``. Raises StorageFailed."""
    with database.session("uses") as session:
        for name, (people, programs) in uses.items():
            row = session.get(UseRow, (day, name))
            if row is None:
                row = UseRow(day=day, name=name, people=0, programs=0)
                session.add(row)
            row.people += people
            row.programs += programs


def list_uses(database: Database, since: date) -> Sequence[DayOfUse]:
    """The days from ``since`` on, in order."""
    columns = (UseRow.day, UseRow.name, UseRow.people, UseRow.programs)
    asked = select(*columns).where(UseRow.day >= since).order_by(UseRow.day, UseRow.name)
    return [DayOfUse(*row) for row in database.list_tuples(asked)]


def count_active(database: Database, since: datetime) -> int:
    """How many accounts were used since a moment, as their sessions say."""
    asked = select(func.count(SessionRow.person.distinct())).where(SessionRow.seen >= since)
    return database.find_value(asked) or 0


def forget_the_past(session: Session, now: datetime, times: Times) -> None:
    """Deletes the days of long ago."""
    session.execute(delete(UseRow).where(UseRow.day < (now - times.use).date()))
