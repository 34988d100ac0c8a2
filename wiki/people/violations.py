"""What browsers refused by the site's policy and reported: counted by kind, told of nobody.

::

    POST /-/csp-reports ──▶ count_violation()  ──▶ violation ──▶ /-/admin/violations

A row says which rule, what was refused, by which of our files and on which view; no address of a
page, no address of a reader, nothing of the text. Their number is bounded: what would be one more
is counted in a row of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.people.models.counts import ViolationRow
from wiki.people.store.database import Database
from wiki.people.store.values import value_of

#: kinds that are told apart, and for how long one that comes no more is kept
MOST, KEPT = 200, timedelta(days=90)


@dataclass(frozen=True)
class Violation:
    """A kind of refusal: ``rule`` of the policy, what was ``blocked``, by ``source``, on ``view``.

    Each is a word or a host, at most 100 characters; "" where it is not known.
    """

    rule: str
    blocked: str = ""
    source: str = ""
    view: str = ""


#: stands for all kinds beyond ``MOST``
OTHER = Violation("other")


@dataclass(frozen=True)
class Counted:
    """A kind of refusal as it was counted."""

    rule: str
    blocked: str
    source: str
    view: str
    count: int
    first: datetime
    last: datetime


def count_violation(database: Database, one: Violation) -> None:
    """Counts one. Raises StorageFailed."""
    with database.session("violations") as session:
        row = _row(session, one)
        if row is None and _is_full(session):
            one = OTHER
            row = _row(session, one)
        if row is None:
            row = ViolationRow(**vars(one), count=0, first=database.now())
            session.add(row)
        row.count += 1
        row.last = database.now()


def list_violations(database: Database) -> Sequence[Counted]:
    """The kinds, the latest first."""
    asked = select(ViolationRow).order_by(ViolationRow.last.desc(), ViolationRow.count.desc())
    return [value_of(Counted, row) for row in database.list_rows(asked)]


def forget_the_past(session: Session, now: datetime) -> None:
    """Deletes the kinds that came no more for ``KEPT``."""
    session.execute(delete(ViolationRow).where(ViolationRow.last < now - KEPT))


def _row(session: Session, one: Violation) -> ViolationRow | None:
    return session.get(ViolationRow, (one.rule, one.blocked, one.source, one.view))


def _is_full(session: Session) -> bool:
    return (session.scalar(select(func.count()).select_from(ViolationRow)) or 0) >= MOST
