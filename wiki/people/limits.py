"""Rates that survive a restart and hold over all processes."""

from wiki.people.database import Database


def attempt(database: Database, key: str, limit: int, window: int) -> None:
    """Counts one try of ``key``; raises TooMany at the ``limit + 1``-th in ``window`` seconds."""
    raise NotImplementedError
