"""What keeps the rows of projections: one contract, kept by a file of SQLite and by PostgreSQL.

::

    Projections(repository, folder, parts, stores) ──▶ stores.at(folder) ──▶ Tables
                                                        Files      file.py      (the default)
                                                        Schemas    schemas.py   PostgreSQL

A thread reads one state between ``begin`` and ``end``; whoever writes is alone.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Executable, MetaData

from wiki.projections.tables.markers import COUNTER
from wiki.projections.tables.row_changes import Notes, Watch
from wiki.projections.tables.rows import Rows, Values

#: answers that a thread keeps from one request to the next
_REMEMBERED = 500
_NONE: Values = {}


class Overtaken(Exception):
    """Another process has done what a transaction was wanted for."""


class Tables(ABC):
    """The tables of one ``index/`` folder, for all projections and threads of a process."""

    def __init__(self) -> None:
        self._local = threading.local()

    @property
    def markers(self) -> dict[tuple[str, str], str] | None:
        """Between ``begin`` and ``end``: name and schema → commit, as this thread reads them."""
        return getattr(self._local, "markers", None)

    @property
    def memory(self) -> dict[Hashable, Any]:
        """What this thread has read of the state that it is in since ``begin``, by question.

        Nothing is kept outside of one.
        """
        return {} if self.markers is None else self._local.memory

    def counter(self) -> tuple[str, int]:
        """The name and the number of the topics' counter, as this thread reads them."""
        if (markers := self.markers) is not None:
            return next((key[1], int(seq)) for key, seq in markers.items() if key[0] == "topics")
        name, seq = self.first(COUNTER)
        return name, seq

    def _remember(self, markers: dict[tuple[str, str], str]) -> None:
        """Has this thread read the state of ``markers`` from now on."""
        local = self._local
        local.markers = markers
        # Rows change with a marker alone.
        if markers != getattr(local, "read", None) or _size(local.memory) > _REMEMBERED:
            local.memory = {}
        local.read = markers

    @abstractmethod
    def begin(self, is_wanted: Callable[[], bool] | None = None) -> None:
        """See ``pin.Store``."""

    @abstractmethod
    def end(self) -> None:
        """See ``pin.Store``."""

    @abstractmethod
    def first(self, statement: Executable, values: Values = _NONE) -> Any:
        """The first row that is selected, outside of a transaction too; None where there is none.

        None also where what is kept was found damaged: it begins from nothing.
        """

    @abstractmethod
    def reading(self) -> AbstractContextManager[Rows]:
        """One moment of the tables, for several questions whose answers must agree."""

    @abstractmethod
    def writing(self, needed: Callable[[Rows], bool] = bool) -> AbstractContextManager[Rows]:
        """A transaction that holds the only write lock; raises Busy after ``PATIENCE``.

        Raises Overtaken as soon as it is not ``needed`` any more, while it waits or once it begins.
        Re-entrant: what is written inside one is part of it.
        """

    @abstractmethod
    def definitions(self, metadata: MetaData) -> tuple[str, ...]:
        """The statements that make tables here: with what else they depend on, their version."""

    @abstractmethod
    def marker_of(self, projection: str, version: str, metadata: MetaData) -> str:
        """The name of the marker of a version of a projection, whose tables are ``metadata``."""

    @abstractmethod
    def projection_of(self, marker: str) -> str:
        """The projection that a marker is of."""

    @abstractmethod
    def make(self, rows: Rows, marker: str, metadata: MetaData, watches: Collection[Watch]) -> None:
        """Has the tables of a version of a projection be there, and empty."""

    @abstractmethod
    def notes(self, rows: Rows) -> Notes:
        """What notes the rows that change in the transaction of ``rows``."""

    @abstractmethod
    def settle(self, rows: Rows, metadata: MetaData) -> None:
        """Called in a transaction that has written much to the tables of ``metadata``."""

    @abstractmethod
    def discard(self) -> None:
        """Throws all of it away: it can be worked out again."""

    def discard_damaged(self) -> bool:
        """Throws it away where it is damaged, though nobody has met with it yet; whether it did."""
        return False

    @abstractmethod
    def compact(self) -> None:
        """See ``pin.Store``."""

    @abstractmethod
    def sweep(self, today: date) -> None:
        """Lets go of what no version has asked for in a week; called each day."""

    @abstractmethod
    def close(self) -> None:
        """Closes the connections of every thread."""


class Stores(Protocol):
    """Where instances keep the rows of their projections."""

    def at(self, folder: Path) -> Tables:
        """The tables of an ``index/`` folder: one object for all projections of a process."""


def _size(memory: Mapping[Hashable, Any]) -> int:
    return sum(len(one) if isinstance(one, dict) else 1 for one in memory.values())
