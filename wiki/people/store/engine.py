"""How each kind of database is connected to."""

import os
import sqlite3
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DisconnectionError,
    InvalidatePoolError,
    NoSuchModuleError,
)
from sqlalchemy.pool import ConnectionPoolEntry

from wiki.disk.sqlite import is_outdated, open_file
from wiki.errors import BadSetting, StorageFailed
from wiki.people.store.faults import unreachable
from wiki.resources import how_to_add
from wiki.telemetry.slow import limit, note_statement
from wiki.translation import gettext as _

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    # What readers who were there all the time let it grow to is given back once it begins anew.
    "PRAGMA journal_size_limit=8000000",
    # What someone erased is overwritten, not only unlinked.
    "PRAGMA secure_delete=ON",
)


#: what has a statement on a server be a transaction of its own
AT_ONCE = {"isolation_level": "AUTOCOMMIT"}
#: threads of a process, where nobody says how many
THREADS = 8
#: seconds that a thread waits for a connection where others have all of them
PATIENCE = 5.0


def pool_options(threads: int) -> dict[str, Any]:
    """Of a pool on a server that so many ``threads`` ask: a bound by which none waits for itself.

    A request holds one connection to one state of the rows, and asks by a second one what must be
    newer, or is asked beside it. Two are for what a process does beside requests.
    """
    return {
        "pool_size": threads,
        "max_overflow": threads + 2,
        "pool_timeout": PATIENCE,
        # The one that was used last: the server has what it is asked prepared there.
        "pool_use_lifo": True,
    }


def make_engine(url: str, instance: str = "", threads: int = THREADS) -> Engine:
    """The engine behind an address; nothing is opened yet. Raises BadSetting.

    Each connection is refused (StorageFailed) where the rows are not those of ``instance``.

    Its errors do not show the values of a row: they go into logs.
    """
    engine = _engine(url, threads)
    if instance:

        @event.listens_for(engine, "connect")
        def check(connection: Any, record: object) -> None:
            if read_instance(connection) != instance:
                connection.close()
                raise foreign_rows()

    return engine


def _engine(url: str, threads: int) -> Engine:
    try:
        address = make_url(url)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        if address.get_backend_name() == "sqlite" and address.database not in (
            None,
            "",
            ":memory:",
        ):
            path = Path(address.database)
            made = create_engine(address, hide_parameters=True, creator=lambda: open_file(path))
            return _sqlite(made)
        if address.get_backend_name() == "postgresql":
            options = pool_options(threads)
            return _asked(create_engine(address, hide_parameters=True, **options))
    except ModuleNotFoundError as error:
        raise BadSetting(
            f"setting 'database_url' needs {error.name}, which is not installed; to add it: "
            + how_to_add("postgresql")
        ) from error
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise BadSetting("setting 'database_url' is not the address of a database") from error
    raise BadSetting("setting 'database_url' is sqlite:///FILE or postgresql://…")


def close_connections(engine: Engine) -> None:
    """Closes those of ``engine``, which makes others: one that is lent as soon as it is back.

    SQLAlchemy itself leaves what is lent to the collector of garbage.
    """
    pool = engine.pool
    engine.dispose()
    event.listen(pool, "checkin", _close)
    # What came back before that.
    pool.dispose()


def _close(connection: Any, _record: object) -> None:
    # None where it was found to be broken.
    if connection is not None:
        connection.close()


def time_statements(engine: Engine) -> None:
    """Has statements that take long told (``telemetry/slow.py``)."""

    @event.listens_for(engine, "before_cursor_execute")
    def begin(connection: Connection, *_given: object) -> None:
        connection.info["begun"] = perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection: Connection, _cursor: object, statement: str, *_given: object) -> None:
        if (took := perf_counter() - connection.info["begun"]) > limit.seconds:
            note_statement(statement, took)


def read_instance(connection: Any) -> str:
    """Whose rows a connection (of DB-API 2.0) leads to; "" where they say nothing."""
    cursor = connection.cursor()
    try:
        cursor.execute("SELECT id FROM instance")
        found = cursor.fetchone()
    except Exception as error:
        # Told by PostgreSQL and SQLite alike: there is no such table.
        if "instance" not in str(error):
            raise
        found = None
    finally:
        connection.rollback()
        cursor.close()
    return str(found[0]) if found else ""


def foreign_rows() -> StorageFailed:
    """The database holds nothing, or what is another instance's."""
    return StorageFailed(
        _(
            "The accounts cannot be read: the private database is empty or belongs to another"
            " wiki. It is not your doing; an administrator can help."
        )
    )


def _asked(engine: Engine) -> Engine:
    """Has connections that rested asked whether they are alive: each time is a way there and back.

    One that is not is replaced, with all that were opened before; where that one is not either, the
    server does not answer.
    """

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: ConnectionPoolEntry, *_of: object) -> None:
        opened, record.info["asked"] = "asked" not in record.info, True
        if not getattr(connection, "stands", False):
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                if opened:
                    raise unreachable() from error
                raise InvalidatePoolError from error

    return engine


def _sqlite(engine: Engine) -> Engine:
    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: object) -> None:
        # We begin transactions ourselves: sqlite3 would begin them late, and as readers.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "checkout")
    def renew(connection: sqlite3.Connection, record: ConnectionPoolEntry, *_of: object) -> None:
        # One that was just opened is the best there is: another one would be given up as well.
        if record.info.get("used") is connection and is_outdated(connection):
            raise DisconnectionError
        record.info["used"] = connection

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def make_private(path: Path) -> None:
    """Makes the file its owner's alone from its first byte on; SQLite gives -wal the same mode.

    One that exists is not opened: closing it again would drop the locks that SQLite holds on it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StorageFailed(_("The private database cannot be opened.")) from error
