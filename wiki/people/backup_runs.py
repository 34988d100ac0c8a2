"""Which backups were made and tried, and how that went: rows, so that every process knows.

What lies at a target is told by the target; rows say what came of each try, also of those that
left nothing there.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from wiki.people.models.background import BackupRow
from wiki.people.store.database import Database

BACKUP, TRIAL = "backup", "trial"
#: what is remembered of each kind
_KEPT = 300
_LONGEST = 1000


@dataclass(frozen=True)
class BackupRun:
    """A backup that was made at ``target``, or tried from there; ``ended`` where it was to an end.

    It went well where it has ended without an ``error``.
    """

    id: int
    kind: str
    target: str
    name: str
    begun: datetime
    ended: datetime | None
    size: int
    sum: str
    said: Mapping[str, Any]
    error: str

    @property
    def well(self) -> bool:
        """Whether it has ended, and without a fault."""
        return self.ended is not None and not self.error


def ask(database: Database, kind: str) -> None:
    """Has one of that kind be made soon: the task looks for it."""
    if not is_asked(database, kind):
        with database.session() as session:
            session.add(BackupRow(kind=kind, target="", name=""))


def is_asked(database: Database, kind: str) -> bool:
    """Whether somebody has asked for one that has not begun."""
    asked = select(BackupRow.id).where(BackupRow.kind == kind, BackupRow.begun.is_(None))
    return database.find_value(asked.limit(1)) is not None


def take_asked(database: Database, kind: str) -> bool:
    """Whether one was asked for; from now on it is not."""
    if not is_asked(database, kind):
        return False
    database.execute(delete(BackupRow).where(BackupRow.kind == kind, BackupRow.begun.is_(None)))
    return True


def begin_run(database: Database, kind: str, target: str, name: str) -> int:
    """Notes that one has begun; its id."""
    with database.session() as session:
        row = BackupRow(kind=kind, target=target, name=name, begun=database.now())
        session.add(row)
        session.flush()
        return row.id


def end_run(
    database: Database,
    id: int,
    *,
    error: str = "",
    name: str = "",
    size: int = 0,
    sum: str = "",
    said: Mapping[str, Any] | None = None,
) -> None:
    """Notes how one has ended; the oldest are forgotten."""
    with database.session() as session:
        row = session.get(BackupRow, id)
        if row is None:
            return
        row.ended, row.error = database.now(), error[:_LONGEST]
        row.name = name or row.name
        row.size, row.sum, row.said = size, sum, json.dumps(said or {})
        older = select(BackupRow.id).where(BackupRow.kind == row.kind)
        older = older.order_by(BackupRow.id.desc()).offset(_KEPT).limit(_KEPT)
        session.execute(delete(BackupRow).where(BackupRow.id.in_(list(session.scalars(older)))))


def list_runs(database: Database, kind: str, target: str = "") -> Sequence[BackupRun]:
    """Those of a kind, newest first; of one target where it is given."""
    asked = select(BackupRow).where(BackupRow.kind == kind, BackupRow.begun.is_not(None))
    if target:
        asked = asked.where(BackupRow.target == target)
    rows = database.list_rows(asked.order_by(BackupRow.id.desc()))
    return [_run(row) for row in rows]


def last_good(database: Database, kind: str, target: str = "") -> BackupRun | None:
    """The newest of a kind that went well."""
    return next((run for run in list_runs(database, kind, target) if run.well), None)


def _run(row: BackupRow) -> BackupRun:
    assert row.begun is not None  # noqa: S101 - it was asked for so
    return BackupRun(
        row.id,
        row.kind,
        row.target,
        row.name,
        row.begun,
        row.ended,
        row.size,
        row.sum,
        json.loads(row.said),
        row.error,
    )
