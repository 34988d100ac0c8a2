"""Full-text search: pages, needs and offers found by words, for one audience at a time.

The audience is part of the question: totals, facets, extracts and suggestions are worked out from
visible documents alone. Nothing that is typed raises; an index that cannot be read is thrown away
and made again.
"""

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from math import inf
from pathlib import Path
from typing import ClassVar

from wiki.pages.page import TYPES
from wiki.projections.interface import Busy, Progress, Projection, TakeBatch
from wiki.projections.pagespan import PageChange, page_changes
from wiki.projections.pin import Store
from wiki.projections.searching.facets import TYPE, Facts
from wiki.projections.searching.index.entries import ITEM_KINDS, Entry, entries
from wiki.projections.searching.index.part import Damaged
from wiki.projections.searching.index.snapshot import Snapshot
from wiki.projections.searching.index.store import Shelf, Writing
from wiki.projections.searching.question import read_question
from wiki.projections.searching.results import SearchRequest, SearchResults, Suggestion
from wiki.projections.tables.projection import progress_steps
from wiki.projections.tables.store import Stores
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository
from wiki.repository.span import Span

log = logging.getLogger(__name__)

#: changed pages that a process holds in memory at most, and for how many the index is written
MOST_RECENT, SOME_RECENT = 100, 20


class SearchProjection(Projection):
    """The search index; see ``projections/searching/index/schema.py`` for what it keeps."""

    name: ClassVar[str] = "search"
    needs: ClassVar[tuple[str, ...]] = ("catalogue",)
    in_batches = True

    def __init__(
        self, facts: Facts | None = None, item_kinds: Mapping[str, str] = ITEM_KINDS
    ) -> None:
        """``facts`` gives the facets beyond the type; ``item_kinds`` the blocks with results."""
        self._facts = facts
        self._item_kinds = item_kinds
        self._shelf_: Shelf | None = None
        self._looked_at = ""
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

    def begin(self) -> None:
        """See ``pin.Store``."""
        with suppress(Damaged):  # whoever reads it next throws it away
            self._local.held = self._shelf.snapshot()

    def end(self) -> None:
        """See ``pin.Store``."""
        self._local.held = None

    def compact(self) -> None:
        """See ``pin.Store``: what is written at once is as small as it goes."""

    def open(self, folder: Path, stores: Stores) -> None:
        """See Projection."""
        self._shelf_ = Shelf(folder / "search")

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
        """See Projection. A few pages are held in memory (``index/recent.py``)."""
        if span.since == EMPTY or not self._hold(span):
            self._write(span, progress)

    def _hold(self, span: Span) -> bool:
        """Takes in a span in memory; whether that is little enough."""
        recent = self._shelf.snapshot().recent
        left = MOST_RECENT - (recent.part.pages if recent else 0)
        # Many at once are written at once: held, they would soon be worked out a second time.
        found = list(islice(page_changes(span.repository, span), min(left, SOME_RECENT) + 1))
        if len(found) > min(left, SOME_RECENT):
            return False
        changes = [(change.path, list(self._entries(change))) for change in found]
        self._shelf.extend(span.since, changes, span.to)
        return True

    def _write(self, span: Span, progress: Progress | None = None, *, clean: bool = False) -> None:
        """Writes the index as of the end of ``span``; all of it where that begins from nothing."""
        repository, since = span.repository, span.since
        written = self._shelf.snapshot().origin.marker
        if not repository.has(written):
            since = EMPTY
        begins = since if since == EMPTY else written
        if span.since != begins:
            span = Span(repository, begins, span.to)
        with self._shelf.writing(written, afresh=since == EMPTY, clean=clean) as index:
            if index is None:
                return
            step = progress_steps(progress)
            for change in page_changes(repository, span):
                self._take(index, change)
                step()
            index.mark(span.to)

    def is_due(self, repository: Repository) -> bool:
        """Whether some pages have changed since the index was written, and since this was asked."""
        head = repository.head()
        if head == self._looked_at:
            return False
        self._looked_at = head
        written = self._shelf.snapshot().origin.marker
        if EMPTY in (written, head) or not repository.has(written):
            return False  # whoever asks makes it anew
        differing = repository.differing_files(written, head)
        return differing is None or len(differing) >= SOME_RECENT

    def write_recent(self, repository: Repository, *, clean: bool = False) -> None:
        """Writes what has changed since the index was written.

        ``clean``: and nothing else, so that no file holds a word of what is gone.
        """
        written = self._shelf.snapshot().origin.marker
        if EMPTY not in (written, head := repository.head()):
            self._write(Span(repository, written, head), clean=clean)

    @contextmanager
    def starting_over(self, span: Span) -> Iterator[TakeBatch | None]:
        """See Projection."""
        with self._shelf.writing(EMPTY, afresh=True) as index:
            if index is None:
                yield None
                return

            def take(batch: Span) -> None:
                for change in page_changes(batch.repository, batch):
                    self._take(index, change)

            yield take
            index.mark(span.to)

    def _take(self, index: Writing, change: PageChange) -> None:
        index.remove(change.path)
        for entry in self._entries(change):
            index.add(entry)

    def _entries(self, change: PageChange) -> Iterable[Entry]:
        if change.after is None or change.access is None:
            return ()
        return entries(change.after, change.access.group, change.space, self._item_kinds)

    def is_renewed(self) -> bool:
        """See Projection."""
        return self._shelf.renewed or self._snapshot().renewed

    def reset(self) -> None:
        """See Projection. What is there answers until the next ``apply`` replaces it."""
        since = self._shelf.snapshot().origin.marker
        if since == EMPTY:
            return
        with self._shelf.writing(since, afresh=False) as index:
            if index is not None:
                index.mark(EMPTY, since)

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
