"""How the tasks of the background went: rows, so that every process and machine knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.people.models.background import TaskRow
from wiki.people.store.database import Database

#: After a failure, or where a run was killed, it is tried again so much later.
AGAIN = timedelta(minutes=15)
#: a task that is due this often is not noted each time: the process that runs it knows
OFTEN = timedelta(minutes=10)


@dataclass(frozen=True)
class TaskRun:
    """The last run of a task; ``failures`` in a row, the last for the reason ``error``."""

    name: str
    begun: datetime | None
    ended: datetime | None
    failures: int
    error: str


def begin(database: Database, name: str, every: timedelta) -> bool:
    """Whether the task is to be run now, noting that it has begun; one of several asks in vain.

    A run that was killed, or has failed, is due again after ``AGAIN``.
    """
    if not _due(database, database.find_row(TaskRow, name), every):
        return False
    with database.session(f"task:{name}") as session:
        row = _row(session, name)
        if not _due(database, row, every):
            return False
        row.begun = database.now()
        return True


def end(database: Database, name: str, error: str = "") -> None:
    """Notes that a run has ended: well, or with ``error``."""
    with database.session(f"task:{name}") as session:
        row = _row(session, name)
        if error:
            row.failures, row.error = row.failures + 1, error[:500]
        else:
            row.failures, row.error, row.ended = 0, "", database.now()


def forget_nodes(database: Database) -> None:
    """Deletes what is known of tasks at nodes (``task@node``) that have run none for a month."""
    long_ago = database.now() - timedelta(days=30)
    gone = delete(TaskRow).where(TaskRow.name.contains("@"), TaskRow.begun < long_ago)
    database.execute(gone)


def task_runs(database: Database) -> Sequence[TaskRun]:
    """What is known of each task, by name; one that runs often has a row once it failed."""
    rows = database.list_rows(select(TaskRow).order_by(TaskRow.name))
    return [TaskRun(row.name, row.begun, row.ended, row.failures, row.error) for row in rows]


def failing_tasks(database: Database) -> Sequence[TaskRun]:
    """The tasks whose last run failed."""
    return [run for run in task_runs(database) if run.failures]


def _due(database: Database, row: TaskRow | None, every: timedelta) -> bool:
    if row is None or row.begun is None:
        return True
    now = database.now()
    if row.begun > now + AGAIN:
        return True  # the clock was ahead then
    if row.ended is not None and row.ended >= row.begun:
        return row.begun + every <= now
    return row.begun + min(every, AGAIN) <= now


def _row(session: Session, name: str) -> TaskRow:
    row = session.get(TaskRow, name, with_for_update=True)
    if row is None:
        row = TaskRow(name=name, failures=0, error="")
        session.add(row)
    return row
