"""Rows that nobody writes for a while, and that are a copy with a name of its own afterwards.

::

    SQLite       BEGIN IMMEDIATE on a connection beside    private.db ─▶ private.db.moved-<when>
    PostgreSQL   LOCK TABLE … IN SHARE MODE                the tables ─▶ a schema moved_<when>

They are read all the while. Whoever has not heard that they went finds no rows, and is refused.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from wiki.disk.durable import sync_folder
from wiki.disk.sqlite import empty_log, open_file
from wiki.errors import BadRequest, StorageFailed
from wiki.people.store.database import Database

#: what SQLite has beside a file
_BESIDE = ("-wal", "-shm")
#: seconds that writers of PostgreSQL may take to end
_PATIENCE = 10


class Stillness(Protocol):
    """Rows that nobody writes."""

    def lay_aside(self, when: str) -> str:
        """Has them go under another name, by which nobody takes them for those of the wiki."""


@contextmanager
def still(database: Database) -> Iterator[Stillness]:
    """Inside, nobody writes rows; what a database refuses is said in its words.

    Raises StorageFailed, BadRequest.
    """
    held = _still_file(database.path) if database.path else _still_tables(database)
    try:
        with held as stillness:
            yield stillness
    except (DBAPIError, sqlite3.DatabaseError) as error:
        why = " ".join(str(getattr(error, "orig", None) or error).split())
        raise StorageFailed(f"the database refuses, so nothing was changed: {why}") from error


@contextmanager
def _still_file(path: Path) -> Iterator[Stillness]:
    empty_log(path)
    with closing(open_file(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield _File(path, connection)


@contextmanager
def _still_tables(database: Database) -> Iterator[Stillness]:
    from wiki.people.store.outage import without_limit

    with database.engine.connect() as live, live.begin(), without_limit(live):
        live.execute(text(f"SET lock_timeout = '{_PATIENCE}s'"))
        if not live.scalar(text("SELECT has_database_privilege(current_database(), 'CREATE')")):
            raise BadRequest(
                "the role may make no schema to keep the old rows in: let it own the database"
            )
        if names := _names(live):
            live.execute(text(f"LOCK TABLE {', '.join(names)} IN SHARE MODE"))
        yield _Tables(live)


class _File:
    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path, self._connection = path, connection

    def lay_aside(self, when: str) -> str:
        aside = lay_file_aside(self._path, f"moved-{when}")
        self._connection.rollback()
        self._connection.close()
        with suppress(sqlite3.DatabaseError), closing(open_file(aside)) as last:
            # A copy is one file.
            last.execute("PRAGMA journal_mode=DELETE")
        return str(aside)


class _Tables:
    def __init__(self, live: Connection) -> None:
        self._live = live

    def lay_aside(self, when: str) -> str:
        schema = f"moved_{when}".lower()
        self._live.execute(text(f'CREATE SCHEMA "{schema}"'))
        for name in _names(self._live):
            self._live.execute(text(f'ALTER TABLE {name} SET SCHEMA "{schema}"'))
        return f"the schema {schema}"


def lay_file_aside(path: Path, label: str) -> Path:
    """Has an SQLite file go under another name beside it, and gives that."""
    aside = path.with_name(f"{path.name}.{label}")
    path.rename(aside)
    for suffix in _BESIDE:
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    sync_folder(path.parent)
    return aside


def _names(live: Connection) -> list[str]:
    quote = live.dialect.identifier_preparer.quote
    return [quote(name) for name in sorted(inspect(live).get_table_names())]
