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
from wiki.people.store.engine import AT_ONCE
from wiki.people.store.faults import store_faults, unreachable

#: the first key of these locks
_CLASS = crc32(b"carrefour turn") >> 1
#: that of locks by which one is asked for
_WISH = crc32(b"carrefour wish") >> 1
_TAKE = text("SELECT pg_try_advisory_lock(:class, :key)")
_END = text("SELECT pg_advisory_unlock(:class, :key)")
_WISHES = text(
    "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :class"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
#: ends the connection of who has a turn and has said nothing for so long: its account is ours
_END_SILENT = text(
    """
    SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND granted AND classid = :class AND objid = :key
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND clock_timestamp() - query_start > make_interval(secs => :silence)
    """
)
#: held for what may take long and says nothing meanwhile
_WAIT = text(
    "SELECT set_config('lock_timeout', :patience, true), pg_advisory_xact_lock(:class, :key),"
    " set_config('idle_in_transaction_session_timeout', '120s', true)"
)
#: seconds between tries of who waits
_PAUSE = 0.2
#: seconds after which who says nothing on the connection of its turns is taken for one that hangs
_SILENCE = 5.0


@contextmanager
def alone_among_nodes(database: Database, name: str, patience: float = 0) -> Iterator[None]:
    """Inside, whoever else asks for ``name`` waits, at every node, in the order of asking.

    For what is right without it too, and done in vain less often with it: where the server does not
    answer, or lets nobody in for ``patience`` seconds (0: as long as a statement may take), it is
    done all the same.
    """
    if database.path is not None:
        yield
        return
    key = {"class": _CLASS, "key": crc32(name.encode()) >> 1}
    connection: Connection | None = None
    with suppress(StorageFailed), store_faults():
        connection = database.engine.connect()
        connection.execute(_WAIT, {**key, "patience": f"{patience}s"})
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
    """Turns of a process that has many at a time, for long, on one connection; thread-safe.

    It calls ``stand`` each second: who does not for some seconds hangs, and keeps nobody out. Once
    it wakes ``stand`` says that it has them no more.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = Lock()
        self._connection: Connection | None = None
        self._held: set[str] = set()
        self._wished: set[str] = set()

    def take(self, name: str, *, ask: bool = False) -> bool:
        """Whether it is ours from now on, until ``give``. Raises StorageFailed.

        ``ask``: where it is not, who holds it finds it in ``asked``, until we ``withdraw``.
        """
        if self._database.path is not None:
            return True
        with self._lock, store_faults():
            if name in self._held:
                return True
            if self._connection is None:
                self._connection = _connect(self._database)
            if self._connection.invalidated:
                raise unreachable()  # ``stand`` lets go of it
            if not _try(self._connection, name):
                silent = {**_key(name), "silence": _SILENCE}
                self._connection.execute(_END_SILENT, silent)
                # A wish is a lock too: it ends with who has it, and one of them is enough.
                wish = ask and name not in self._wished
                if wish and self._connection.scalar(_TAKE, _key(name, _WISH)):
                    self._wished.add(name)
                return False
            self._held.add(name)
            return True

    def withdraw(self, name: str) -> None:
        """It is asked for no more; not having asked is no fault."""
        with self._lock:
            if name in self._wished and self._connection is not None:
                self._wished.remove(name)
                with suppress(SQLAlchemyError, StorageFailed):
                    self._connection.execute(_END, _key(name, _WISH))

    def asked(self) -> set[str]:
        """Those of ours that another node asks for."""
        with self._lock:
            if self._connection is None or not self._held:
                return set()
            with suppress(SQLAlchemyError, StorageFailed):
                wishes = set(self._connection.scalars(_WISHES, {"class": _WISH}))
                return {one for one in self._held if _key(one)["key"] in wishes}
            return set()  # ``stand`` says why

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
        self._wished.clear()
        if self._connection is not None:
            # Not back into the pool: it holds what nobody would give back.
            with suppress(SQLAlchemyError):
                self._connection.invalidate()
            self._connection.close()
            self._connection = None


def _connect(database: Database) -> Connection:
    return database.engine.connect().execution_options(**AT_ONCE)


def _key(name: str, kind: int = _CLASS) -> dict[str, int]:
    return {"class": kind, "key": crc32(name.encode()) >> 1}


def _try(connection: Connection, name: str, wait: float = 0) -> bool:
    until = monotonic() + wait
    while not connection.scalar(_TAKE, _key(name)):
        if monotonic() >= until:
            return False
        sleep(_PAUSE)
    return True
