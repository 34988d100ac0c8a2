"""The private database: one engine, one way to open a transaction.

SQLite by default, PostgreSQL where there are many machines; the rooms above see no difference but
``lock``, which SQLite gives with every write and PostgreSQL has to be asked for.
"""

import sqlite3
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from threading import Lock, local
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple
from zlib import crc32

from sqlalchemy import Executable, Select, delete, inspect, select, text
from sqlalchemy import Row as Tuple
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from wiki.cache.lease import Lease
from wiki.cache.topics import SITE
from wiki.cache.versions import Versions
from wiki.disk.space import is_writable
from wiki.disk.sqlite import empty_log, is_outdated, open_file
from wiki.errors import RowsUnreachable
from wiki.people.models.instance import InstanceRow
from wiki.people.models.tables import Base
from wiki.people.store.changes import told
from wiki.people.store.copies import count_rows, put_back, write_copy
from wiki.people.store.engine import AT_ONCE, THREADS, close_connections, make_engine, make_private
from wiki.people.store.faults import file_faults, store_faults
from wiki.people.store.files import find_damage, rewrite_tables, turn_of
from wiki.people.store.memory import Memory, Remembered
from wiki.people.store.migrations import (
    Change,
    differences,
    migrate,
    pending,
    recorded,
)
from wiki.people.store.times import DEFAULT, Times
from wiki.people.store.topics import RowTopics
from wiki.people.store.transaction import PinnedReading
from wiki.people.store.values import utc_now
from wiki.processes.deadline import holding

if TYPE_CHECKING:
    from wiki.people.store.nodes import Nodes
    from wiki.people.store.outage import Outage

Answer = TypeVar("Answer")
Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")


class Database:
    """The private rows behind ``url``; thread-safe. ``now`` is its clock.

    Whatever is read notes its tables (``wiki/cache``), whatever is written bumps them in
    ``versions``: an answer with private rows in it stands until they change, in any process.
    """

    def __init__(
        self,
        url: str,
        now: Callable[[], datetime] = utc_now,
        versions: Versions | None = None,
        instance: str = "",
        threads: int = THREADS,
    ) -> None:
        """Opens it, for so many ``threads``. Raises BadSetting.

        Where it is not said whose ``instance`` its rows must be, a missing SQLite file is made.
        """
        self.now = now
        #: how long rows are kept, as the settings say
        self.times: Callable[[], Times] = lambda: DEFAULT
        self.versions = versions
        self.threads = threads
        #: other machines that have the same rows, on PostgreSQL
        self.nodes: Nodes | None = None
        self.engine = make_engine(url, instance, threads)
        #: the file of an SQLite database
        self.path: Path | None = None
        self.outage: Outage | None = None
        if self.engine.dialect.name == "sqlite":
            self.path = Path(self.engine.url.database or "")
            if not instance:
                make_private(self.path)
        else:
            from wiki.people.store import outage

            self.outage = outage.Outage(self.engine, self.migrate)
        if versions is not None:
            versions.in_turn = self.path is not None
        self._topics = RowTopics(self.engine)
        self._reader = self.engine.execution_options(reading=True)
        self._asked = self._reader.execution_options(**({} if self.path else AT_ONCE))
        self._watch: sqlite3.Connection | None = None
        self._watches = 0
        self._watching = Lock()
        self._memory = Memory(versions)
        self._local = local()

    @property
    def unreachable(self) -> bool:
        """Whether its server does not answer, so that each question is refused."""
        return self.outage is not None and self.outage.lasts

    def join(self, instance: str, lease: Lease) -> None:
        """Has the other nodes of ``instance`` told what is written, where there can be others."""
        from wiki.people.store import nodes

        self.nodes = nodes.Nodes(self.engine, instance, lease)

    @contextmanager
    def session(self, lock: str = "") -> Iterator[Session]:
        """A transaction that may write: commits at the end, rolls back on an exception.

        ``lock``: nobody else is in one of that name (``lock``). Writers of SQLite queue here
        (``BEGIN IMMEDIATE``): one inside another waits for itself in vain. Raises StorageFailed.
        """
        made = Session(self.engine, expire_on_commit=False)
        with told(self._topics, self.versions, self.nodes) as announce:
            with store_faults(), holding(), made as session, session.begin():
                if lock:
                    self.lock(session, lock)
                yield session
                session.flush()
                announce(session)
            if self._pinned is not None:
                self._pinned.release()

    @contextmanager
    def reading(self, *, fresh: bool = False) -> Iterator[Session]:
        """For what only reads, and never waits for a writer. Raises StorageFailed.

        Of one moment in a file, or inside ``pinned``, but where it has to be ``fresh``; on a server
        each statement is by itself, and one way there and back.
        """
        with store_faults():
            pinned = None if fresh else self._pinned
            at = self._asked if pinned is None else pinned.connection()
            made = Session(at, expire_on_commit=False, join_transaction_mode="rollback_only")
            with made as session, session.begin():
                yield session

    def find_row(self, table: type[Row], key: object) -> Row | None:
        """The row of that primary key. Raises StorageFailed."""
        with self.reading() as session:
            return session.get(table, key)

    def find_value(self, asked: "Select[Row]") -> Row | None:
        """The first row, or value, that is selected; None where there is none."""
        with self.reading() as session:
            return session.scalar(asked)

    def list_rows(self, asked: "Select[Row]") -> list[Row]:
        """The rows, or values, that are selected. Raises StorageFailed."""
        with self.reading() as session:
            return list(session.scalars(asked))

    def list_tuples(
        self, asked: "Select[*Columns]", values: Mapping[str, object] | None = None
    ) -> list[Tuple[*Columns]]:
        """The rows of several columns that are selected, with ``values`` for its parameters.

        Raises StorageFailed.
        """
        with self.reading() as session:
            return list(session.execute(asked, values))

    def execute(self, statement: Executable) -> None:
        """Changes rows by one statement in a transaction of its own. Raises StorageFailed."""
        with self.session() as session:
            session.execute(statement)

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Inside, what this thread reads is of one moment, until it writes."""
        before = self._pinned
        pinned = self._local.pinned = PinnedReading(self._reader, self.generation)
        with self.versions.pinned() if self.versions else nullcontext():
            try:
                yield
            finally:
                self._local.pinned = before
                pinned.release()

    @contextmanager
    def about(self, key: str, *tables: type[Base]) -> Iterator[None]:
        """Inside, this thread reads and writes no rows of ``tables`` but those of ``key``.

        An answer that read so stands while others write rows of other keys so; whoever writes else
        lets none stand. Of what is ``remembered``, of all rows, use what it says of ``key`` alone.
        """
        with self._topics.about(key, *tables):
            yield

    def bump(self, topics: Collection[str] = (SITE,)) -> None:
        """Lets no kept answer stand that depends on ``topics``. Raises StorageFailed."""
        if self.versions is not None:
            self.versions.bump(topics)
        if self.nodes is not None:
            self.nodes.tell(topics)

    @property
    def _pinned(self) -> PinnedReading | None:
        return getattr(self._local, "pinned", None)

    def lock(self, session: Session, name: str) -> None:
        """Until ``session`` ends, nobody else passes here with ``name``."""
        if self.path is None:
            session.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": crc32(name.encode())}
            )

    def generation(self) -> Hashable:
        """A value that differs after any process has written (some 2 µs).

        SQLite counts the commits of others for each connection (``PRAGMA data_version``): one that
        never writes sees them all. PostgreSQL has none: no two answers are equal there.
        """
        if self.path is None:
            return object()
        try:
            with self._watching:
                if self._watch is None or is_outdated(self._watch):
                    self._watch, self._watches = open_file(self.path), self._watches + 1
                found = self._watch.execute("PRAGMA data_version").fetchall()[0][0]
                return self._watches, found
        except sqlite3.Error:
            return object()

    def remembered(self, key: Hashable, work: Callable[[], Answer]) -> Answer:
        """What ``work()`` answered for ``key``, asked again once a table that it read was written.

        Without ``versions``, or on PostgreSQL, once anything may have been.
        """
        pinned = self._pinned
        generation = (pinned.moment() if pinned is not None else None) or self.generation()
        moment = self.versions.now() if self.versions and self.path else None
        found = self._memory.find(key, generation, moment)
        if found is None:
            with self._topics.noting_all() as topics:
                answer = work()
            found = Remembered(answer, frozenset(topics), generation, moment)
        self._memory.keep(key, found)
        self._topics.note(found.topics)
        return found.answer  # type: ignore[no-any-return]

    def erase_traces(self, tables: Sequence[str]) -> bool:
        """Removes what the store keeps of the order in which rows were written; False if not now.

        SQLite: its log goes into the file and is emptied (of all tables). PostgreSQL: ``tables``
        are written anew without old versions. Neither waits for others: whoever needs it calls
        again. Not inside a transaction. Raises StorageFailed.
        """
        with store_faults():
            if self.path is None:
                return rewrite_tables(self.engine, tables)
            return empty_log(self.path)

    def migrate(self) -> None:
        """Makes and alters the tables of the core and of every plugin that is imported.

        Raises StorageFailed if that is impossible, RowsNewer if newer code made the tables. Where
        nothing can be written they are only looked at.
        """
        with store_faults(), turn_of(self.path if self.is_writable else None):
            migrate(self.engine, self._keep_copy)
        if self.is_writable:
            self.bump()

    def pending(self) -> list[Change]:
        """What ``migrate`` would do. Raises RowsNewer, StorageFailed."""
        with store_faults(), self._reader.connect() as connection:
            return list(pending(connection))

    def read_identity(self) -> str:
        """The instance whose rows these are; "" where they say nothing. Raises StorageFailed."""
        with store_faults():
            if not inspect(self.engine).has_table(InstanceRow.__tablename__):
                return ""
        return self.find_value(select(InstanceRow.id)) or ""

    def write_identity(self, id: str) -> None:
        """Makes these the rows of that instance, whosever they were. Raises StorageFailed."""
        if self.read_identity() != id:
            with self.session() as session:
                session.execute(delete(InstanceRow))
                session.add(InstanceRow(id=id))

    def check(self) -> list[str]:
        """The faults found, one sentence each; empty if all is well."""
        try:
            with self._reader.connect() as connection:
                return [*find_damage(connection), *differences(connection)]
        except (DatabaseError, RowsUnreachable) as error:
            why = getattr(error, "orig", error.__cause__)
            return [f"the private database cannot be read: {why or error}"]

    def backup(self, target: Path) -> None:
        """Writes all rows, as of one moment, to an SQLite file ``target``, while others write.

        Raises StorageFailed.
        """
        with store_faults(), file_faults():
            write_copy(self.engine, self.path, target)

    def restore(self, source: Path) -> None:
        """Replaces every row by those of a backup, in one transaction, and migrates.

        Raises StorageFailed if ``source`` is no sound backup; then nothing has changed.
        """
        with store_faults(), file_faults():
            put_back(self.engine, self.path, source)
        self.migrate()

    def read_revisions(self) -> tuple[str, ...]:
        """The newest revision of each branch of tables, as they stand. Raises StorageFailed."""
        with store_faults(), self._reader.connect() as connection:
            return tuple(sorted(recorded(connection)))

    def count_rows(self) -> dict[str, int]:
        """How many rows each table has. Raises StorageFailed."""
        with store_faults(), self._reader.connect() as connection:
            return count_rows(connection)

    def close(self) -> None:
        """Closes every connection; the object can be used again."""
        if self.outage is not None:
            self.outage.close()
        close_connections(self.engine)
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
                self._memory.clear()

    @property
    def is_writable(self) -> bool:
        """Whether the disk lets its file be written; PostgreSQL says so itself."""
        return self.path is None or is_writable(self.path)

    def _keep_copy(self, label: str) -> None:
        """Before tables are altered; PostgreSQL rolls back by itself."""
        if self.path is not None:
            self.backup(self.path.with_name(f"{self.path.name}.before-{label}"))
