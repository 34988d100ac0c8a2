"""Core statements on a connection of PostgreSQL's driver; see ``rows.py``."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, ClassVar, Self, cast
from weakref import WeakKeyDictionary

from psycopg import Connection, Cursor
from psycopg.adapt import Loader
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import Executable
from sqlalchemy.pool import PoolProxiedConnection

from wiki.projections.tables.conditions import replace_surrogates
from wiki.projections.tables.postgresql.dialect import POSTGRESQL
from wiki.projections.tables.rows import Prepared, Rows, Values, prepare
from wiki.telemetry.slow import limit, note_statement

_NONE: Values = {}
_PREPARED: Prepared = WeakKeyDictionary()


class ServerRows(Rows):
    """A connection that a pool has lent."""

    numbered: ClassVar[bool] = False

    def __init__(self, lent: PoolProxiedConnection) -> None:
        super().__init__(cast(Any, lent.driver_connection))
        self.lent = lent

    def __del__(self) -> None:
        """The pool has it back: nothing is to be closed."""

    def execute(self, statement: Executable, values: Values = _NONE) -> Any:
        """See Rows."""
        text, flat, _named = prepare(statement, values, POSTGRESQL, _PREPARED)
        return self.connection.execute(text, flat)

    def execute_many(self, statement: Executable, many: Iterable[Values]) -> None:
        """See Rows."""
        if values := list(many):
            text, _first, _named = prepare(statement, values[0], POSTGRESQL, _PREPARED)
            with self.connection.cursor() as cursor:
                cursor.executemany(text, values)


class TimedCursor(Cursor[Any]):
    """A cursor whose statements are told where they take long, or failed after long."""

    def execute(self, query: Any, params: Any = None, **given: Any) -> Self:
        """See psycopg."""
        with _timed(query):
            return super().execute(query, params, **given)

    def executemany(self, query: Any, params_seq: Any, **given: Any) -> None:
        """See psycopg."""
        with _timed(query):
            super().executemany(query, params_seq, **given)


@contextmanager
def _timed(query: object) -> Iterator[None]:
    begun = perf_counter()
    try:
        yield
    finally:
        if (took := perf_counter() - begun) > limit.seconds:
            note_statement(str(query), took)


def adapt(connection: "Connection[Any]") -> None:
    """Has a connection take and give values as SQLite does, and its statements timed."""
    connection.cursor_factory = TimedCursor
    connection.adapters.register_dumper(str, _Text)
    connection.adapters.register_loader("numeric", _Number)


class _Text(StrDumperUnknown):
    """Texts with what PostgreSQL has no place for replaced: NUL, and lone surrogates."""

    def dump(self, obj: str) -> Any:
        return super().dump(replace_surrogates(obj).replace("\0", "\N{REPLACEMENT CHARACTER}"))


class _Number(Loader):
    """Sums of whole numbers are whole numbers."""

    def load(self, data: Any) -> int | float:
        said = bytes(data)
        return int(said) if said.lstrip(b"-").isdigit() else float(said)
