"""The one cache: an answer stands as long as nothing that it depends on has changed.

::

    key ──▶ kept? ──▶ each source: what of its topics changed since? ──nothing──▶ the answer
              │ no                                  │ something
              └──────▶ made anew, topics noted ◀────┘

Sources know versions: ``Versions`` of private rows, the projections of pages, ``Days`` of the day.
Nothing is ever invalidated in here, so nothing can be forgotten.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol, TypeVar

from cachetools import LRUCache

from wiki.cache.topics import OUTDATED, note, noting

Answer = TypeVar("Answer")

#: what an entry takes beside its answer
_OVERHEAD = 2_000


#: the present state if nothing of some topics changed since a state, or None
Stands = Callable[[Any, Collection[str]], Any]


class Source(Protocol):
    """Something whose changes are known by topic."""

    def now(self) -> Any:
        """The state that this thread's answers are made from; None where none is certain."""

    def pick(self, topics: Collection[str]) -> frozenset[str]:
        """Those of ``topics`` that are its own."""

    def stands(self, then: Any, topics: Collection[str]) -> Any:
        """The present state if nothing of ``topics`` changed since the state ``then``, or None."""

    def glance(self) -> Stands:
        """Looks once, for what says ``stands`` as of now; None also where that takes time."""


class Pages(Source, Protocol):
    """The source whose state takes time to work out, and may be late for visitors."""

    @property
    def glanced(self) -> Hashable:
        """What the last ``glance`` saw."""

    def stands_late(self, then: Any, topics: Collection[str]) -> Any:
        """The state that visitors may be shown for a moment more, of what stands at ``then``.

        As of the last ``follow``; None where they may not.
        """

    def follow(self) -> str:
        """Gives the newest commit, and notes that it is that now."""


@dataclass(frozen=True, slots=True)
class Made:
    """What an answer was made from: all that it noted, and by source its own topics and state."""

    topics: frozenset[str]
    own: tuple[frozenset[str], ...]
    states: tuple[Any, ...]


@dataclass(slots=True)
class _Kept:
    value: Any
    size: int
    made: Made
    #: by source, the last state at which it was known to stand
    states: tuple[Any, ...]


def _uncounted(source: int) -> None:
    """Where nobody counts what is let go."""


class Cache:
    """Answers of one process, those used again and the last ones; safe to share between threads.

    ``pages`` is pinned by requests: its state is the same all through one. That of ``others`` is
    asked before an answer is made, by ``begin``.
    """

    def __init__(
        self,
        pages: Pages,
        others: Sequence[Source] = (),
        max_size: int = 48_000_000,  # bytes, or characters
        lost: Callable[[int], None] = _uncounted,
    ) -> None:
        """``lost`` is told which source let an answer go: 0 for ``pages``, then the ``others``."""
        self._pages, self._lost = pages, lost
        self._sources = (pages, *others)
        self._stands = [source.stands for source in self._sources]
        #: the size of the largest answer that is kept
        self.most = max_size // 16
        self._lock = Lock()
        #: what was seen at a number of the pulse, and the last number that was followed to
        self._seen: tuple[Hashable, list[Stands]] = (None, [])
        self._followed: Hashable = None
        # A segmented LRU: who reads all that there is, once, pushes nothing out of the first part.
        self._kept: LRUCache[Hashable, _Kept] = LRUCache(max_size - max_size // 4, getsizeof=_size)
        self._asked_once: LRUCache[Hashable, _Kept] = LRUCache(max_size // 4, getsizeof=_size)

    def find(self, key: Hashable) -> Any:
        """The answer kept under ``key`` if it stands, its topics noted; None where there is none.

        Inside a request it stands at the commit that the request is pinned to.
        """
        kept = self._get(key)
        return None if kept is None else self._judge(kept, self._stands)

    def find_at_once(self, key: Hashable, number: Hashable = None) -> Any:
        """As ``find``, outside of requests; None also where it takes time to know.

        ``number`` is that of the pulse (``pulse.py``), read before.
        """
        kept = self._get(key)
        return None if kept is None else self._judge(kept, self._glances(number))

    def find_late(self, key: Hashable, number: Hashable = None) -> Any:
        """The answer kept under ``key`` if visitors may be shown it, though it is out of date."""
        if (kept := self._get(key)) is None:
            return None
        if number is None or self._followed != number:
            self._pages.follow()
            self._followed = number
        return self._judge(kept, [self._pages.stands_late, *self._glances(number)[1:]])

    def _get(self, key: Hashable) -> _Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None and (kept := self._asked_once.pop(key, None)) is not None:
                self._kept[key] = kept
        return kept

    def _glances(self, number: Hashable) -> list[Stands]:
        """By source what says ``stands``; seen once for all that are asked at ``number``."""
        seen, glances = self._seen
        if number is None or seen != number:
            glances = [source.glance() for source in self._sources]
            self._seen = number, glances
        return glances

    def _judge(self, kept: _Kept, stands: Iterable[Stands]) -> Any:
        states: list[Any] = []
        # Pages last: what is private decides first, and it is told at once.
        for says, own, then in [*zip(stands, kept.made.own, kept.states, strict=True)][::-1]:
            if (now := says(then, own)) is None:
                self._lost(len(self._sources) - 1 - len(states))
                return None
            states.append(now)
        kept.states = tuple(states[::-1])
        note(kept.made.topics)
        return kept.value

    def measure(self) -> tuple[int, int]:
        """How many answers are kept, and how large they are together."""
        parts = (self._kept, self._asked_once)
        return sum(map(len, parts)), int(sum(part.currsize for part in parts))

    def follow(self) -> tuple[Any, ...]:
        """The present state of all, which visitors may be shown for a moment more.

        With what the last glance saw: a branch that was elsewhere for a moment may have been seen
        there, and what was seen counts until this says otherwise.
        """
        return self._pages.follow(), self._pages.glanced, *self.begin()

    def begin(self) -> tuple[Any, ...]:
        """The state that an answer is going to be made from, for ``finish``."""
        return tuple(source.now() for source in self._sources[1:])

    def finish(self, begun: tuple[Any, ...], topics: Collection[str]) -> Made | None:
        """What an answer was made from that noted ``topics``, begun in this request.

        None where that is not certain, such as outside of requests: then it is not kept.
        """
        if OUTDATED in topics or None in begun or (state := self._sources[0].now()) is None:
            return None
        own = tuple(source.pick(topics) for source in self._sources)
        return Made(frozenset(topics), own, (state, *begun))

    def keep(self, key: Hashable, value: Any, size: int, made: Made | None) -> None:
        """Keeps an answer under ``key``, if it is known what it was made from.

        Not one that is larger than a sixteenth of all; ``size`` is in bytes or characters.
        """
        if made is not None and size <= self.most:
            with self._lock:
                part = self._kept if key in self._kept else self._asked_once
                part[key] = _Kept(value, size, made, made.states)

    def take_in(self, key: Hashable, value: Any, size: int, made: Made) -> bool:
        """Keeps what another process has made, if it stands; whether it does."""
        if self._judge(_Kept(value, size, made, made.states), self._stands) is None:
            return False
        self.keep(key, value, size, made)
        return True

    def answer(self, key: Hashable, work: Callable[[], Answer], size: int = 0) -> Answer:
        """The answer kept under ``key``, or what ``work`` says."""
        if (found := self.find(key)) is not None:
            return found  # type: ignore[no-any-return]
        begun = self.begin()
        with noting() as topics:
            answer = work()
        self.keep(key, answer, size, self.finish(begun, topics))
        return answer


def _size(kept: _Kept) -> int:
    return kept.size + _OVERHEAD + 100 * len(kept.made.topics)
