"""A few answers kept until the next commit: they are functions of it and of the question."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from wiki.cache.topics import note, noting

#: answers kept at once
KEPT = 256

Answer = TypeVar("Answer")


class Remembered:
    """Answers as of one moment; all are dropped when another moment is asked about."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moment: Hashable = None
        self._answers: dict[Hashable, tuple[Any, set[str]]] = {}

    def answer(self, moment: Hashable, key: Hashable, work: Callable[[], Answer]) -> Answer:
        """The answer to ``key`` at ``moment``, worked out where it is not known."""
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
            if len(self._answers) >= KEPT:
                self._answers.pop(next(iter(self._answers)))
            self._answers[key] = found, topics
        return found
