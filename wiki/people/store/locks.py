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

from wiki.errors import StorageFailed
from wiki.people.store.database import Database
from wiki.people.store.faults import store_faults

#: the first key of these locks
_CLASS = crc32(b"carrefour turn") >> 1
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
    key = {"class": _CLASS, "key": crc32(name.encode()) >> 1}
    with store_faults():
        connection = database.engine.connect()
    try:
        with store_faults():
            connection.execution_options(isolation_level="AUTOCOMMIT")
            held = _try(connection, key, wait)
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
                    connection.execute(text("SELECT pg_advisory_unlock(:class, :key)"), key)
            mine.end()
    finally:
        connection.close()


def _try(connection: Connection, key: dict[str, int], wait: float) -> bool:
    until = monotonic() + wait
    while not connection.scalar(text("SELECT pg_try_advisory_lock(:class, :key)"), key):
        if monotonic() >= until:
            return False
        sleep(_PAUSE)
    return True
