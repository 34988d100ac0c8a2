"""A span that several projections take in: what git says of it is asked once, its pages read once.

Where all begins from nothing, the pages come in batches, and each projection takes one in before
the next is read: no more of a wiki is held than that.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeVar

from wiki.cache.properties import cached_property
from wiki.pages.paths import files_of, page_of
from wiki.repository.objects import EMPTY
from wiki.repository.reads.catfile import AHEAD
from wiki.repository.repository import Repository
from wiki.repository.span import CommitStory, FileChange, FileMove, Span

if TYPE_CHECKING:
    from wiki.projections.pagespan import PageChange

#: file changes that are kept; a longer span is read from git each time
KEPT = 500
#: commits that are read one by one
MOST_COMMITS = 50
#: characters of pages that are kept with their readings, which are some fifty times as large
KEPT_TEXT = 200_000
#: pages of a batch, and commits
BATCH = 40
COMMITS = 250

_Commit = TypeVar("_Commit")


@dataclass(frozen=True)
class SharedSpan(Span):
    """The same answers as Span, for a save with one git child instead of one a projection."""

    def changes(self) -> Iterator[FileChange]:
        """See Span."""
        yield from self._few if self._few is not None else super().changes()

    @cached_property
    def ancestor(self) -> bool:
        """See Span."""
        return self._stories is not None or super().ancestor

    @cached_property
    def known(self) -> bool:
        """See Span."""
        return self._stories is not None or super().known

    def commits(self) -> Iterator[CommitStory]:
        """See Span. A few in a row in which nothing can have moved are told from their changes."""
        yield from self._stories if self._stories is not None else super().commits()

    def pages(self, read: "Callable[[], Iterator[PageChange]]") -> "Iterator[PageChange]":
        """What ``read`` gives, which is kept for the next who asks while it is small."""
        known: list[PageChange] | None = self.__dict__.get("_pages")
        if known is not None:
            yield from known
            return
        found: list[PageChange] | None = [] if self._few is not None else None
        left = KEPT_TEXT
        for change in read():
            if found is not None:
                left -= sum(len(page.text) for page in (change.before, change.after) if page)
                found.append(change)
                if left < 0:
                    found = None
            yield change
        if found is not None:
            self.__dict__["_pages"] = found

    @cached_property
    def _few(self) -> list[FileChange] | None:
        """The file changes, None where they are many."""
        if self.since == EMPTY:
            return None
        found = list(islice(super().changes(), KEPT + 1))
        return found if len(found) <= KEPT else None

    @cached_property
    def _stories(self) -> list[CommitStory] | None:
        """Each commit, where they are a few in a row; None where git must be asked."""
        if self.since == EMPTY:
            return None
        found: list[CommitStory] = []
        to = self.to
        while to != self.since:
            commit = self.repository.commit_info(to)
            if len(commit.parents) != 1 or len(found) == MOST_COMMITS:
                return None
            changes = self.repository.differing_files(commit.parents[0], to)
            if changes is None or len(changes) > KEPT:
                return None
            moves = tuple(_move(FileChange(*one)) for one in changes)
            if {"A", "D"} <= {move.status for move in moves}:
                return None
            found.append(CommitStory(commit, moves))
            to = commit.parents[0]
        return found[::-1]


@dataclass(frozen=True)
class Batch(SharedSpan):
    """Some of the pages of a span that begins from nothing; of its commits it tells nothing."""

    files: tuple[FileChange, ...] = ()

    def __len__(self) -> int:
        return len(self.files)

    @property
    def _few(self) -> list[FileChange]:
        return list(self.files)


def batches(span: Span) -> Iterator[Batch]:
    """The pages of ``span``, which begins from nothing, some at a time, each page once."""
    leaves: set[str] = set()

    def wins(change: FileChange) -> bool:
        if (path := page_of(change.file)) is None or path in leaves:
            return False  # of two files of one page the first wins (``pagespan.page_changes``)
        if change.file == files_of(path)[0]:
            leaves.add(path)
        return True

    changes = filter(wins, span.changes())
    while files := tuple(islice(changes, BATCH)):
        span.repository.read_ahead([change.after for change in files if change.after])
        yield Batch(span.repository, span.since, span.to, files)


@dataclass(frozen=True)
class Told(SharedSpan):
    """Some of the commits of a span that begins from nothing; of its pages it tells nothing."""

    told: tuple[CommitStory, ...] = ()

    def __len__(self) -> int:
        return len(self.told)

    @property
    def _stories(self) -> list[CommitStory]:
        return list(self.told)


def stories(span: Span) -> Iterator[Told]:
    """The commits of ``span``, some at a time, with the texts that they left read ahead."""
    if isinstance(span, Told):
        yield span
        return
    for commits in read_ahead(span.repository, span.commits(), _texts):
        yield Told(span.repository, span.since, span.to, tuple(commits))


def read_ahead(
    repository: Repository, commits: Iterable[_Commit], texts: Callable[[_Commit], Iterable[str]]
) -> Iterator[list[_Commit]]:
    """Commits, some at a time, with the blobs that ``texts`` gives of each asked for together."""
    commits = iter(commits)
    while batch := list(islice(commits, COMMITS)):
        repository.read_ahead([*islice(chain.from_iterable(map(texts, batch)), AHEAD)])
        yield batch


def _texts(story: CommitStory) -> Iterator[str]:
    return (move.after for move in story.files if move.after and move.file.endswith(".md"))


def _move(change: FileChange) -> FileMove:
    file, before, after = change.file, change.before, change.after
    if before is None:
        return FileMove("A", file, None, None, after)
    return FileMove("D" if after is None else "M", file, None, before, after)
