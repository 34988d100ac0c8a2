"""The index in files: a few changed pages are held in memory, more are written."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from wiki.projections.interface import Progress
from wiki.projections.searching.index.entries import Change, ChangesOf
from wiki.projections.searching.index.snapshot import Snapshot
from wiki.projections.searching.index.store import Files, Writing
from wiki.projections.tables.projection import progress_steps
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository
from wiki.repository.span import Span

#: changed pages that a process holds in memory at most, and for how many the index is written
MOST_RECENT, SOME_RECENT = 100, 20


class FileShelf(Files):
    """See ``searching/shelf.py``."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._looked_at = ""

    def begin(self, _is_wanted: Callable[[Snapshot], bool] | None = None) -> Snapshot:
        """See Shelf."""
        return self.snapshot()

    def end(self) -> None:
        """See Shelf."""

    def apply(self, span: Span, changes: ChangesOf, progress: Progress | None = None) -> None:
        """See Shelf. A few pages are held in memory (``recent.py``)."""
        if span.since == EMPTY or not self._hold(span, changes):
            self._write(span, changes, progress)

    def _hold(self, span: Span, changes: ChangesOf) -> bool:
        """Takes in a span in memory; whether that is little enough."""
        recent = self.snapshot().recent
        left = MOST_RECENT - (recent.part.pages if recent else 0)
        # Many at once are written at once: held, they would soon be worked out a second time.
        found = list(islice(changes(span), min(left, SOME_RECENT) + 1))
        if len(found) > min(left, SOME_RECENT):
            return False
        self.extend(span.since, [(path, list(entries)) for path, entries in found], span.to)
        return True

    def _write(
        self,
        span: Span,
        changes: ChangesOf,
        progress: Progress | None = None,
        *,
        clean: bool = False,
    ) -> None:
        """Writes the index as of the end of ``span``; all of it where that begins from nothing."""
        repository, since = span.repository, span.since
        written = self.snapshot().origin.marker
        if not repository.has(written):
            since = EMPTY
        begins = since if since == EMPTY else written
        if span.since != begins:
            span = Span(repository, begins, span.to)
        with self.writing(written, afresh=since == EMPTY, clean=clean) as index:
            if index is None:
                return
            step = progress_steps(progress)
            for change in changes(span):
                _take(index, change)
                step()
            index.mark(span.to)

    @contextmanager
    def starting_over(self, span: Span) -> Iterator[Callable[[Iterable[Change]], None] | None]:
        """See Shelf."""
        with self.writing(EMPTY, afresh=True) as index:
            if index is None:
                yield None
                return

            def take(changes: Iterable[Change]) -> None:
                for change in changes:
                    _take(index, change)

            yield take
            index.mark(span.to)

    def is_due(self, repository: Repository) -> bool:
        """Whether some pages have changed since the index was written, and since this was asked."""
        head = repository.head()
        if head == self._looked_at:
            return False
        self._looked_at = head
        written = self.snapshot().origin.marker
        if EMPTY in (written, head) or not repository.has(written):
            return False  # whoever asks makes it anew
        differing = repository.differing_files(written, head)
        return differing is None or len(differing) >= SOME_RECENT

    def write_recent(
        self, repository: Repository, changes: ChangesOf, *, clean: bool = False
    ) -> None:
        """Writes what has changed since the index was written.

        ``clean``: and nothing else, so that no file holds a word of what is gone.
        """
        written = self.snapshot().origin.marker
        if EMPTY not in (written, head := repository.head()):
            self._write(Span(repository, written, head), changes, clean=clean)

    def reset(self) -> None:
        """See Shelf."""
        since = self.snapshot().origin.marker
        if since == EMPTY:
            return
        with self.writing(since, afresh=False) as index:
            if index is not None:
                index.mark(EMPTY, since)


def _take(index: Writing, change: Change) -> None:
    path, entries = change
    index.remove(path)
    for entry in entries:
        index.add(entry)
