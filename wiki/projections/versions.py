"""Whether what an answer depends on in git has changed, told by what projections have bumped."""

import time
from collections.abc import Callable, Collection
from typing import NamedTuple

from wiki.cache.topics import DAY, HEAD, SITE
from wiki.projections.base import Projections
from wiki.projections.tables.markers import has_changed
from wiki.projections.tables.projection import TableProjection
from wiki.projections.tables.store import Tables


class State(NamedTuple):
    """A commit, with the name and the number of the topics' counter there."""

    commit: str
    counter: str
    seq: int
    #: when it was the newest
    at: float


class PageVersions:
    """The pages' and their projections' changes by topic. A source of ``wiki.cache.Cache``.

    What an answer depends on here is told by projections that are at its commit; so they are
    brought there first. Outside of requests, an answer that stood ``delay`` seconds ago still does,
    unless pages were closed to somebody since.
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
        self._parts = [
            part
            for part in (projections.part(name) for name in projections)
            if part.bumps and isinstance(part, TableProjection)
        ]

    def now(self) -> State | None:
        """What this thread is pinned to; None where it is not, or did not stay there."""
        pin = self._projections.pin
        if pin is None or pin.follows:
            return None
        state = self._state(pin.commit)
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
        commit = self._projections.commit()
        if commit == then.commit:
            return then
        if self._may_wait(then, commit):
            return then
        if HEAD in topics:
            return None
        now = self._state(commit, topics)
        if now is None or now.counter != then.counter or now.seq < then.seq:
            return None
        return None if has_changed(self._tables.rows(), topics, then.seq) else now

    @property
    def _tables(self) -> Tables:
        return self._parts[0].tables

    def _state(self, commit: str, topics: Collection[str] = ()) -> State | None:
        """The state at ``commit``, or at one that a pin has moved to; None where it is not had.

        Those projections are brought there that ``topics`` may be of.
        """
        pin = self._projections.pin
        ready = () if pin is None or pin.follows else pin.ready
        for part in self._parts:
            concerned = not part.prefix or any(one.startswith(part.prefix) for one in topics)
            if concerned and part.name not in ready and not self._projections.bring(part.name):
                return None
        counter, seq = self._tables.counter()
        return State(commit if pin is None else pin.commit, counter, seq, self._clock())

    def _may_wait(self, then: State, commit: str) -> bool:
        """Whether what stood at ``then`` may be shown for a moment more, to a visitor."""
        return (
            self._projections.pin is None
            and self._clock() - then.at < self._delay
            and not self._projections.closed_since(then.commit, commit)
        )
