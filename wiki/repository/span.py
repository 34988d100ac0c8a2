"""From one commit to another: the files that differ (state) and the commits between (story)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from wiki.repository.objects import Commit
from wiki.repository.repository import Repository


@dataclass(frozen=True)
class FileChange:
    """A file that differs; ids are of blobs, None where there is no ordinary file."""

    file: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class FileMove:
    """What one commit did to one file; ``old_file`` is where a renamed one (R) came from."""

    status: Literal["A", "M", "D", "R"]
    file: str
    old_file: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True)
class CommitStory:
    """A commit and what it did; of a merge, only what none of its parents had."""

    commit: Commit
    files: tuple[FileMove, ...]


@dataclass(frozen=True)
class Span:
    """``since`` may be EMPTY: then everything."""

    repository: Repository
    since: str
    to: str

    @property
    def ancestor(self) -> bool: ...
    @property
    def known(self) -> bool: ...
    def changes(self) -> Iterator[FileChange]: ...
    def commits(self) -> Iterator[CommitStory]: ...
