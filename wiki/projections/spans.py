"""A span that several projections take in: what git says of it is asked once, while it is small."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from wiki.repository.objects import EMPTY
from wiki.repository.span import CommitStory, FileChange, FileMove, Span

#: file changes that are kept; a longer span is read from git each time
KEPT = 500
#: commits that are read one by one
MOST_COMMITS = 50


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


def _move(change: FileChange) -> FileMove:
    file, before, after = change.file, change.before, change.after
    if before is None:
        return FileMove("A", file, None, None, after)
    return FileMove("D" if after is None else "M", file, None, before, after)
