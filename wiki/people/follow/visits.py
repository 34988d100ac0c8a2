"""When someone last read a page, so that it can tell them what is new: for them alone, and bounded.

A visit lasts as long as one comes back within half an hour; what is new is so since the one before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.people.models.subscriptions import VisitRow
from wiki.people.store.database import Database
from wiki.people.store.times import Times

#: pages whose visits are kept for one person; the oldest beyond them are forgotten
MOST = 500
LASTS = timedelta(minutes=30)
#: so often at most a visit that goes on is written again
NOTED = timedelta(minutes=5)


@dataclass(frozen=True)
class Visit:
    """The visit before this one: the last change that was seen then, and when."""

    commit: str
    when: datetime


def visit(database: Database, person_id: str, path: str, origin: str, commit: str) -> Visit | None:
    """Notes that a person reads the page as of ``commit``; answers with their visit before."""
    now = database.now()
    with database.session(f"visit:{person_id}") as session:
        row = _latest(session, person_id, path, origin)
        if row is None:
            session.add(
                VisitRow(
                    person=person_id,
                    path=path,
                    origin=origin,
                    commit=commit,
                    seen=now,
                    commit_before="",
                )
            )
            session.flush()
            _forget(session, person_id)
            return None
        if now - row.seen > LASTS:
            row.commit_before, row.seen_before = row.commit, row.seen
        if now - row.seen > NOTED or row.commit != commit:
            row.commit, row.seen = commit, now
        return _before(row)


def _latest(session: Session, person_id: str, path: str, origin: str) -> VisitRow | None:
    return session.scalars(
        select(VisitRow)
        .where(VisitRow.person == person_id, VisitRow.path == path, VisitRow.origin == origin)
        .order_by(VisitRow.id.desc())
        .limit(1)
    ).first()


def _before(row: VisitRow) -> Visit | None:
    return Visit(row.commit_before, row.seen_before) if row.seen_before else None


def forget_the_past(session: Session, now: datetime, times: Times) -> None:
    """Deletes those that nobody came back after."""
    session.execute(delete(VisitRow).where(VisitRow.seen < now - times.visit))


def _forget(session: Session, person_id: str) -> None:
    beyond = (
        select(VisitRow.id)
        .where(VisitRow.person == person_id)
        .order_by(VisitRow.seen.desc(), VisitRow.id.desc())
        .offset(MOST)
        .limit(MOST)
    )
    session.execute(delete(VisitRow).where(VisitRow.id.in_(session.scalars(beyond).all())))
