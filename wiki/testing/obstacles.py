"""What stands in the way of lists and search: somebody who writes them, a store that is broken.

Of the wiki's own stores, be they files or schemas of PostgreSQL (``databases.py``).
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from wiki.testing import databases

if TYPE_CHECKING:
    from wiki.instance import Instance

_LOCK = "SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))"
_SEARCHES = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'index:search:')"
_BREAK = {
    False: """
        CREATE TRIGGER broken BEFORE UPDATE ON marker BEGIN SELECT raise(abort, 'no'); END
    """,
    True: """
        CREATE FUNCTION "index".broken() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
        CREATE TRIGGER broken BEFORE UPDATE ON "index".marker
            FOR EACH ROW EXECUTE FUNCTION "index".broken()
    """,
}
_MEND = {False: "DROP TRIGGER broken", True: 'DROP FUNCTION "index".broken CASCADE'}


def about_files(reason: str) -> pytest.MarkDecorator:
    """Marks tests of what only files of SQLite and Whoosh have: ``reason`` says what that is."""
    return pytest.mark.skipif(databases.ASKED, reason=f"about files: {reason}")


@contextmanager
def lists_held(instance: "Instance") -> Iterator[Any]:
    """Somebody else writes the lists, and does not end before the connection rolls back."""
    with closing(_connect(instance)) as other:
        if databases.ASKED:
            other.execute(_LOCK, ("projections", "index"))
        else:
            other.execute("BEGIN IMMEDIATE")
        yield other
        other.rollback()


@contextmanager
def search_held(instance: "Instance") -> Iterator[None]:
    """Somebody else writes the search index, and does not end inside."""
    with ExitStack() as stack:
        if databases.ASKED:
            other = stack.enter_context(closing(_connect(instance)))
            for (schema,) in other.execute(_SEARCHES).fetchall():
                other.execute(_LOCK, ("search", schema))
        else:
            lock = instance.settings.instance / "index" / "search" / "search_WRITELOCK"
            fcntl.flock(stack.enter_context(lock.open("a")), fcntl.LOCK_EX)
        yield


@contextmanager
def lists_failing(instance: "Instance") -> Iterator[None]:
    """Whatever moves a marker of the lists meets an error of the store inside."""
    _execute(instance, _BREAK[databases.ASKED])
    yield
    _execute(instance, _MEND[databases.ASKED])


def _execute(instance: "Instance", statement: str) -> None:
    with closing(_connect(instance)) as other:
        other.execute(statement)
        other.commit()


def _connect(instance: "Instance") -> Any:
    if databases.ASKED:
        import psycopg

        return psycopg.connect(instance.settings.database_url)
    tables = instance.settings.instance / "index" / "tables.db"
    return sqlite3.connect(tables, isolation_level=None)
