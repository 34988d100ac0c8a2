"""Answers of the private database that are remembered until a table that they read is written."""

from collections.abc import Hashable
from typing import Any, NamedTuple

from wiki.cache.versions import Moment, Versions

#: How many answers are kept before it starts over.
REMEMBERED = 10_000


class Remembered(NamedTuple):
    """An answer, the topics it noted, and when it held: by both counts of what is written."""

    answer: Any
    topics: frozenset[str]
    #: the database's own count, of all that anybody writes
    generation: Hashable
    #: that of what is told, by topic
    moment: Moment


class Memory:
    """The answers of one process by key; thread-safe.

    Without ``versions`` one is forgotten as soon as anything was written; likewise where something
    was written that nobody told of, and nothing else was.
    """

    def __init__(self, versions: Versions | None) -> None:
        self._versions = versions
        self._kept: dict[Hashable, Remembered] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable, generation: Hashable, moment: Moment) -> Remembered | None:
        """What is kept under ``key`` if it holds at ``generation`` and ``moment``."""
        kept = self._kept.get(key)
        if kept is None or kept.generation == generation:
            return kept
        then = kept.moment
        # What is younger than the moment that a request is pinned to is none of its answers.
        if self._versions is None or not then or not moment or then[1] >= moment[1]:
            return None
        now = self._versions.stands(then, self._versions.pick(kept.topics))
        return None if now is None else kept._replace(generation=generation, moment=now)

    def keep(self, key: Hashable, one: Remembered) -> None:
        """Keeps it under ``key``."""
        if len(self._kept) >= REMEMBERED:
            self._kept.clear()
        self._kept[key] = one

    def clear(self) -> None:
        """Forgets all."""
        self._kept.clear()
