"""The files of the private rows: what is left of old rows in them, and their damage."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from wiki.disk.open_files import open_writable
from wiki.people.store.faults import file_faults


def rewrite_tables(engine: Engine, tables: Sequence[str]) -> bool:
    """Writes tables of PostgreSQL anew, without their old versions; False if not now."""
    plain = engine.execution_options(isolation_level="AUTOCOMMIT")
    from wiki.people.store.outage import without_limit

    try:
        with plain.connect() as connection, without_limit(connection):
            connection.execute(text("SET lock_timeout = '500ms'"))
            for name in tables:
                connection.execute(text(f'VACUUM (FULL) "{name}"'))
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


@contextmanager
def turn_of(path: Path | None) -> Iterator[None]:
    """One process at a time: of several that start at once, the first copies and alters the file.

    Two that write one copy, each in place of the other's, find their file gone (a disk I/O error).
    Without a ``path`` at once: PostgreSQL has a lock for it (``migrations``) and is not copied.
    """
    if path is None:
        yield
        return
    with file_faults():
        lock = path.with_name(f"{path.name}.migrating")
        file = open_writable(lock)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
