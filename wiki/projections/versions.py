"""Whether what an answer depends on in git has changed, told by what projections have bumped.

::

    head moved? ──▶ projections brought there ──▶ topics bumped since ──▶ remembered by the process
                          once for all threads        one SELECT                │
    each kept answer ◀── its topics among those? no ──▶ it stands ◀─────────────┘
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from wiki.cache.topics import DAY, HEAD, SITE
from wiki.pages.access import PUBLIC
from wiki.projections.base import Projections
from wiki.projections.interface import PATIENCE
from wiki.projections.secrecy import concern
from wiki.projections.tables.markers import ALL, bumped_since
from wiki.projections.tables.projection import TableProjection
from wiki.projections.tables.store import Tables

#: who has no account
VISITOR = frozenset({PUBLIC})
#: commits that are remembered as open
_COMMITS = 100
#: topics that are remembered; when there are more, what was made before is made anew
_MOST = 20_000


class State(NamedTuple):
    """A commit, with the name and the number of the topics' counter there."""

    commit: str
    counter: str
    seq: int


class _Bumped(NamedTuple):
    """Topics bumped after the number ``since``, as of ``state``, with the number of the last time.

    ``parts`` are the projections that were at its commit.
    """

    state: State
    parts: frozenset[str]
    since: int
    topics: Mapping[str, int]

    def knows(self, commit: str, parts: Collection[str], then: State) -> bool:
        """Whether it tells what ``parts`` have bumped from ``then`` until ``commit``."""
        return self.state.commit == commit and self.parts.issuperset(parts) and self.covers(then)

    def covers(self, then: State) -> bool:
        """Whether it goes back as far as ``then``."""
        return self.state.counter == then.counter and self.since <= then.seq

    def judge(self, then: State, topics: Collection[str]) -> State | None:
        """The state that it is of, if neither one of ``topics`` nor all was bumped since ``then``.

        None also where it does not go back so far.
        """
        numbers, since = self.topics, then.seq
        if not self.covers(then) or self.state.seq < since or numbers.get(ALL, 0) > since:
            return None
        if any(numbers[topic] > since for topic in topics if topic in numbers):
            return None
        return self.state


class PageVersions:
    """The pages' and their projections' changes by topic. A source of ``wiki.cache.Cache``.

    What an answer depends on here is told by projections that are at its commit; so they are
    brought there first.
    """

    def __init__(
        self,
        projections: Projections,
        delay: float = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._projections = projections
        self._delay = delay
        self._clock = clock
        self._parts = {
            name: part
            for name in projections
            if isinstance(part := projections.part(name), TableProjection) and part.bumps
        }
        self._parts_of = lru_cache(maxsize=1000)(self._list_parts)
        self._looking, self._following = Lock(), Lock()
        #: commits since which nothing was closed to visitors, with when each was the newest
        self._open: dict[str, float] = {}
        #: the commit that was the newest last, and when
        self._newest = ("", 0.0)
        #: see ``Pages``
        self.glanced = ""
        self._bumped = _Bumped(State("", "", 0), frozenset(), 0, {})

    def now(self) -> State | None:
        """What this thread is pinned to; None where it is not, or did not stay there."""
        pin = self._projections.pin
        if pin is None or pin.follows or pin.late:
            return None
        state = self._state(pin.commit, self._parts_of(frozenset()))
        return state if pin.stays else None

    @staticmethod
    def pick(topics: Collection[str]) -> frozenset[str]:
        """See ``Source``: all that is neither of private rows, nor of the day."""
        return frozenset(
            one
            for one in topics
            if not one.startswith(("rows:", "own:")) and one not in (DAY, SITE)
        )

    def stands(self, then: State | None, topics: Collection[str]) -> State | None:
        """See ``Source``. Without a pin that is the newest commit."""
        if then is None or not topics:
            return then
        commit, pin = self._projections.commit(), self._projections.pin
        if pin is not None and pin.late:
            return None  # its rows are not those of its commit
        if commit == then.commit:
            if pin is None:  # a long request reads what is not the newest any more
                self._newest = commit, self._clock()
            return then
        if HEAD in topics:
            return None
        parts = self._parts_of(frozenset(topics))
        bumped: _Bumped | None = self._bumped
        if bumped is None or not bumped.knows(commit, parts, then):
            if pin is None:
                commit = self.follow()  # what is seen there may be shown for a moment more
            with self._alone():
                bumped = self._look(commit, parts, then)
        return None if bumped is None else bumped.judge(then, topics)

    def glance(self) -> Callable[[State | None, Collection[str]], State | None]:
        """See ``Source``. Outside of requests."""
        commit = self.glanced = self._projections.head()
        self._newest = commit, self._clock()

        def stands(then: State | None, topics: Collection[str]) -> State | None:
            if then is None or not topics or then.commit == commit:
                return then
            found = self._known(then, topics)
            return found if found is not None and found.commit == commit else None

        return stands

    def _known(self, then: State, topics: Collection[str]) -> State | None:
        """The last state that was looked at, if ``topics`` stand there."""
        bumped, parts = self._bumped, self._parts_of(frozenset(topics))
        if HEAD in topics or not bumped.parts.issuperset(parts):
            return None
        return bumped.judge(then, topics)

    def _look(self, commit: str, parts: frozenset[str], then: State) -> _Bumped | None:
        """What was bumped from ``then`` until ``commit``, or a later one that a pin has moved to.

        None where that is not had. It is remembered if it is the newest.
        """
        last = self._bumped
        if last.knows(commit, parts, then):
            return last  # another thread was quicker
        state = self._state(commit, parts)
        if state is None or state.counter != then.counter:
            return None
        goes_on = last.covers(then) and last.state.seq <= state.seq
        if goes_on and last.state.commit == state.commit:
            parts |= last.parts
        since, topics = (last.state.seq, last.topics) if goes_on else (then.seq, {})
        with self._tables.reading() as rows:
            found = bumped_since(rows, since, _MOST)
        if found is None or len(topics) + len(found) > _MOST:
            bumped = _Bumped(state, parts, state.seq, {})
        else:
            bumped = _Bumped(state, parts, last.since if goes_on else since, {**topics, **found})
        if last.state.counter != state.counter or last.state.seq <= state.seq:
            self._bumped = bumped
        return bumped

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One thread looks, for all; whoever waits too long looks too."""
        mine = self._looking.acquire(timeout=PATIENCE)
        try:
            yield
        finally:
            if mine:
                self._looking.release()

    @property
    def _tables(self) -> Tables:
        return next(iter(self._parts.values())).tables

    def _list_parts(self, topics: frozenset[str]) -> frozenset[str]:
        """The names of the projections that ``topics`` may be of."""
        return frozenset(
            name
            for name, part in self._parts.items()
            if not part.prefix or any(one.startswith(part.prefix) for one in topics)
        )

    def _state(self, commit: str, parts: frozenset[str]) -> State | None:
        """The state at ``commit``, or at one that a pin has moved to, once ``parts`` are there.

        None where it is not had.
        """
        pin = self._projections.pin
        ready = () if pin is None or pin.follows else pin.ready
        for name in self._parts:
            if name in parts and name not in ready and not self._projections.bring(name):
                return None
        counter, seq = self._tables.counter()
        return State(commit if pin is None else pin.commit, counter, seq)

    def stands_late(self, then: State | None, topics: Collection[str]) -> State | None:
        """See ``Pages``: what was the newest a moment ago, where nothing was closed since."""
        if then is None or not self._delay:
            return None
        for state in filter(None, (self._known(then, topics), then)):
            newest = self._open.get(state.commit)
            if newest is not None and self._clock() - newest < self._delay:
                return state
        return None

    def follow(self) -> str:
        """See ``Pages``."""
        with self._following:
            commit, now = self._projections.head(), self._clock()
            seen, at = self._newest
            if seen in self._open:
                self._open[seen] = max(at, self._open[seen])
            if self._delay:
                self._follow(commit)
                self._open[commit] = now
        return commit

    def _follow(self, commit: str) -> None:
        """Forgets the commits since which a page was closed to visitors until ``commit``."""
        last = next(reversed(self._open), None)
        if last == commit:
            return
        if last is None or concern(self._projections.closed_since(last, commit), VISITOR):
            self._open.clear()
        self._open.pop(commit, None)
        while len(self._open) >= _COMMITS:
            del self._open[next(iter(self._open))]
