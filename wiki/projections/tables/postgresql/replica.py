"""The rows of projections on PostgreSQL, where a replica is asked first for what is only read.

::

    begin ──▶ markers of the replica ── what is wanted? ──▶ the state is read there
                     │ no answer            │ no
                     └──────────▶ ◀─────────┘ the primary's, as without a replica

Rows are what their marker says and nothing else: at the commit that this node knows, those of any
server are those of the primary.
"""

from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Executable
from sqlalchemy.pool import PoolProxiedConnection

from wiki.errors import RowsUnreachable
from wiki.people.store.database import Database
from wiki.people.store.replica import PATIENCE, Replica
from wiki.projections.interface import Busy
from wiki.projections.tables.postgresql.pool import Pool
from wiki.projections.tables.postgresql.rows import ServerRows
from wiki.projections.tables.postgresql.server import GONE, Markers, ServerTables
from wiki.projections.tables.rows import Values

_NONE: Values = {}


class ReplicaRows(ServerRows):
    """A state that is read at a replica; the primary goes on with it where that ends it.

    A replica ends what stands in the way of what it has to take over, too.
    """

    def __init__(
        self, lent: PoolProxiedConnection, move: Callable[["ReplicaRows", psycopg.Error], None]
    ) -> None:
        """``move`` gives these rows another connection, to the same state. Raises Busy."""
        super().__init__(lent)
        self._move: Callable[[ReplicaRows, psycopg.Error], None] | None = move

    def execute(self, statement: Executable, values: Values = _NONE) -> Any:
        """See Rows."""
        try:
            return super().execute(statement, values)
        except psycopg.Error as error:
            if (move := self._move) is None:
                raise
            self._move = None
            move(self, error)
        return super().execute(statement, values)


class ReplicatedTables(ServerTables):
    """See ServerTables; a state is read at ``replica`` as long as that has what is wanted."""

    def __init__(self, private: Database, name: Callable[[], str], replica: Replica) -> None:
        super().__init__(private, name)
        self.replica = replica
        self._there = Pool(replica.engine, replica.outage, self._schemas, private.threads, PATIENCE)

    def begin(self, is_wanted: Callable[[], bool] | None = None) -> None:
        """See ``pin.Store``."""
        if is_wanted is None:
            super().begin()
            return
        self.end()
        replica = self.replica
        if not replica.is_asked or (markers := self._begin_there()) is None:
            replica.counted("away")
            super().begin()
        else:
            self._remember(markers)
            if is_wanted():
                replica.note_new()
                replica.counted("replica")
                return
            super().begin()
            if is_wanted():
                replica.note_late()
                replica.counted("late")

    def close(self) -> None:
        """See Tables."""
        super().close()
        self._there.close()
        self.replica.close()

    def _begin_there(self) -> Markers | None:
        """Begins a transaction at the replica, and gives its markers; None where it has none."""
        if (taken := self.take_there()) is None:
            return None
        rows = ReplicaRows(taken.lent, self._go_on)
        try:
            markers = self._read_markers(rows)
        except GONE:
            rows.lent.close()
            return {}
        except psycopg.Error as error:
            self.leave(rows, error)
            return None
        self._local.rows = rows
        return markers

    def _go_on(self, rows: ReplicaRows, error: psycopg.Error) -> None:
        """Has ``rows`` read the primary, if that is still at what they read of the replica."""
        markers = self.markers
        self.leave(rows, error)
        self._local.rows = None
        found = self._begin_reading()
        rows.lent, rows.connection = self._local.rows.lent, self._local.rows.connection
        self._local.rows = rows
        if found != markers:
            self.end()
            raise Busy("the replica has ended what was read there") from error

    def take_there(self) -> ServerRows | None:
        """A connection to the replica, which ``rows.lent.close()`` gives back; None without one."""
        try:
            return self._there.take()
        except RowsUnreachable:
            return None
        except psycopg.Error as error:
            self.replica.lose(error)
            return None

    def leave(self, rows: ServerRows, error: psycopg.Error) -> None:
        """Lets go of a connection to the replica that has failed."""
        if rows.connection.closed:
            self.replica.lose(error)
            self._there.renew()
        rows.lent.invalidate(error)
