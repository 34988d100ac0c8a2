"""The state that one request reads: a commit, and one read transaction for each store.

::

    with projections.pinned("pages.view"):
        projections["links"] ──▶ stores at the head? ──no──▶ catch up, begin again
                                       │ yes
                                       └──▶ every answer until the end is from this commit

A pin belongs to the thread that made it. It begins at the first question, not when it is made.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from wiki.errors import RowsUnreachable
from wiki.repository.objects import EMPTY

if TYPE_CHECKING:
    from wiki.projections.base import Projections
    from wiki.projections.interface import Projection

#: times that catching up is tried before a state behind the head is taken
_TRIES = 3


class Store(Protocol):
    """A file, or some, that several projections may be kept in."""

    def begin(self, is_wanted: Callable[[], bool] | None = None) -> None:
        """Has this thread read one state of the store until ``end``.

        Where there is also one that may be older, that is taken if, once it is read, it
        ``is_wanted``; the newest else, or where nothing is said.
        """

    def end(self) -> None:
        """Lets go of that state; does nothing where there is none."""

    def compact(self) -> None:
        """Takes no more room than need be; called after much was written."""


class Pin:
    """What one thread's questions are answered from.

    ``follows``: a later commit is taken up at the next question, for requests that save. Without,
    ``moved`` says whether answers from two commits had to be given: the request is then made again.

    ``by_heads``: projections answer as they stand, as long as no page came, went or changed its
    head since; ``late`` says whether they do. For requests that show of other pages little more
    than that they are there.
    """

    def __init__(
        self,
        projections: "Projections",
        asked: set[str],
        *,
        follows: bool,
        by_heads: bool = False,
    ) -> None:
        """``asked`` names the projections that are brought up to date first; asking adds to it."""
        self.moved = False
        self.follows = follows
        self.late = False
        self._by_heads = by_heads
        self._first: str | None = None
        self._projections = projections
        self._asked = asked
        self._wanted = set(asked)
        self._commit: str | None = None
        #: the projections that answer from ``commit``, all that they need too
        self.ready: set[str] = set()
        self._behind: set[str] = set()
        self._stores: dict[int, Store] = {}

    @property
    def commit(self) -> str:
        """The commit that answers are from."""
        if self._commit is None or self._outdated():
            self._begin()
        return self._commit or EMPTY

    @property
    def stays(self) -> bool:
        """Whether all answers were and will be from one commit."""
        return not self.follows and self.commit == self._first

    def restart(self) -> None:
        """Has answers begin anew with the present commit."""
        self.moved, self._first = False, self._commit

    def holds(self, name: str) -> bool:
        """Whether the projection ``name`` answers from ``commit``, all that it needs too."""
        return name in self.ready and not self._outdated()

    def bring(self, name: str) -> bool:
        """Brings the projection ``name`` to ``commit``, or all to a later one; whether it is."""
        commit = self.commit
        if name in self.ready:
            return True
        if name in self._behind:
            return False
        self._want(name)
        self._begin()
        self.moved |= self._commit != commit
        return name in self.ready

    def _want(self, name: str) -> None:
        """Has the projection ``name`` brought up to date from now on, and all that it needs."""
        self._asked.add(name)
        self._wanted.add(name)
        for need in self._projections.part(name).needs:
            self._want(need)

    def release(self) -> None:
        """Ends the read transactions; the next question begins new ones."""
        for store in self._stores.values():
            store.end()
        self._stores.clear()
        self.ready.clear()
        self._commit = None

    def _answers(self, part: "Projection", head: str) -> bool:
        """Whether ``part`` may answer for ``head`` as this thread sees it now."""
        if (stands := part.reflects()) == head:
            return True
        if self._by_heads and self._projections.changed_bodies(stands, head) is not None:
            self.late = True
            return True
        return False

    def _stands(self, store: Store, head: str) -> bool:
        """Whether all that is wanted of ``store`` is at ``head``, as this thread sees it now."""
        parts = self._projections.parts(self._wanted)
        return all(part.reflects() == head for part in parts if part.store is store)

    def _outdated(self) -> bool:
        return self.follows and self._projections.head() != self._commit

    def _begin(self) -> None:
        seen: tuple[str, set[str]] | None = None
        parts = self._projections.parts(self._wanted)
        for tried in range(_TRIES):
            self.release()
            if tried:
                for part in parts:
                    self._projections.catch_up(part.name)
            head = self._commit = self._projections.head()
            silent: set[int] = set()
            for part in parts:
                if (store := part.store) is not None and id(store) not in {*self._stores, *silent}:
                    try:
                        # Who saves, and who has just caught up, is ahead of any replica.
                        newest = self.follows or tried
                        store.begin(None if newest else partial(self._stands, store, head))
                        self._stores[id(store)] = store
                    except RowsUnreachable:  # whoever asks it is told
                        silent.add(id(store))
            self.ready, self.late = set(), False
            for part in parts:
                if id(part.store) in silent or not self.ready.issuperset(part.needs):
                    continue
                if self._answers(part, head):
                    self.ready.add(part.name)
            self._behind = self._wanted - self.ready
            state = (head, self._behind)
            # Where nothing has changed, another try would wait as long for nothing.
            if not self._behind or state == seen:
                break
            seen = state
        self._first = self._first or self._commit
