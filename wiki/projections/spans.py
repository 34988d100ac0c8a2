"""A span that several projections take in: what git says of it is asked once, while it is small."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from wiki.repository.objects import EMPTY
from wiki.repository.span import CommitStory, FileChange, FileMove, Span

#: file changes that are kept; a longer span is read from git each time
KEPT = 500


class SharedSpan(Span):
    """The same answers as Span, for a save with one git child instead of one a projection."""

    def changes(self) -> Iterator[FileChange]:
        """See Span."""
        yield from self._few if self._few is not None else super().changes()

    def commits(self) -> Iterator[CommitStory]:
        """See Span. A single commit in which nothing can have moved is told from its changes."""
        moves = self._moves
        if moves is None:
            yield from super().commits()
        else:
            yield CommitStory(self.repository.commit_info(self.to), moves)

    @cached_property
    def _few(self) -> list[FileChange] | None:
        """The file changes, None where they are many."""
        if self.since == EMPTY:
            return None
        found = list(islice(super().changes(), KEPT + 1))
        return found if len(found) <= KEPT else None

    @cached_property
    def _moves(self) -> tuple[FileMove, ...] | None:
        """What the one commit of this span did; None where it has more, or git must be asked."""
        if self.since == EMPTY or self.since == self.to:
            return None
        if self.repository.commit_info(self.to).parents != (self.since,) or self._few is None:
            return None
        moves = tuple(_move(change) for change in self._few)
        return None if {"A", "D"} <= {move.status for move in moves} else moves


def _move(change: FileChange) -> FileMove:
    file, before, after = change.file, change.before, change.after
    if before is None:
        return FileMove("A", file, None, None, after)
    return FileMove("D" if after is None else "M", file, None, before, after)
