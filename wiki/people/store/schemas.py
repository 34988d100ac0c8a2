"""A schema of PostgreSQL for a while: a place for rows beside the live ones, gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from secrets import token_hex
from zlib import crc32

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from wiki.people.store.database import Database

_PREFIX = "carrefour_trial_"


@contextmanager
def temporary_schema(database: Database) -> Iterator[str]:
    """The address of an empty schema beside the live rows; "" where there can be none.

    That is so for SQLite, and for a role that may not make one. Those that were left behind by
    whoever was killed go first: who lives holds a lock of the server's.
    """
    if database.path is not None:
        yield ""
        return
    plain = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    name = _PREFIX + token_hex(6)
    with plain.connect() as connection:
        # It stands idle while others work in the schema, and is given to nobody else.
        connection.detach()
        with suppress(DBAPIError):
            _sweep(connection)
        try:
            _lock(connection, name)
            connection.execute(text(f'CREATE SCHEMA "{name}"'))
        except DBAPIError:
            yield ""
            return
        url = database.engine.url
        before = url.query.get("options", "")
        options = f"{before} -csearch_path={name}".strip()
        try:
            yield url.update_query_dict({"options": options}).render_as_string(hide_password=False)
        finally:
            _drop(connection, name)


def _sweep(connection: Connection) -> None:
    asked = text("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, :prefix)")
    for name in list(connection.scalars(asked, {"prefix": _PREFIX})):
        if _lock(connection, name):
            _drop(connection, name)


def _lock(connection: Connection, name: str) -> bool:
    asked = text("SELECT pg_try_advisory_lock(:key)")
    return bool(connection.scalar(asked, {"key": crc32(name.encode())}))


def _drop(connection: Connection, name: str) -> None:
    connection.execute(text("SET statement_timeout = 0"))
    connection.execute(text(f'DROP SCHEMA IF EXISTS "{name}" CASCADE'))
