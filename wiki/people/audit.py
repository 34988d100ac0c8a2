"""The audit trail: who changed whose role, rights or account, when. Lines are only ever added, and
go where a time was chosen for all of them, a year at least.

::

    accounts, grants, invitations, proposals, exports … ──note()──▶ audit ──▶ /-/admin/audit

A line names accounts by their id and pages by their path; addresses and texts do not belong here.
So it may be kept when an account is erased.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.people.models.background import AuditRow
from wiki.people.store.database import Database
from wiki.people.store.times import Times
from wiki.people.store.values import value_of

#: stands for a command of the operator, or the wiki itself, where nobody with an account acted
NOBODY = ""


@dataclass(frozen=True)
class Noted:
    """One line: ``who`` did ``what`` to ``about``.

    ``who`` is an account's id, ``NOBODY``, or, for a command, who ran it: ``unix ada``.

    ``what`` is a word such as ``role``, ``blocked``, ``erased``, ``exported``; ``about`` is an
    account's id or a page's path; ``said`` is more about it, such as the new role.
    """

    id: int
    at: datetime
    who: str
    what: str
    about: str
    said: str


def record_audit(
    database: Database,
    by: str,
    what: str,
    about: str,
    said: str = "",
    *,
    session: Session | None = None,
) -> None:
    """Adds a line; in the transaction ``session`` where what it tells of is done in one."""
    row = AuditRow(
        at=database.now(), who=by[:32].rstrip(), what=what, about=about, said=said[:1000]
    )
    if session is not None:
        session.add(row)
        return
    with database.session() as own:
        own.add(row)


def noted(database: Database, *, before: int | None = None, limit: int = 50) -> list[Noted]:
    """The lines, newest first; those older than the line ``before`` where it is given."""
    asked = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if before is not None:
        asked = asked.where(AuditRow.id < before)
    return [value_of(Noted, row) for row in database.list_rows(asked)]


def forget_the_past(session: Session, now: datetime, times: Times) -> None:
    """Deletes the lines of long ago, where any are to go."""
    if times.audit is not None:
        session.execute(delete(AuditRow).where(AuditRow.at < now - times.audit))
