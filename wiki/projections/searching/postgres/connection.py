"""Connections to the schema of a search index, from the pool of the rows beside it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import errors

from wiki.projections.interface import PATIENCE, Busy
from wiki.projections.searching.index.part import Damaged
from wiki.projections.tables.postgresql.rows import ServerRows
from wiki.projections.tables.postgresql.schemas import schema_of, shape_of
from wiki.projections.tables.postgresql.server import ServerTables

Answer = TypeVar("Answer")

#: seconds that one statement of who writes may take, and how long its answer is waited for
_STATEMENT, _ANSWER = 1_800, 1_820.0
_LIMITS = """
    SELECT set_config('lock_timeout', %s, true), set_config('statement_timeout', %s, true),
        set_config('client_min_messages', 'warning', true)
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtext('search'), hashtext(%s))"
#: what somebody has thrown away, or built anew
_GONE = (errors.UndefinedTable, errors.InvalidSchemaName)
_IN_THE_WAY = (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected)


class Connections:
    """Those of the schema that has the search index of ``edition``.

    Raises RowsUnreachable where the server does not answer, Damaged where a table is gone, and Busy
    where another moment may have what this one has not.
    """

    def __init__(self, tables: ServerTables, edition: str) -> None:
        self._tables, self._shape = tables, shape_of("search", edition)

    @property
    def beside(self) -> str:
        """The schema that all projections share."""
        return self._tables.name

    @property
    def schema(self) -> str:
        """The schema of the index."""
        return schema_of(self.beside, self._shape)

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that are selected."""
        tries = 3
        while True:
            tries -= 1
            with self._tables.pool.lent() as rows:
                try:
                    with rows.connection.cursor(binary=True) as cursor:
                        cursor.execute(statement, values)
                        found: list[tuple[Any, ...]] = cursor.fetchall()
                        return found
                except psycopg.OperationalError as error:
                    # One that was kept for long may have been cut meanwhile.
                    if not (rows.connection.closed and tries):
                        raise self._fault(rows, error) from error
                    rows.lent.invalidate(error)
                except psycopg.Error as error:
                    raise self._fault(rows, error) from error

    def ask(self, question: Callable[[Any], Answer]) -> Answer:
        """What ``question`` says of a ``moment``; it may be asked twice."""
        with self.moment() as cursor:
            return question(cursor)

    @contextmanager
    def moment(self) -> Iterator[Any]:
        """A cursor on one moment of the rows, for several questions whose answers must agree."""
        with self._transaction() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield cursor

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """A cursor in a transaction of which there is one at a time. Busy after ``PATIENCE``."""
        with self._transaction(_ANSWER) as cursor:
            cursor.execute(_LIMITS, (f"{PATIENCE}s", f"{_STATEMENT}s"))
            cursor.execute(_LOCK, (self.schema,))
            yield cursor

    @contextmanager
    def _transaction(self, patience: float | None = None) -> Iterator[Any]:
        with self._tables.pool.lent() as rows:
            connection = rows.connection
            try:
                if patience is not None:
                    connection.patience = patience
                with connection.transaction(), connection.cursor() as cursor:
                    yield cursor
            except psycopg.Error as error:
                raise self._fault(rows, error) from error
            finally:
                connection.patience = type(connection).patience

    def _fault(self, rows: ServerRows, error: psycopg.Error) -> Exception:
        """What the driver raised, in our words."""
        if rows.connection.closed:
            return self._tables.pool.lose(rows, error)
        if isinstance(error, _GONE):
            return Damaged(repr(error), renewed=True)
        return Busy(str(error)) if isinstance(error, _IN_THE_WAY) else error
