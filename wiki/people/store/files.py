"""The files of the private rows: what is left of old rows in them, and their damage."""

import sqlite3
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError


def empty_log(connection: sqlite3.Connection) -> bool:
    """Moves the log of SQLite into the file and empties it; False if not now."""
    try:
        busy, _log, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False  # somebody is at it
    return not busy


def rewrite_tables(engine: Engine, tables: Sequence[str]) -> bool:
    """Writes tables of PostgreSQL anew, without their old versions; False if not now."""
    plain = engine.execution_options(isolation_level="AUTOCOMMIT")
    try:
        with plain.connect() as connection:
            connection.execute(text("SET lock_timeout = '500ms'"))
            for name in tables:
                connection.execute(text(f'VACUUM (FULL) "{name}"'))
            connection.execute(text("RESET lock_timeout"))
    except OperationalError:
        return False  # somebody is at it
    return True


def find_damage(connection: Connection) -> Iterator[str]:
    """The faults of an SQLite file, one sentence each."""
    if connection.dialect.name == "sqlite":
        for (line,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if line != "ok":
                yield f"the private database is damaged: {line}"
        for table, row, *_rest in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            yield f"the private database has a row that belongs to nothing: {table} {row}"
