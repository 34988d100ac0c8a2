"""A read transaction that a thread stays in, so that all that it asks is of one moment."""

from collections.abc import Callable, Hashable
from contextlib import suppress

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from wiki.errors import StorageFailed
from wiki.people.store.faults import store_faults


class PinnedReading:
    """One read transaction of one thread, begun when it is first asked for.

    ``begun`` is what ``generation`` said before, None where there is no transaction.
    """

    def __init__(self, engine: Engine, generation: Callable[[], Hashable]) -> None:
        self._engine = engine
        self._generation = generation
        self._connection: Connection | None = None
        self.begun: Hashable = None

    def connection(self) -> Connection:
        """A connection inside the transaction."""
        if self._connection is None or not self._connection.in_transaction():
            self.release()
            self.begun = self._generation()
            connection = self._engine.connect()
            if self._engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            connection.begin()
            self._connection = connection
        return self._connection

    def moment(self) -> Hashable:
        """What tells the moment of the transaction from others: ``begun``.

        PostgreSQL has no other word for it: there the transaction is begun, for whatever is asked
        next to be of that moment. Raises StorageFailed.
        """
        if self._engine.dialect.name == "postgresql":
            with store_faults():
                self.connection()
        return self.begun

    def release(self) -> None:
        """Ends the transaction; the next question begins another."""
        if self._connection is not None:
            connection, self._connection, self.begun = self._connection, None, None
            # What was read stands; where the server has gone, there is nothing to end.
            with suppress(SQLAlchemyError, StorageFailed):
                connection.close()
