"""Search where there is a replica: the primary says what there is, the replica is asked for it.

::

    begin ──▶ state of the replica ── the one that is known here? ──▶ all is asked there
                     │ no answer            │ no
                     └──────────▶ ◀─────────┘ the primary's, as without a replica

What is below the size of a state never changes, and no two states have one ``mark``: a server that
has it has all of those documents, whatever else it has or lacks. So the columns that a process
keeps are the primary's, and hold for both.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from wiki.projections.searching.index.snapshot import Snapshot
from wiki.projections.searching.postgres.connection import Answer, Connections
from wiki.projections.searching.postgres.layout import EDITION, STATE, State
from wiki.projections.searching.postgres.shelf import RowShelf, RowSnapshot
from wiki.projections.tables.postgresql.replica import ReplicatedTables
from wiki.projections.tables.postgresql.server import GONE


class ReplicaConnections(Connections):
    """See Connections; a thread that ``reads_there`` asks the replica, and then the primary."""

    def __init__(self, tables: ReplicatedTables, edition: str) -> None:
        super().__init__(tables, edition)
        self._replicated, self._local = tables, threading.local()

    @property
    def reads_there(self) -> bool:
        """Whether this thread reads at the replica."""
        return getattr(self._local, "there", False)

    @reads_there.setter
    def reads_there(self, value: bool) -> None:
        self._local.there = value

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """See Connections."""
        if self.reads_there:
            if (found := self._answer_there(_selection(statement, values))) is not None:
                return found
            self.reads_there = False
        return super().read(statement, values)

    def ask(self, question: Callable[[Any], Answer]) -> Answer:
        """See Connections."""
        if self.reads_there:
            found = self._answer_there(lambda sql: _at_one_moment(sql, question))
            if found is not None:
                return found
            self.reads_there = False
        return super().ask(question)

    def state_there(self, statement: str) -> State | None:
        """The state that the replica has; None where it does not say."""
        nothing: list[tuple[Any, ...]] = []
        found = self._answer_there(_selection(statement, ()), nothing)
        return None if found is None else State(*found[0]) if found else State()

    def _answer_there(
        self,
        question: Callable[[psycopg.Connection[Any]], Answer],
        missing: Answer | None = None,
    ) -> Answer | None:
        """What the replica says, ``missing`` where it lacks the table; None without an answer."""
        if (rows := self._replicated.take_there()) is None:
            return None
        try:
            return question(rows.connection)
        except GONE:
            return missing
        except psycopg.Error as error:
            self._replicated.leave(rows, error)
            return None
        finally:
            rows.lent.close()


def _selection(
    statement: str, values: Sequence[Any]
) -> Callable[[psycopg.Connection[Any]], list[tuple[Any, ...]]]:
    def select(connection: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor(binary=True) as cursor:
            return cursor.execute(statement, values).fetchall()

    return select


def _at_one_moment(
    connection: psycopg.Connection[Any], question: Callable[[Any], Answer]
) -> Answer:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return question(cursor)


class ReplicatedShelf(RowShelf):
    """See RowShelf; what is asked of a state is asked at the replica if it has that state."""

    connections: ReplicaConnections

    def __init__(self, tables: ReplicatedTables) -> None:
        super().__init__(tables)
        self.connections = ReplicaConnections(tables, EDITION)
        self._replica = tables.replica

    def begin(self, is_wanted: Callable[[Snapshot], bool] | None = None) -> Snapshot:
        """See Shelf."""
        self.end()
        if is_wanted is None:
            return self.snapshot()
        replica, there = self._replica, self._state_there()
        if there is None:
            replica.counted("away")
            return self.snapshot()
        if (known := self._snapshot) is not None and self._is_there(known, there, is_wanted):
            return known
        found = self.snapshot()
        if not self._is_there(found, there, is_wanted) and is_wanted(found):
            replica.note_late()
            replica.counted("late")
        return found

    def end(self) -> None:
        """See Shelf."""
        self.connections.reads_there = False

    def _state_there(self) -> State | None:
        """What the replica has; None where it is not asked, or does not say."""
        if not self._replica.is_asked:
            return None
        return self.connections.state_there(self._layout.text(STATE))

    def _is_there(
        self, known: RowSnapshot, there: State, is_wanted: Callable[[Snapshot], bool]
    ) -> bool:
        """Whether this thread reads ``known`` there, from now on."""
        if known.state != there or not is_wanted(known):
            return False
        self._replica.note_new()
        self._replica.counted("replica")
        self.connections.reads_there = True
        return True
