"""Commits: one ``git fast-import`` process a save, by compare-and-swap under the lock."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from wiki.repository.objects import Author
from wiki.repository.repository import Repository


class HeadMoved(Exception):
    """The branch is no longer where the writer saw it; ``head`` is where it is now."""

    def __init__(self, head: str) -> None:
        super().__init__(head)
        self.head = head


@dataclass(frozen=True)
class Moved:
    """A file or a whole folder that now stands at the change's name; it leaves ``source``."""

    source: str


Change = bytes | None | Moved


def commit(
    repository: Repository,
    onto: str,
    changes: Mapping[str, Change],
    author: Author,
    message: str,
    when: datetime | None = None,
    co_authors: Sequence[Author] = (),
) -> str: ...


class Stream(Protocol):
    def commit(
        self, changes: Mapping[str, bytes | None], author: Author, message: str, when: datetime
    ) -> None: ...


def stream(repository: Repository, onto: str) -> AbstractContextManager[Stream]: ...
