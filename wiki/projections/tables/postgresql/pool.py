"""Connections to the schemas of an index on PostgreSQL, lent to one thread at a time.

They know of an outage with the private rows, and are never shared with what a process forks. There
are as many at most as its threads can need (``pool_options``); who waits in vain is told so.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import cast

import psycopg
from sqlalchemy import Engine, QueuePool, event
from sqlalchemy.exc import DBAPIError, TimeoutError

from wiki.cache.topics import OUTDATED, note
from wiki.errors import RowsUnreachable
from wiki.people.store.engine import close_connections, pool_options
from wiki.people.store.faults import unreachable
from wiki.people.store.outage import BoundedConnection, Outage
from wiki.projections.tables.postgresql.rows import ServerRows, adapt

_log = logging.getLogger(__name__)


class Pool:
    """Connections in autocommit mode that find what ``path`` gives, schemas, and ``public``.

    ``path`` may ask the server, and is called when a connection is wanted.
    """

    def __init__(
        self,
        engine: Engine,
        outage: Outage,
        path: Callable[[], tuple[str, ...]],
        threads: int,
        patience: float | None = None,
    ) -> None:
        """``engine`` is that of private rows on the same server; ``threads`` ask at once.

        Each answer is waited for ``patience`` seconds, or as long as one of private rows.
        """
        self._beside, self._outage, self._schemas = engine, outage, path
        self._options, self._patience = pool_options(threads), patience
        #: until when nobody waits for a connection, as somebody has in vain
        self._full_until = 0.0
        self._engine: Engine | None = None
        self._pid = 0
        self._opening = Lock()

    @property
    def path(self) -> str:
        """What names of tables are looked for in."""
        return ", ".join(f'"{one}"' for one in (*self._schemas(), "public"))

    @contextmanager
    def lent(self) -> Iterator[ServerRows]:
        """A connection, for as long as that."""
        rows = self.take()
        try:
            yield rows
        finally:
            rows.lent.close()

    def take(self) -> ServerRows:
        """A connection, which ``rows.lent.close()`` gives back. Raises RowsUnreachable."""
        try:
            self._outage.check()
            path, engine = self.path, self._open()
            if monotonic() < self._full_until and self._is_full(engine):
                raise unreachable()
            rows = ServerRows(engine.raw_connection())
        except RowsUnreachable:
            note((OUTDATED,))
            raise
        except TimeoutError as error:
            self._full_until = monotonic() + self._options["pool_timeout"]
            _log.warning("all connections to the index are taken: %s", error)
            note((OUTDATED,))
            raise unreachable() from error
        except (psycopg.Error, DBAPIError) as error:  # it ended what was just opened
            raise self._lost(error) from error
        if rows.lent.info.get("path") != path:
            try:
                rows.connection.execute(f"SET search_path TO {path}")
            except psycopg.Error as error:
                raise self.lose(rows, error) from error
            rows.lent.info["path"] = path
        return rows

    def lose(self, rows: ServerRows, error: BaseException) -> RowsUnreachable:
        """Has nobody wait for a server that ended the connection of ``rows``; gives what to say."""
        rows.lent.invalidate(error)
        return self._lost(error)

    def _lost(self, error: BaseException) -> RowsUnreachable:
        self._outage.begin(error)
        note((OUTDATED,))
        return unreachable()

    def renew(self) -> None:
        """Lets go of what is kept: a server that was started again has let go of it, too."""
        close_connections(self._open())

    def close(self) -> None:
        """Closes all connections, what is lent once it is back; the object can be used again."""
        if self._engine is not None and self._pid == os.getpid():
            close_connections(self._engine)
        elif self._engine is not None:
            self._engine.dispose(close=False)

    def _open(self) -> Engine:
        if self._pid == os.getpid() and self._engine is not None:
            return self._engine
        with self._opening:
            if self._engine is None:
                self._engine = self._outage.engine_beside(
                    self._beside,
                    isolation_level="AUTOCOMMIT",
                    **self._options,
                )
                event.listen(self._engine, "connect", self._prepare)
            elif self._pid != os.getpid():
                # What was open before a fork is the parent's.
                self._engine.dispose(close=False)
            self._pid = os.getpid()
            return self._engine

    def _prepare(self, connection: BoundedConnection, _record: object) -> None:
        if self._patience is not None:
            connection.patience = self._patience
        adapt(connection)
        # Questions are many and small: what is compiled for one takes longer than its answer.
        connection.execute("SET jit = off")

    def _is_full(self, engine: Engine) -> bool:
        """Whether all connections are taken that there may be."""
        most: int = self._options["pool_size"] + self._options["max_overflow"]
        return cast(QueuePool, engine.pool).checkedout() >= most
