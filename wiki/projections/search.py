"""Full-text search: pages, needs and offers found by words, for one audience at a time.

The audience is part of the question: totals, facets, extracts and suggestions are worked out from
visible documents alone. Nothing that is typed raises; an index that cannot be read is thrown away
and made again.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from typing import ClassVar

from wiki.pages.page import TYPES
from wiki.projections.interface import Busy, Progress, Projection, TakeBatch
from wiki.projections.pagespan import PageChange, page_changes
from wiki.projections.pin import Store
from wiki.projections.searching.facets import TYPE, Facts
from wiki.projections.searching.index.entries import ITEM_KINDS, Change, Entry, entries
from wiki.projections.searching.index.part import Damaged
from wiki.projections.searching.index.snapshot import Snapshot
from wiki.projections.searching.question import read_question
from wiki.projections.searching.results import SearchRequest, SearchResults, Suggestion
from wiki.projections.searching.shelf import Shelf, shelf_of
from wiki.projections.tables.store import Stores
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository
from wiki.repository.span import Span

log = logging.getLogger(__name__)


class SearchProjection(Projection):
    """The search index: questions to what a ``Shelf`` keeps, in files or in PostgreSQL."""

    name: ClassVar[str] = "search"
    needs: ClassVar[tuple[str, ...]] = ("catalogue",)
    in_batches = True

    def __init__(
        self,
        facts: Facts | None = None,
        item_kinds: Mapping[str, str] = ITEM_KINDS,
    ) -> None:
        """``facts`` gives the facets beyond the type; ``item_kinds`` the blocks with results."""
        self._facts = facts
        self._item_kinds = item_kinds
        self._shelf_: Shelf | None = None
        self._local = threading.local()

    @property
    def _shelf(self) -> Shelf:
        if self._shelf_ is None:
            raise RuntimeError("projection search was not opened")
        return self._shelf_

    def _snapshot(self) -> Snapshot:
        """The index as this thread reads it: the state of ``begin``, or the newest."""
        held: Snapshot | None = getattr(self._local, "held", None)
        return self._shelf.snapshot() if held is None else held

    # The projection

    @property
    def store(self) -> Store:
        """See Projection."""
        return self

    def begin(self, is_wanted: Callable[[], bool] | None = None) -> None:
        """See ``pin.Store``."""

        def is_held(snapshot: Snapshot) -> bool:
            self._local.held = snapshot
            return is_wanted is None or is_wanted()

        with suppress(Damaged):  # whoever reads it next throws it away
            self._local.held = self._shelf.begin(is_wanted and is_held)

    def end(self) -> None:
        """See ``pin.Store``."""
        self._local.held = None
        self._shelf.end()

    def compact(self) -> None:
        """See ``pin.Store``: what is written at once is as small as it goes."""

    def open(self, folder: Path, stores: Stores) -> None:
        """See Projection."""
        self._shelf_ = shelf_of(folder, stores)

    def close(self) -> None:
        """See Projection."""
        self._shelf.close()

    def reflects(self) -> str:
        """See Projection."""
        try:
            return self._snapshot().marker
        except Damaged as error:
            self._discard(error)
            return EMPTY

    def holds(self) -> str:
        """See Projection."""
        return self._snapshot().holds

    def apply(self, span: Span, progress: Progress | None = None) -> None:
        """See Projection. What a few pages cost is small (``searching/shelf.py``)."""
        self._shelf.apply(span, self._changes, progress)

    def is_due(self, repository: Repository) -> bool:
        """Whether so much has changed that ``write_recent`` would do questions good."""
        return self._shelf.is_due(repository)

    def write_recent(self, repository: Repository, *, clean: bool = False) -> None:
        """Has questions look into few places for what has changed lately.

        ``clean``: and nowhere is a word kept of what is gone.
        """
        self._shelf.write_recent(repository, self._changes, clean=clean)

    @contextmanager
    def starting_over(self, span: Span) -> Iterator[TakeBatch | None]:
        """See Projection."""
        with self._shelf.starting_over(span) as take:
            yield None if take is None else lambda batch: take(self._changes(batch))

    def _changes(self, span: Span) -> Iterator[Change]:
        for change in page_changes(span.repository, span):
            yield change.path, self._entries(change)

    def _entries(self, change: PageChange) -> Iterable[Entry]:
        if change.after is None or change.access is None:
            return ()
        return entries(change.after, change.access.group, change.space, self._item_kinds)

    def is_renewed(self) -> bool:
        """See Projection."""
        return self._shelf.renewed or self._snapshot().renewed

    def reset(self) -> None:
        """See Projection. What is there answers until the next ``apply`` replaces it."""
        self._shelf.reset()

    # Questions

    def search(self, request: SearchRequest) -> SearchResults:
        """The results for ``request``; never raises for what was typed."""
        # With it comes numpy, which a start does not wait for.
        from wiki.projections.searching.answer import answer

        try:
            return answer(self._snapshot(), request, self._facts)
        except (Damaged, FileNotFoundError) as error:
            self._discard(error)
            return SearchResults(damaged=True)

    def suggest(
        self, prefix: str, audience: frozenset[str], limit: int = 8, kind: str = ""
    ) -> tuple[Suggestion, ...]:
        """Visible pages whose titles have the words typed, the last perhaps unfinished.

        Of one ``kind`` alone, if any.
        """
        from wiki.projections.searching.completion import completions

        try:
            snapshot = self._snapshot()
            return tuple(completions(snapshot, prefix, audience, limit, kind))
        except (Damaged, FileNotFoundError) as error:
            self._discard(error)
            return ()

    def ranked(
        self,
        query: str,
        audience: frozenset[str],
        kind: str = "",
        limit: int = 50,
    ) -> list[tuple[str, float]]:
        """Paths with scores that fall strictly to six decimals; none where nothing is asked.

        A page comes once, for itself or an item on it.

        With a type of page as ``kind``, one line a space of that type, its root page.
        """
        if read_question(query).empty:
            return []
        request = SearchRequest(
            query,
            audience,
            filters={TYPE: (kind,)} if kind else {},
            by_space=kind in TYPES,
            limit=limit * 3,
        )
        best: dict[str, float] = {}
        for hit in self.search(request).hits:
            best.setdefault(hit.path, hit.score)
        return list(_falling(best))[:limit]

    def _discard(self, reason: Exception) -> None:
        self.end()
        try:
            self._shelf.discard(reason)
        except Busy:
            log.info("the search index is being written, perhaps made again")


def _falling(scores: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """The scores in their order to six decimals; what would be equal falls by the last of them."""
    above = inf
    for path, score in scores.items():
        above = min(round(score, 6), above - 1e-6)
        yield path, above
