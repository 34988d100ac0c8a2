"""The SQLite file of the projections: its connections, its transactions, one for each thread."""

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakSet, WeakValueDictionary

from sqlalchemy import Executable, MetaData

from wiki.disk.places import clear_place
from wiki.disk.sqlite import DAMAGED, error_code, is_outdated, open_file
from wiki.projections.interface import PATIENCE, Busy
from wiki.projections.tables.file_notes import FileNotes
from wiki.projections.tables.markers import COUNTER, MARKERS, make_markers
from wiki.projections.tables.names import SHARED
from wiki.projections.tables.row_changes import Watch
from wiki.projections.tables.rows import Rows, Values, definitions
from wiki.projections.tables.store import Overtaken, Tables

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
#: seconds between looks whether another process has ended its transaction
_LOOK = 0.002
_NONE: Values = {}


class FileTables(Tables):
    """The file ``tables.db``, with a connection for each thread.

    A file that was deleted while it is open is noticed and made again; so is a damaged one.
    """

    _open: ClassVar[WeakValueDictionary[Path, "FileTables"]] = WeakValueDictionary()
    _opening = threading.Lock()

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self._all: WeakSet[Rows] = WeakSet()
        # Connections from before a fork are their parent's: the child neither uses nor closes them.
        self._inherited: list[Rows] = []

    @classmethod
    def at(cls, folder: Path) -> "FileTables":
        """See ``Stores``: the class is all that there is to say of where files are."""
        path = folder.absolute() / "tables.db"
        with cls._opening:
            if (tables := cls._open.get(path)) is None:
                tables = cls._open[path] = cls(path)
            return tables

    def rows(self) -> Rows:
        """This thread's connection, in autocommit mode."""
        local = self._local
        seen = getattr(local, "seen", None)
        # Between ``begin`` and ``end`` it is the one that has begun, whatever became of the file.
        begun = seen is not None and self.markers is not None and seen[0] == os.getpid()
        if begun or (
            seen is not None and seen == self._identity() and not is_outdated(local.rows.connection)
        ):
            return local.rows  # type: ignore[no-any-return]
        local.markers = None
        if seen is not None and seen[0] != os.getpid():
            self._inherited.append(local.rows)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        clear_place(self.path)
        # Closed from another thread by close(), used by its own alone.
        connection = open_file(self.path, make=True, patience=PATIENCE)
        try:
            # NORMAL costs no fsync a transaction, and power loss cannot damage the file. Each
            # thread's cache is small, and no mmap: the system keeps the file for all workers.
            connection.executescript(
                "pragma synchronous=normal; pragma cache_size=-2000; pragma temp_store=memory;"
                "pragma journal_size_limit=8000000;"
            )
            rows = Rows(connection)
            _prepare(rows)
        except sqlite3.DatabaseError as error:
            connection.close()
            if error_code(error) in _BUSY:
                raise Busy(str(error)) from error
            raise
        self._all.add(rows)
        local.rows, local.seen = rows, self._identity()
        return rows

    def begin(self, is_wanted: Callable[[], bool] | None = None) -> None:
        """See ``pin.Store``."""
        with self._mending():
            rows = self.rows()
            rows.connection.execute("begin")
            found = rows.execute(MARKERS)
            self._remember({(name, text): commit for name, text, commit in found})

    def end(self) -> None:
        """See ``pin.Store``."""
        if self.markers is not None:
            self._local.markers = None
            self._local.rows.connection.execute("rollback")

    def first(self, statement: Executable, values: Values = _NONE) -> Any:
        """See Tables."""
        try:
            return self.rows().first(statement, values)
        except sqlite3.DatabaseError as error:
            if error_code(error) not in DAMAGED:
                raise
            self.discard()
            return None

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """See Tables."""
        with self._mending():
            rows = self.rows()
            if rows.connection.in_transaction:
                yield rows
                return
            rows.connection.execute("begin")
            try:
                yield rows
            finally:
                rows.connection.execute("rollback")

    @contextmanager
    def writing(self, needed: Callable[[Rows], bool] = bool) -> Iterator[Rows]:
        """See Tables."""
        if getattr(self._local, "writes", False):
            yield self.rows()
            return
        with self._mending():
            rows = self.rows()
            _begin_writing(rows, needed)
            rows.named.clear()
            self._local.writes = True
            try:
                if not needed(rows):
                    raise Overtaken
                yield rows
            except BaseException:
                rows.connection.execute("rollback")
                raise
            finally:
                self._local.writes = False
            rows.connection.execute("commit")

    def definitions(self, metadata: MetaData) -> tuple[str, ...]:
        """See Tables."""
        return definitions(metadata)

    def marker_of(self, projection: str, version: str, metadata: MetaData) -> str:
        """See Tables: there is one version of each, the last that was asked for."""
        return projection

    def projection_of(self, marker: str) -> str:
        """See Tables."""
        return marker

    def make(self, rows: Rows, marker: str, metadata: MetaData, watches: Collection[Watch]) -> None:
        """See Tables. Those of an earlier version go, and come anew."""
        mine = rows.connection.execute(
            r"select name from sqlite_master where type = 'table' and name like ? escape '\'",
            (marker.replace("_", r"\_") + r"\_%",),
        ).fetchall()
        for (table,) in mine:
            rows.connection.execute(f'drop table "{table}"')
        for definition in definitions(metadata):
            rows.connection.execute(definition)

    def notes(self, rows: Rows) -> FileNotes:
        """See Tables."""
        return FileNotes(rows.connection)

    def settle(self, rows: Rows, metadata: MetaData) -> None:
        """See Tables: SQLite's planner goes by our hints."""

    def discard(self) -> None:
        """See Tables: the file goes."""
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def discard_damaged(self) -> bool:
        """See Tables. Reads all of the file."""
        try:
            if self.rows().connection.execute("pragma integrity_check(1)").fetchone() == ("ok",):
                return False
        except sqlite3.DatabaseError as error:
            if error_code(error) not in DAMAGED:
                return False
        self.discard()
        return True

    def compact(self) -> None:
        """See Tables. Rows that came in any order leave gaps: the file is written anew."""
        with suppress(sqlite3.OperationalError):  # somebody writes; it only takes more room
            self.rows().connection.execute("vacuum")

    def sweep(self, today: date) -> None:
        """See Tables: what an earlier version asked for went as this one began."""

    def close(self) -> None:
        """See Tables."""
        for rows in list(self._all):
            rows.connection.close()
        self._local = threading.local()

    def _identity(self) -> tuple[int, int] | None:
        try:
            return os.getpid(), self.path.stat().st_ino
        except FileNotFoundError:
            return None

    @contextmanager
    def _mending(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if error_code(error) in DAMAGED:
                self.discard()
            raise


def _begin_writing(rows: Rows, needed: Callable[[Rows], bool]) -> None:
    """Begins a transaction that writes; see ``Tables.writing``.

    SQLite itself would look again after up to a tenth of a second, and cannot look whether somebody
    else has done the work meanwhile.
    """
    deadline = time.monotonic() + PATIENCE
    rows.connection.execute("pragma busy_timeout=0")
    try:
        while True:
            try:
                rows.connection.execute("begin immediate")
                return
            except sqlite3.OperationalError as error:
                if error_code(error) not in _BUSY:
                    raise
                if time.monotonic() > deadline:
                    raise Busy(str(error)) from error
            time.sleep(_LOOK)
            if not needed(rows):
                raise Overtaken
    finally:
        rows.connection.execute(f"pragma busy_timeout={PATIENCE * 1000:.0f}")


def _prepare(rows: Rows) -> None:
    """Puts a new file into WAL mode, with its table of markers.

    Two who do so at the same moment get «locked» at once, whatever the time-out: SQLite does not
    wait where both might wait for each other. Raises sqlite3.OperationalError after ``PATIENCE``.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            rows.connection.execute("pragma journal_mode=wal")
            _make_markers(rows)
            return
        except sqlite3.OperationalError as error:
            if error_code(error) not in _BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _make_markers(rows: Rows) -> None:
    """Makes what all projections share where it is missing.

    Where it is there it is only read: who opens the file then waits for nobody who writes.
    """
    there = {name for (name,) in rows.connection.execute("select name from sqlite_master")}
    if not there.issuperset(SHARED.tables) or rows.first(COUNTER) is None:
        make_markers(rows, definitions(SHARED))
