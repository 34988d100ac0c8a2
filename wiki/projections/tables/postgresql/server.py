"""The rows of projections on PostgreSQL: its transactions, one for each thread.

What is where: ``postgresql/schemas.py``; connections: ``postgresql/pool.py``.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
from psycopg import errors
from sqlalchemy import Executable, MetaData

from wiki.people.store.database import Database
from wiki.people.store.faults import unreachable
from wiki.projections.interface import PATIENCE, Busy
from wiki.projections.tables.postgresql import schemas as server_schemas
from wiki.projections.tables.postgresql.dialect import POSTGRESQL
from wiki.projections.tables.postgresql.notes import ServerNotes
from wiki.projections.tables.postgresql.pool import Pool
from wiki.projections.tables.postgresql.rows import ServerRows
from wiki.projections.tables.row_changes import Watch, watched
from wiki.projections.tables.rows import Rows, Values, definitions
from wiki.projections.tables.store import Overtaken, Tables

log = logging.getLogger(__name__)

#: seconds between looks whether another process has ended its transaction
_LOOK = 0.005
#: seconds that one statement of who writes may take, and how long its answer is waited for
_STATEMENT, _ANSWER = 300, 320.0
_NONE: Values = {}
#: name and schema → commit
Markers = dict[tuple[str, str], str]
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('projections'), hashtext(%s))"
#: a table or a schema that somebody has thrown away
GONE = (errors.UndefinedTable, errors.InvalidSchemaName)
_IN_THE_WAY = (
    errors.QueryCanceled,
    errors.LockNotAvailable,
    errors.SerializationFailure,
    errors.DeadlockDetected,
)


class ServerTables(Tables):
    """The schema called ``name`` beside the rows of ``private``, with those of each projection."""

    def __init__(self, private: Database, name: Callable[[], str]) -> None:
        """``name`` may ask the server, and is called once it is needed."""
        super().__init__()
        if private.outage is None:
            raise ValueError("private rows are not on PostgreSQL")
        self._find_name, self._name = name, ""
        #: the projections that are asked here in their shapes, with the tables of each
        self._shapes: dict[str, MetaData] = {}
        self._made = False
        self.pool = Pool(private.engine, private.outage, self._schemas, private.threads)

    @property
    def name(self) -> str:
        """The schema with the markers."""
        if not self._name:
            self._name = self._find_name()
        return self._name

    def _schemas(self) -> tuple[str, ...]:
        return (*(server_schemas.schema_of(self.name, one) for one in self._shapes), self.name)

    # Reading

    def begin(self, is_wanted: Callable[[], bool] | None = None) -> None:
        """See ``pin.Store``."""
        self.end()
        self._remember(self._begin_reading())

    def _read_markers(self, rows: ServerRows) -> Markers:
        """Begins the transaction of ``rows``: one way to the server and back."""
        asked = f'{_READ}; SELECT name, schema, commit FROM "{self.name}".marker'
        answer = rows.connection.execute(asked, prepare=False)
        answer.nextset()
        return {(name, schema): commit for name, schema, commit in answer}

    def _begin_reading(self) -> Markers:
        """Begins a transaction, and gives the markers."""
        tries = 3
        while True:
            rows, tries = self.pool.take(), tries - 1
            try:
                found = self._read_markers(rows)
            except GONE:
                rows.lent.close()
                if not tries:
                    raise
                self._make()
            except psycopg.OperationalError as error:
                rows.lent.invalidate(error)
                if not tries:
                    raise unreachable() from error
                self.pool.renew()
            except BaseException:
                rows.lent.close()
                raise
            else:
                self._local.rows = rows
                return found

    def end(self) -> None:
        """See ``pin.Store``."""
        self._local.markers = None
        rows, self._local.rows = getattr(self._local, "rows", None), None
        if rows is not None:
            rows.lent.close()

    def first(self, statement: Executable, values: Values = _NONE) -> Any:
        """See Tables. One question outside of a state is one way to the server and back."""
        if self._held is not None or not self._made:
            with self.reading() as rows:
                self._made = True
                return rows.first(statement, values)
        rows = self.pool.take()
        try:
            with self._faults(rows):
                try:
                    return rows.first(statement, values)
                except psycopg.OperationalError as error:
                    if not rows.connection.closed:
                        raise
                    rows.lent.invalidate(error)
        finally:
            rows.lent.close()
        self.pool.renew()
        with self.reading() as begun:
            return begun.first(statement, values)

    @property
    def _held(self) -> ServerRows | None:
        """What this thread writes or reads by, where it does."""
        return getattr(self._local, "writes", None) or getattr(self._local, "rows", None)

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """See Tables."""
        if (held := self._held) is not None:
            with self._faults(held):
                yield held
            return
        self._begin_reading()
        try:
            with self._faults(self._local.rows):
                yield self._local.rows
        finally:
            self.end()

    # Writing

    @contextmanager
    def writing(self, needed: Callable[[Rows], bool] = bool) -> Iterator[Rows]:
        """See Tables."""
        if (held := getattr(self._local, "writes", None)) is not None:
            yield held
            return
        if not self._made:
            with self.reading():  # makes the schema where it is missing
                self._made = True
        with self._alone(needed) as rows:
            self._local.writes = rows
            try:
                if not needed(rows):
                    raise Overtaken
                yield rows
            finally:
                self._local.writes = None

    @contextmanager
    def _alone(self, needed: Callable[[Rows], bool] = bool) -> Iterator[ServerRows]:
        """A transaction that no other writer's shares."""
        with self.pool.lent() as rows, self._faults(rows):
            self._lock(rows, needed)
            try:
                yield rows
                rows.connection.execute("COMMIT")
            finally:
                rows.connection.patience = type(rows.connection).patience

    def _lock(self, rows: ServerRows, needed: Callable[[Rows], bool]) -> None:
        deadline, sql = time.monotonic() + PATIENCE, rows.connection
        while True:
            sql.execute("BEGIN")
            if sql.execute(_LOCK, (self.name,)).fetchone()[0]:
                break
            sql.execute("ROLLBACK")
            if time.monotonic() > deadline:
                raise Busy(f"{self.name} is being written")
            time.sleep(_LOOK)
            if not needed(rows):
                raise Overtaken
        sql.patience = _ANSWER
        sql.execute(f"SET LOCAL statement_timeout = '{_STATEMENT}s'")

    @contextmanager
    def _faults(self, rows: ServerRows) -> Iterator[None]:
        """What the driver raises inside, in our words; nothing is read any more where it did."""
        try:
            yield
        except psycopg.Error as error:
            if rows.connection.closed:
                lost = self.pool.lose(rows, error)
                self.end()
                raise lost from error
            self.end()
            if isinstance(error, GONE):
                self._made = False
                self._mend()
            elif not isinstance(error, _IN_THE_WAY):
                raise
            raise Busy(str(error)) from error

    # What is there

    def definitions(self, metadata: MetaData) -> tuple[str, ...]:
        """See Tables."""
        return definitions(metadata, POSTGRESQL)

    def marker_of(self, projection: str, version: str, metadata: MetaData) -> str:
        """See Tables: versions stand beside each other."""
        shape = server_schemas.shape_of(projection, version)
        self._shapes[shape] = metadata
        return shape

    def projection_of(self, marker: str) -> str:
        """See Tables."""
        return server_schemas.projection_of(marker)

    def make(self, rows: Rows, marker: str, metadata: MetaData, watches: Collection[Watch]) -> None:
        """See Tables."""
        schema = server_schemas.schema_of(self.name, marker)
        server_schemas.make_shape(rows, schema, metadata, watched(watches))

    def _make(self) -> None:
        with self._alone() as rows:
            server_schemas.make_shared(rows, self.name)

    def _mend(self) -> None:
        with self._alone() as rows:
            server_schemas.make_shared(rows, self.name)
            server_schemas.forget_lost(rows, self.name, self._shapes)

    def notes(self, rows: Rows) -> ServerNotes:
        """See Tables."""
        return ServerNotes(rows.connection)

    def settle(self, rows: Rows, metadata: MetaData) -> None:
        """See Tables: the planner goes by what was counted."""
        for table in metadata.sorted_tables:
            rows.connection.execute(f'ANALYZE "{table.name}"')

    def discard(self) -> None:
        """See Tables: schemas of other versions too."""
        self.end()
        with self._alone() as rows:
            rows.connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
            server_schemas.throw_away(rows, self.name)
        self._made = False

    def compact(self) -> None:
        """See Tables. What was deleted is given back, and what is there is counted."""
        with self.pool.lent() as rows:
            sql = rows.connection
            try:
                sql.patience = _ANSWER
                sql.execute(f"SET statement_timeout = '{_STATEMENT}s'")
                for metadata in self._shapes.values():
                    for table in metadata.sorted_tables:
                        sql.execute(f'VACUUM (ANALYZE) "{table.name}"')
            except psycopg.Error as error:
                log.info("tables of %s could not be compacted: %s", self.name, error)
            finally:
                rows.lent.invalidate()  # nobody else is to have its limits

    def sweep(self, today: date) -> None:
        """See Tables."""
        with self._alone() as rows:
            rows.connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
            server_schemas.sweep(rows, self.name, self._shapes, today)

    def close(self) -> None:
        """See Tables."""
        self._local = threading.local()
        self.pool.close()
