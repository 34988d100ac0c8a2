"""Projections kept as rows of one SQLite file: rows and marker move in one transaction.

The schema text is its own version: where the code's differs from the stored one, the projection
starts over. Projections never need migrations.
"""

import os
import sqlite3
import threading
import time
from abc import abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar
from weakref import WeakSet, WeakValueDictionary

from wiki.pages.access import ALL, shown_groups
from wiki.projections.base import PATIENCE, Busy, Progress, Projection
from wiki.repository.objects import EMPTY
from wiki.repository.span import Span

_MARKERS = """
create table if not exists marker (
    name text primary key, "schema" text, "commit" text) without rowid
"""
#: what SQLite says of a file that it cannot read: it is thrown away and worked out again
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class _Held:
    """A connection, closed when the thread that it belongs to lets go of it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def __del__(self) -> None:
        self.connection.close()


class Tables:
    """The file ``tables.db``, with a connection for each thread.

    A file that was deleted while it is open is noticed and made again; so is a damaged one.
    """

    _open: ClassVar[WeakValueDictionary[Path, "Tables"]] = WeakValueDictionary()
    _opening = threading.Lock()

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._all: WeakSet[_Held] = WeakSet()
        # Connections from before a fork are their parent's: the child neither uses nor closes them.
        self._inherited: list[_Held] = []

    @classmethod
    def at(cls, folder: Path) -> "Tables":
        """The tables of an ``index/`` folder: one object for all projections of a process."""
        path = folder.absolute() / "tables.db"
        with cls._opening:
            if (tables := cls._open.get(path)) is None:
                tables = cls._open[path] = cls(path)
            return tables

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit mode."""
        local = self._local
        if (seen := getattr(local, "seen", None)) is not None and seen == self._identity():
            return local.held.connection  # type: ignore[no-any-return]
        local.markers = None
        if seen is not None and seen[0] != os.getpid():
            self._inherited.append(local.held)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Closed from another thread by close(), used by its own alone.
        connection = sqlite3.connect(
            self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        try:
            # NORMAL costs no fsync a transaction, and power loss cannot damage the file. Each
            # thread's cache is small, and no mmap: the system keeps the file for all workers.
            connection.executescript(
                "pragma synchronous=normal; pragma cache_size=-4000; pragma temp_store=memory;"
                "pragma journal_size_limit=8000000;"
            )
            _prepare(connection)
        except sqlite3.DatabaseError as error:
            connection.close()
            if _code(error) in _BUSY:
                raise Busy(str(error)) from error
            raise
        held = _Held(connection)
        self._all.add(held)
        local.held, local.seen = held, self._identity()
        return connection

    @property
    def markers(self) -> dict[tuple[str, str], str] | None:
        """Between ``begin`` and ``end``: name and schema → commit, as this thread reads them."""
        return getattr(self._local, "markers", None)

    def begin(self) -> None:
        """See ``pin.Store``."""
        with self._mending():
            connection = self.connection()
            connection.execute("begin")
            found = connection.execute('select name, "schema", "commit" from marker')
            self._local.markers = {(name, text): commit for name, text, commit in found}
            self._local.memory = {}

    @property
    def memory(self) -> dict[Hashable, Any]:
        """What this thread has read since ``begin``, by question; nothing is kept without one."""
        return {} if self.markers is None else self._local.memory

    def end(self) -> None:
        """See ``pin.Store``."""
        if self.markers is not None:
            self._local.markers = self._local.memory = None
            self._local.held.connection.execute("rollback")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One moment of the tables, for several questions whose answers must agree."""
        with self._mending():
            connection = self.connection()
            if connection.in_transaction:
                yield connection
                return
            connection.execute("begin")
            try:
                yield connection
            finally:
                connection.execute("rollback")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the only write lock; raises Busy after ``PATIENCE``."""
        with self._mending():
            connection = self.connection()
            try:
                connection.execute("begin immediate")
            except sqlite3.OperationalError as error:
                if _code(error) in _BUSY:
                    raise Busy(str(error)) from error
                raise
            try:
                yield connection
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")

    def discard(self) -> None:
        """Throws the file away: everything in it can be worked out again."""
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def close(self) -> None:
        """Closes the connections of every thread."""
        for held in list(self._all):
            held.connection.close()
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
            if _code(error) in _DAMAGED:
                self.discard()
            raise


def _code(error: sqlite3.Error) -> int:
    """The primary result code: extended codes carry more in the upper bits."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _prepare(connection: sqlite3.Connection) -> None:
    """Puts a new file into WAL mode, with its table of markers.

    Two who do so at the same moment get «locked» at once, whatever the time-out: SQLite does not
    wait where both might wait for each other. Raises sqlite3.OperationalError after ``PATIENCE``.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("pragma journal_mode=wal")
            connection.execute(_MARKERS)
            return
        except sqlite3.OperationalError as error:
            if _code(error) not in _BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


class TableProjection(Projection):
    """A projection whose state is tables; every table's name begins with the projection's.

    A subclass gives ``name``, ``schema`` (the ``create`` statements) and ``write``; its questions
    read through ``self.reading()``. ``edition`` stands for whatever else the rows depend on, such
    as the plugins that give facts: where it changes, the projection starts over too.
    """

    schema: ClassVar[str]
    #: it tells commits, not states: where history was rewritten, it starts over
    story: ClassVar[bool] = False

    def __init__(self, edition: str = "") -> None:
        self._text = f"{self.schema.strip()}\n-- {edition}" if edition else self.schema.strip()
        self._tables: Tables | None = None

    @property
    def tables(self) -> Tables:
        """Where the rows are; raises RuntimeError before ``open``."""
        if self._tables is None:
            raise RuntimeError(f"projection {self.name} was not opened")
        return self._tables

    @property
    def store(self) -> Tables:
        """See Projection."""
        return self.tables

    def open(self, folder: Path) -> None:
        """See Projection."""
        self._tables = Tables.at(folder)

    def close(self) -> None:
        """See Projection."""
        if self._tables is not None:
            self._tables.close()

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """``with projection.reading() as rows:`` one moment of the tables, all made."""
        self._marker()
        return self.tables.reading()

    @abstractmethod
    def write(self, rows: sqlite3.Connection, span: Span, progress: Progress | None) -> None:
        """Moves the rows from ``span.since`` to ``span.to``; they are empty where it is EMPTY.

        It neither begins nor ends a transaction.
        """

    def reflects(self) -> str:
        """See Projection."""
        return self._marker() or EMPTY

    def holds(self) -> str:
        """See Projection."""
        marker = self.reflects()
        if marker != EMPTY:
            return marker
        question = 'select "commit" from marker where name = ?'
        found = self.tables.connection().execute(question, (f"{self.name} rows",)).fetchone()
        return str(found[0]) if found else EMPTY

    def apply(self, span: Span, progress: Progress | None = None) -> None:
        """See Projection."""
        self._marker()
        with self.tables.writing() as rows:
            marker = rows.execute(
                'select "schema", "commit" from marker where name = ?', (self.name,)
            ).fetchone()
            if marker != (self._text, span.since):
                return
            if self.story and not _continues(span):
                span = replace(span, since=EMPTY)
            if span.since == EMPTY:
                self._create(rows)
            self.write(rows, span, progress)
            rows.execute('update marker set "commit" = ? where name = ?', (span.to, self.name))

    def reset(self) -> None:
        """See Projection. The rows stay, and answer, until the next ``apply`` replaces them."""
        with self.tables.writing() as rows:
            rows.execute(
                """insert or replace into marker select ?, "schema", "commit" from marker
                where name = ? and "commit" <> ?""",
                (f"{self.name} rows", self.name, EMPTY),
            )
            rows.execute('update marker set "commit" = ? where name = ?', (EMPTY, self.name))

    def _marker(self) -> str | None:
        """The commit of the marker; makes the tables where they are missing or of another text."""
        if (markers := self.tables.markers) is not None:
            return markers.get((self.name, self._text))
        question = 'select "commit" from marker where name = ? and "schema" = ?'
        try:
            found = self.tables.connection().execute(question, (self.name, self._text)).fetchone()
        except sqlite3.DatabaseError as error:
            if _code(error) not in _DAMAGED:
                raise
            self.tables.discard()
            found = None
        if found is None:
            with self.tables.writing() as rows:
                found = rows.execute(question, (self.name, self._text)).fetchone()
                if found is None:
                    self._create(rows)
                    found = (EMPTY,)
        return str(found[0])

    def _create(self, rows: sqlite3.Connection) -> None:
        """Drops the tables of this projection, makes them anew, and notes their text."""
        mine = rows.execute(
            r"select name from sqlite_master where type = 'table' and name like ? escape '\'",
            (self.name.replace("_", r"\_") + r"\_%",),
        ).fetchall()
        for (table,) in mine:
            rows.execute(f'drop table "{table}"')
        for statement in _statements(self._text):
            rows.execute(statement)
        rows.execute("delete from marker where name = ?", (f"{self.name} rows",))
        rows.execute(
            "insert or replace into marker values (?, ?, ?)", (self.name, self._text, EMPTY)
        )


def _continues(span: Span) -> bool:
    """Whether history goes on from ``span.since``; a save, the usual case, needs no git child."""
    return (
        span.since == EMPTY
        or span.since in span.repository.commit_info(span.to).parents
        or span.ancestor
    )


def _statements(text: str) -> Iterator[str]:
    """The statements of a schema: ``executescript`` would commit the transaction under way."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def visible_condition(
    audience: Collection[str],
    alias: str = "",
    *,
    group: str = "group_",
    path: str | None = "path",
    filters: bool = False,
) -> tuple[str, list[str]]:
    """What a row must satisfy to be seen by ``audience``, as SQL and its parameters.

    ``alias`` is the table's in the query. A row is seen where its group is in the audience, or
    ``guest:<its path>``; ``path=None`` leaves the guests out (rows made from several pages).
    ``filters``: rows are found by their paths; SQLite would rather walk all that is public.
    """
    if ALL in audience:
        return "1", []
    prefix = f"{alias}." if alias else ""
    groups, guest = _groups_and_pages(frozenset(audience))
    condition = f"{'+' if filters else ''}{prefix}{group} in ({marks(groups)})"
    if not guest or path is None:
        return condition, list(groups)
    return f"({condition} or {prefix}{path} in ({marks(guest)}))", [*groups, *guest]


@lru_cache(maxsize=256)
def _groups_and_pages(audience: frozenset[str]) -> tuple[list[str], list[str]]:
    """The groups that are shown to ``audience``, and the pages that they are guests of."""
    guest = (name.removeprefix("guest:") for name in audience if name.startswith("guest:"))
    return sorted(shown_groups(audience)), sorted(guest)


def marks(values: Collection[object]) -> str:
    """``?,?,?`` for so many parameters."""
    return ",".join("?" * len(values))


def replace_surrogates(text: str) -> str:
    """``text`` as SQLite can hold it: lone surrogates, which hostile bytes become, replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def below(path: str) -> tuple[str, str]:
    """The bounds ``>=`` and ``<`` of the paths below ``path``: an index range, never a walk."""
    return ("", "\U0010ffff") if path == "index" else (f"{path}/", f"{path}0")


def progress_steps(progress: Progress | None, total: int | None = None) -> Callable[[], None]:
    """A function to call once a step, which tells ``progress`` each time."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return step
