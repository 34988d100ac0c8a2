"""The queue of all nodes, in the database of their private rows: who is there takes the next word.

It has a schema of its own, ``queue``, that may be thrown away at any time.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING

from wiki.task_queue.local import ENOUGH

if TYPE_CHECKING:
    from wiki.people.store.outage import BoundedConnection

_log = logging.getLogger(__name__)
_SCHEMA = "queue"
#: seconds until an outage is looked at again
_PAUSE = 2.0


class SharedQueue:
    """The queue behind ``address``; thread-safe."""

    def __init__(self, address: str) -> None:
        from huey import PostgresHuey

        self._address = address
        self._huey: PostgresHuey = PostgresHuey(
            "wiki", results=False, connection=self._connect, create_tables=False
        )
        self._work: Callable[[str], object] = str
        # The one task of the queue: its messages are names of ours.
        self._run = self._huey.task(name="run")(self._take)

    def put(self, name: str) -> bool:
        """Leaves a word for the task called ``name``; whether that could be done."""
        import psycopg

        try:
            if self._huey.pending_count() < ENOUGH:
                self._run(name)
        except psycopg.Error as error:
            _log.info("the queue of all nodes cannot be reached: %s", error)
            return False
        return True

    def listen(self, work: Callable[[str], object], stopped: Event) -> None:
        """Has ``work`` done for each word that is left for no other, until ``stopped``."""
        import psycopg

        self._work, there = work, False
        while not stopped.is_set():
            try:
                if not there:
                    self._make()
                    there = True
                # Waits for a second.
                if (task := self._huey.dequeue()) is not None:
                    self._huey.execute(task)
            except psycopg.Error as error:
                _log.info("the queue of all nodes cannot be reached: %s", error)
                there = False
                stopped.wait(_PAUSE)
        self.close()

    def close(self) -> None:
        """Closes its connection; it can be used again."""
        import psycopg

        with suppress(psycopg.Error):
            self._huey.storage.close()

    def _take(self, name: str) -> None:
        self._work(name)

    def _make(self) -> None:
        """Makes its tables where they are missing; one of several at a time."""
        with self._connect() as connection, connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(hashtext('make queue'))")
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}".encode())
            for statement in self._huey.storage.ddl:
                connection.execute(statement)

    def _connect(self) -> "BoundedConnection":
        from wiki.people.store.outage import connect

        made = connect(self._address)
        made.execute(f"SET search_path = {_SCHEMA}".encode())
        made.execute("SET synchronous_commit = off")
        return made
