"""Faults of ours, each under the reference that its reader was told: found again by administrators.

::

    a view raises ──▶ web/operations/faults.py ──▶ incident ──▶ /-/admin/faults?reference=1f0c22ab

A row says when, of which kind, at which view and from where in the code; nobody who asked, no
address as it was asked, nothing that was sent, and not what the exception says, which may repeat
it. That is in the log alone. Their number is bounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.people.models.counts import IncidentRow
from wiki.people.store.database import Database
from wiki.people.store.values import value_of

#: those that are kept, for how long, and the characters of what tells where each came from
MOST, KEPT, LONGEST = 500, timedelta(days=30), 8_000


@dataclass(frozen=True)
class Incident:
    """A fault: ``kind`` is the exception's name, ``pattern`` the address of the view."""

    reference: str
    at: datetime
    status: int
    kind: str
    method: str
    pattern: str
    trace: str


@dataclass(frozen=True)
class IncidentKind:
    """The faults of a kind: how many, and when the last one was."""

    kind: str
    count: int
    last: datetime


def record_incident(database: Database, one: Incident) -> None:
    """Keeps one; the oldest goes where there are too many. Raises StorageFailed."""
    with database.session("incidents") as session:
        count = session.scalar(select(func.count()).select_from(IncidentRow)) or 0
        if count >= MOST:
            oldest = select(IncidentRow.reference).order_by(IncidentRow.at).limit(count - MOST + 1)
            session.execute(delete(IncidentRow).where(IncidentRow.reference.in_(oldest)))
        session.add(IncidentRow(**vars(one)))


def find_incident(database: Database, reference: str) -> Incident | None:
    """The one of that reference."""
    row = database.find_row(IncidentRow, reference)
    return value_of(Incident, row) if row else None


def list_incidents(
    database: Database, kind: str = "", before: datetime | None = None, limit: int = 50
) -> Sequence[Incident]:
    """The latest first, of one kind or of all, up to a moment."""
    asked = select(IncidentRow).order_by(IncidentRow.at.desc(), IncidentRow.reference).limit(limit)
    if kind:
        asked = asked.where(IncidentRow.kind == kind)
    if before is not None:
        asked = asked.where(IncidentRow.at < before)
    return [value_of(Incident, row) for row in database.list_rows(asked)]


def count_kinds(database: Database, since: datetime) -> Sequence[IncidentKind]:
    """The kinds that there were since a moment, the most frequent first."""
    number, last = func.count(), func.max(IncidentRow.at)
    asked = select(IncidentRow.kind, number, last).where(IncidentRow.at >= since)
    asked = asked.group_by(IncidentRow.kind).order_by(number.desc(), IncidentRow.kind)
    return [IncidentKind(*row) for row in database.list_tuples(asked)]


def forget_the_past(session: Session, now: datetime) -> None:
    """Deletes those older than ``KEPT``."""
    session.execute(delete(IncidentRow).where(IncidentRow.at < now - KEPT))
