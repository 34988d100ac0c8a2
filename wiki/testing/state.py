"""What an instance holds at a moment, and how it comes back to that when a test has changed it."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Protocol

from wiki.testing import databases

if TYPE_CHECKING:
    from wiki.instance import Instance

#: the projections that nearly every page asks
_OFTEN = ("changes", "links", "catalogue")
#: those that are no rows of ``tables.db``
_ELSEWHERE = ("search", "public")


class State:
    """Its pages, private rows, mails, clock and settings, as they are now.

    Not proposals, and not what else lies in its folder: tests of those have an instance of their
    own.
    """

    def __init__(self, instance: "Instance") -> None:
        for name in _OFTEN:
            instance.projections.catch_up(name)
        self._instance = instance
        self._parts, self._settings = dict(vars(instance)), dict(vars(instance.settings))
        self._clock = instance.private.now
        self._head = instance.repository.head()
        folder = instance.settings.instance
        if databases.leads(folder):
            self._rows: Copies = ServerCopies(instance)
        else:
            self._rows = FileCopies([folder / "private.db", folder / "index" / "tables.db"])

    def restore(self) -> None:
        """Brings all of it back, in the time that a page takes; a new wiki takes ten."""
        instance = self._instance
        vars(instance).update(self._parts)
        vars(instance.settings).update(self._settings)
        instance.private.now = self._clock
        instance.rates.forget_all()
        for mail in (instance.settings.instance / "outbox").glob("*.eml"):
            mail.unlink()
        self._rewind()
        self._rows.put_back()
        # Answers are kept by what happened since: two tests may have all of that in common.
        instance.private.bump()
        with instance.projections.part(_OFTEN[0]).tables.writing() as rows:  # type: ignore[attr-defined]
            rows.connection.execute(
                f"update marker set schema = '{token_hex(8)}' where name = 'topics'"  # noqa: S608
            )

    def _rewind(self) -> None:
        from wiki.repository.objects import BRANCH, EMPTY

        branch = self._instance.repository.folder / BRANCH
        if self._head != EMPTY:
            branch.write_text(f"{self._head}\n", "ascii")
            return
        branch.unlink(missing_ok=True)
        (branch.parents[2] / "begun").unlink(missing_ok=True)
        # No span leads to a wiki without a page.
        for name in _ELSEWHERE:
            self._instance.projections.reset(name)


class Copies(Protocol):
    """Of private rows, and of tables that are worked out."""

    def put_back(self) -> None:
        """Has them be as they were."""


class FileCopies:
    """Of files of SQLite, in memory."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._copies = [(file, _copied(file)) for file in files]

    def put_back(self) -> None:
        """See Copies."""
        for file, copy in self._copies:
            with closing(sqlite3.connect(file)) as live:
                copy.backup(live)


class ServerCopies:
    """Of a database of PostgreSQL, in another."""

    def __init__(self, instance: "Instance") -> None:
        self._instance = instance
        self._live = databases.database_of(instance.settings)
        self._let_go()
        self._copy = databases.new_copy(instance.settings)

    def put_back(self) -> None:
        """See Copies."""
        self._let_go()
        databases.drop_database(self._live)
        databases.run_on_server(f"CREATE DATABASE {self._live} TEMPLATE {self._copy}")

    def _let_go(self) -> None:
        from wiki.task_queue import close_queues

        close_queues(self._instance.settings)
        self._instance.projections.close()
        self._instance.copies.close()
        self._instance.private.close()


def _copied(file: Path) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(file)) as live:
        live.backup(copy)
    return copy
