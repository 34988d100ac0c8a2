"""Answers that are kept: until the next commit, or until something of them has changed."""

import threading
from collections.abc import Callable, Collection, Hashable
from typing import Any, TypeVar

from wiki.cache.topics import note, noting
from wiki.projections.tables.markers import ALL, bumped_since
from wiki.projections.tables.projection import TableProjection
from wiki.projections.tables.rows import Rows

#: answers kept at once
KEPT = 256
#: topics that are looked through for what has changed
_MOST = 500

Answer = TypeVar("Answer")


class Remembered:
    """Answers as of one moment; all are dropped when another moment is asked about."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moment: Hashable = None
        self._answers: dict[Hashable, tuple[Any, set[str]]] = {}

    def answer(
        self,
        projection: TableProjection,
        rows: Rows,
        _topics: Collection[str],
        key: Hashable,
        work: Callable[[], Answer],
    ) -> Answer:
        """The answer to ``key`` as ``projection`` is now, worked out where it is not known."""
        moment = projection.moment(rows)
        with self._lock:
            known = self._answers.get(key) if moment == self._moment else None
        if known is not None:
            note(known[1])
            return known[0]  # type: ignore[no-any-return]
        with noting() as topics:
            found = work()
        with self._lock:
            if moment != self._moment:
                self._moment = moment
                self._answers.clear()
            _keep(self._answers, KEPT, key, (found, topics))
        return found


class Lasting:
    """Answers that outlast commits: those whose topics tell all that they depend on."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        # The name of the topics' counter, and the number at which all that is kept holds.
        self._counter = ("", 0)
        self._answers: dict[Hashable, tuple[Any, frozenset[str]]] = {}

    def answer(
        self,
        projection: TableProjection,
        rows: Rows,
        topics: Collection[str],
        key: Hashable,
        work: Callable[[], Answer],
    ) -> Answer:
        """The answer to ``key``, which depends on ``topics`` and on what ``work`` notes.

        Who reads an older state than the newest that was asked about works it out.
        """
        counter = projection.tables.counter()
        with self._lock:
            known = self._answers.get(key) if self._follow(rows, counter) else None
        if known is not None:
            note(known[1])
            return known[0]  # type: ignore[no-any-return]
        with noting() as more:
            found = work()
        with self._lock:
            if self._counter == counter:
                _keep(self._answers, self._most, key, (found, frozenset((*topics, *more))))
        return found

    def _follow(self, rows: Rows, counter: tuple[str, int]) -> bool:
        """Lets go of what has changed until ``counter``; whether what is kept then holds there."""
        name, number = self._counter
        if counter == self._counter:
            return True
        if counter[0] == name and counter[1] < number:
            return False
        bumped = bumped_since(rows, number, _MOST) if counter[0] == name else None
        if bumped is None or ALL in bumped:
            self._answers.clear()
        else:
            gone = [key for key, one in self._answers.items() if not one[1].isdisjoint(bumped)]
            for key in gone:
                del self._answers[key]
        self._counter = counter
        return True


def _keep(answers: dict[Hashable, Answer], most: int, key: Hashable, answer: Answer) -> None:
    if len(answers) >= most:
        answers.pop(next(iter(answers)))
    answers[key] = answer
