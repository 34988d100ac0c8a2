"""Locks that all nodes see: PostgreSQL's advisory ones, on a connection of the pool each.

They end with whoever holds them: where its process is killed at once, where its machine is gone
after some seconds. Where private rows are in a file there is one node, and nobody to be kept out.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from time import monotonic, sleep
from zlib import crc32

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from wiki.errors import StorageFailed
from wiki.people.store.database import Database
from wiki.people.store.faults import store_faults

#: the first key of these locks
_CLASS = crc32(b"carrefour turn") >> 1
_TAKE = text("SELECT pg_try_advisory_lock(:class, :key)")
_END = text("SELECT pg_advisory_unlock(:class, :key)")
#: seconds between tries of who waits
_PAUSE = 0.2


@contextmanager
def alone_among_nodes(database: Database, name: str) -> Iterator[None]:
    """Inside, whoever else asks for ``name`` waits, at every node, in the order of asking.

    For what is right without it too, and done in vain less often with it: where the server does not
    answer, or lets nobody in for as long as it may take, it is done all the same.
    """
    if database.path is not None:
        yield
        return
    key = {"class": _CLASS, "key": crc32(name.encode()) >> 1}
    connection: Connection | None = None
    with suppress(StorageFailed), store_faults():
        connection = database.engine.connect()
        connection.execute(text("SELECT pg_advisory_xact_lock(:class, :key)"), key)
    try:
        yield
    finally:
        if connection is not None:
            with suppress(StorageFailed), store_faults():
                connection.close()


class Turn:
    """A lock that is held, while ``stands`` says so."""

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection
        self._lock = Lock()

    def stands(self) -> bool:
        """Whether it is held still: the server may have given it up with the connection."""
        with self._lock:
            if self._connection is None:
                return True
            if self._connection.invalidated:
                return False
            with suppress(StorageFailed), store_faults():
                self._connection.execute(text("SELECT 1"))
                return True
            return False

    def end(self) -> None:
        """Nobody asks ``stands`` of the connection any more."""
        with self._lock:
            self._connection = None


@contextmanager
def turn(database: Database, name: str, wait: float = 0) -> Iterator[Turn | None]:
    """What is called ``name`` is done by one node at a time; None where another is at it.

    ``wait``: seconds for which it is tried. Who is at it at this node is not asked: another thread
    has to be kept out otherwise. Raises StorageFailed.
    """
    if database.path is not None:
        yield Turn(None)
        return
    with store_faults():
        connection = _connect(database)
    try:
        with store_faults():
            held = _try(connection, name, wait)
        if not held:
            yield None
            return
        mine = Turn(connection)
        try:
            yield mine
        finally:
            # A connection that is lost has let go of it.
            if mine.stands():
                with suppress(StorageFailed), store_faults():
                    connection.execute(_END, _key(name))
            mine.end()
    finally:
        connection.close()


class Turns:
    """Turns of a process that has many at a time, for long, on one connection; thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._connection: Connection | None = None
        self._held: set[str] = set()

    def take(self, name: str) -> bool:
        """Whether it is ours from now on, until ``give``. Raises StorageFailed."""
        if self._database.path is not None:
            return True
        with self._lock, store_faults():
            if name in self._held:
                return True
            if self._connection is None:
                self._connection = _connect(self._database)
            if not _try(self._connection, name):
                return False
            self._held.add(name)
            return True

    def give(self, name: str) -> None:
        """Lets another node have it."""
        with self._lock:
            if name in self._held and self._connection is not None:
                self._held.remove(name)
                # A connection that is lost has let go of it.
                with suppress(SQLAlchemyError, StorageFailed):
                    self._connection.execute(_END, _key(name))

    def stand(self) -> bool:
        """Whether all that were taken are held still; where not, none is any more."""
        with self._lock:
            if self._connection is None:
                return True
            with suppress(SQLAlchemyError, StorageFailed):
                if not self._connection.invalidated:
                    self._connection.execute(text("SELECT 1"))
                    return True
            self._drop()
            return False

    def close(self) -> None:
        """Lets go of all."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        self._held.clear()
        if self._connection is not None:
            # Not back into the pool: it holds what nobody would give back.
            with suppress(SQLAlchemyError):
                self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _connect(database: Database) -> Connection:
    return database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _key(name: str) -> dict[str, int]:
    return {"class": _CLASS, "key": crc32(name.encode()) >> 1}


def _try(connection: Connection, name: str, wait: float = 0) -> bool:
    until = monotonic() + wait
    while not connection.scalar(_TAKE, _key(name)):
        if monotonic() >= until:
            return False
        sleep(_PAUSE)
    return True
