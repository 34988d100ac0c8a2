"""The private database: one engine, one way to open a transaction."""

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy.orm import DeclarativeBase, Session

from wiki.config import Settings


class Base(DeclarativeBase):
    """What every private table is declared on; a plugin's tables begin with its name."""


class Database:
    """Signatures first: bodies follow."""

    def __init__(self, url: str) -> None:
        raise NotImplementedError

    def session(self) -> AbstractContextManager[Session]:
        """A transaction that may write: commits at the end, rolls back on an exception."""
        raise NotImplementedError

    def reading(self) -> AbstractContextManager[Session]:
        """A transaction that only reads, and never waits for a writer."""
        raise NotImplementedError

    def generation(self) -> Hashable:
        """A cheap value that differs after any process has written."""
        raise NotImplementedError

    def remembered(self, key: Hashable, work: Callable[[], object]) -> object:
        """What ``work`` answered for ``key``, asked again only after something was written."""
        raise NotImplementedError

    def migrate(self) -> None:
        """Makes and alters the tables of the core and of every plugin that is imported."""
        raise NotImplementedError

    def check(self) -> list[str]:
        """The faults found, one sentence each."""
        raise NotImplementedError

    def backup(self, target: Path) -> None:
        """A consistent copy at ``target``, while others write."""
        raise NotImplementedError

    def restore(self, source: Path) -> None:
        """Replaces all rows by those of a backup, as one write."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes every connection."""
        raise NotImplementedError


def open_database(settings: Settings) -> Database:
    """The instance's private database, migrated."""
    raise NotImplementedError
