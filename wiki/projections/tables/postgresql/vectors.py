"""Vectors that all nodes share, in a schema beside the other ones of an index on PostgreSQL.

::

    "index:vectors"   collection   near/use-512 ──┐  how far it is
                      vector       digest, number ┘  halfvec of pgvector, or the same bytes

Numbers are given in the order in which rows are seen: who adds some holds the collection's row.
Vectors go to and fro as pgvector sends them, two bytes for each number, whatever the column is.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from struct import pack
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg import errors

from wiki.errors import StorageFailed
from wiki.meaning.encoding import Matrix
from wiki.meaning.exchange import State
from wiki.projections.tables.postgresql.rows import ServerRows
from wiki.projections.tables.postgresql.schemas import schema_of
from wiki.projections.tables.postgresql.server import ServerTables

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

#: rows that are asked for at once
_AT_ONCE = 4_096
#: bytes before the numbers: how many there are, and none
_HEAD = 4
#: seconds that one statement of who writes may take, and how long its answer is waited for
_STATEMENT, _ANSWER = 120, 130.0
EXTENSION = "vector"
_WHERE = """
    SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = %s
"""
_TYPE = """
    SELECT format_type(a.atttypid, NULL), n.nspname FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE a.attrelid = to_regclass(%s) AND a.attname = 'vector'
"""
_TABLES = """
    CREATE SCHEMA IF NOT EXISTS {0};
    CREATE TABLE IF NOT EXISTS {0}.collection (
        id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
        born text NOT NULL, cut integer NOT NULL, last bigint NOT NULL
    );
    CREATE TABLE IF NOT EXISTS {0}.vector (
        collection smallint NOT NULL REFERENCES {0}.collection ON DELETE CASCADE,
        number bigint NOT NULL, digest bytea NOT NULL, vector {1} NOT NULL,
        PRIMARY KEY (collection, digest), UNIQUE (collection, number)
    );
    ALTER TABLE {0}.vector ALTER vector SET STORAGE EXTERNAL
"""
_STATE = "SELECT id, born, cut, last FROM {}.collection WHERE name = %s"
_BEGIN = """
    INSERT INTO {}.collection (name, born, cut, last)
    VALUES (%s, gen_random_uuid()::text, 0, 0) ON CONFLICT DO NOTHING
"""
_AFTER = """
    SELECT digest, {1}, number FROM {0}.vector WHERE collection = %s AND number > %s
    ORDER BY number LIMIT %s
"""
_OF = "SELECT digest, {1} FROM {0}.vector WHERE collection = %s AND digest = ANY(%s)"
_KNOWN = "SELECT digest FROM {}.vector WHERE collection = %s AND digest = ANY(%s)"
_COPY = "COPY {}.vector (collection, number, digest, vector) FROM STDIN (FORMAT BINARY)"
_LAST = "UPDATE {}.collection SET last = %s WHERE id = %s"
_COUNT = """
    SELECT count(*), count(*) FILTER (WHERE digest = ANY(%s)) FROM {}.vector WHERE collection = %s
"""
_CUT = "UPDATE {}.collection SET cut = cut + 1 WHERE id = %s"
_DELETE = "DELETE FROM {}.vector WHERE collection = %s AND NOT digest = ANY(%s)"
#: what somebody has thrown away, at any moment
_GONE = (errors.UndefinedTable, errors.InvalidSchemaName, errors.UndefinedFunction)


class _Place(NamedTuple):
    """Where vectors are: the schema, and what gives the bytes of one."""

    schema: str
    sent: str


class ServerVectors:
    """See ``Shared``: the collection called ``name`` beside the rows of ``tables``."""

    def __init__(self, tables: ServerTables, name: str, dimensions: int) -> None:
        self._tables, self._name, self._dimensions = tables, name, dimensions
        self._place: _Place | None = None

    def state(self) -> State:
        """See Shared."""
        return self._ask(lambda sql: self._state(sql)[1])

    def after(self, number: int) -> Iterator[tuple[Sequence[bytes], Matrix, int]]:
        """See Shared."""
        while True:
            rows = self._ask(
                lambda sql, since=number: sql.execute(  # type: ignore[misc]
                    self._text(_AFTER), (self._state(sql)[0], since, _AT_ONCE)
                ).fetchall()
            )
            if rows:
                number = rows[-1][2]
                yield *self._read(rows), number
            if len(rows) < _AT_ONCE:
                return

    def of(self, keys: Sequence[bytes]) -> tuple[Sequence[bytes], Matrix]:
        """See Shared."""
        found: list[Any] = []
        for start in range(0, len(keys), _AT_ONCE):
            part = list(keys[start : start + _AT_ONCE])
            found += self._ask(
                lambda sql, part=part: sql.execute(  # type: ignore[misc]
                    self._text(_OF), (self._state(sql)[0], part)
                ).fetchall()
            )
        return self._read(found)

    def put(self, keys: Sequence[bytes], matrix: Matrix) -> tuple[State, State]:
        """See Shared."""
        numbers = matrix.astype(">f2")
        head = pack(">HH", self._dimensions, 0)
        sent = {key: head + row.tobytes() for key, row in zip(keys, numbers, strict=True)}

        def write(sql: Any) -> tuple[State, State]:
            number, before = self._hold(sql)
            known = sql.execute(self._text(_KNOWN), (number, list(sent)), binary=True)
            there = {bytes(one) for (one,) in known}
            new = [(key, row) for key, row in sent.items() if key not in there]
            with sql.copy(self._text(_COPY)) as copy:
                copy.set_types(["int2", "int8", "bytea", "bytea"])
                for at, (key, row) in enumerate(new, before.last + 1):
                    copy.write_row((number, at, key, row))
            after = before._replace(last=before.last + len(new))
            sql.execute(self._text(_LAST), (after.last, number))
            return before, after

        return self._ask(write)

    def compact(self, kept: Collection[bytes]) -> tuple[State, State]:
        """See Shared."""
        keys = list(kept)

        def write(sql: Any) -> tuple[State, State]:
            number, before = self._hold(sql)
            held, living = sql.execute(self._text(_COUNT), (keys, number)).fetchone()
            if 2 * living >= held:
                return before, before
            sql.execute(self._text(_DELETE), (number, keys))
            sql.execute(self._text(_CUT), (number,))
            return before, before._replace(cut=before.cut + 1)

        return self._ask(write)

    def kind(self) -> str:
        """The type of the column, as PostgreSQL calls it."""
        return self._ask(lambda sql: _column(sql, self._schema)[0])

    @property
    def _schema(self) -> str:
        return schema_of(self._tables.name, "vectors")

    def _state(self, sql: Any) -> tuple[int, State]:
        found = sql.execute(self._text(_STATE), (self._name,)).fetchone()
        return (0, State()) if found is None else (found[0], State(*found[1:]))

    def _hold(self, sql: Any) -> tuple[int, State]:
        """The collection and its state, which nobody else changes until the transaction ends."""
        sql.execute(self._text(_BEGIN), (self._name,))
        found = sql.execute(f"{self._text(_STATE)} FOR UPDATE", (self._name,)).fetchone()
        return found[0], State(*found[1:])

    def _text(self, statement: str) -> str:
        if self._place is None:
            raise StorageFailed("vectors were not looked for")
        return statement.format(f'"{self._place.schema}"', self._place.sent)

    def _read(self, rows: Sequence[Any]) -> tuple[Sequence[bytes], Matrix]:
        import numpy as np

        size = _HEAD + 2 * self._dimensions
        # Bytes of another length are of no vector.
        good = [(bytes(row[0]), bytes(row[1])) for row in rows if len(row[1]) == size]
        packed = np.frombuffer(b"".join(sent for _key, sent in good), np.uint8)
        numbers = np.ascontiguousarray(packed.reshape(-1, size)[:, _HEAD:])
        return [key for key, _sent in good], numbers.view(">f2").astype(np.float32)

    def _ask(self, question: Callable[[Any], Answer]) -> Answer:
        """What ``question`` says of a transaction."""
        tries = 3
        while True:
            tries -= 1
            with self._tables.pool.lent() as rows:
                try:
                    with self._transaction(rows) as cursor:
                        return question(cursor)
                except psycopg.OperationalError as error:
                    # One that was kept for long may have been cut meanwhile.
                    if rows.connection.closed and not tries:
                        raise self._tables.pool.lose(rows, error) from error
                    if not rows.connection.closed:
                        raise StorageFailed(str(error)) from error
                    rows.lent.invalidate(error)
                except _GONE as error:
                    self._place = None
                    if not tries:
                        raise StorageFailed(str(error)) from error
                except psycopg.Error as error:
                    raise StorageFailed(str(error)) from error

    @contextmanager
    def _transaction(self, rows: ServerRows) -> Iterator[Any]:
        connection = rows.connection
        connection.patience = _ANSWER
        try:
            with connection.transaction(), connection.cursor(binary=True) as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = '{_STATEMENT}s'")
                if self._place is None:
                    self._place = _made(cursor, self._schema, self._tables.name)
                yield cursor
        finally:
            connection.patience = type(connection).patience


def _column(sql: Any, schema: str) -> tuple[str, str]:
    """The type of the column with vectors and the schema of that; none where there is no table."""
    return sql.execute(_TYPE, (f'"{schema}".vector',)).fetchone() or ("", "")


def _made(sql: Any, schema: str, beside: str) -> _Place:
    """Has the tables be there; a column stays what it was made as."""
    kind, where = _column(sql, schema)
    if not kind:
        sql.execute("SELECT pg_advisory_xact_lock(hashtext('vectors'), hashtext(%s))", (schema,))
        sql.execute("SET LOCAL client_min_messages = warning")
        extension = _extension(sql, beside)
        column = f'"{extension}".halfvec' if extension else "bytea"
        for statement in _TABLES.format(f'"{schema}"', column).split(";"):
            sql.execute(statement)
        kind, where = _column(sql, schema)
    return _Place(schema, "vector" if kind == "bytea" else f'"{where}".halfvec_send(vector)')


def _extension(sql: Any, beside: str) -> str:
    """The schema of pgvector, which is made in ``beside`` where nobody has; "" without it."""
    if (found := sql.execute(_WHERE, (EXTENSION,)).fetchone()) is not None:
        return str(found[0])
    try:
        with sql.connection.transaction():
            sql.execute(f'CREATE SCHEMA IF NOT EXISTS "{beside}"')
            sql.execute(f'CREATE EXTENSION {EXTENSION} SCHEMA "{beside}"')
    except psycopg.Error as error:
        log.info("vectors are kept as bytes, without pgvector: %s", error.diag.message_primary)
        return ""
    return beside
