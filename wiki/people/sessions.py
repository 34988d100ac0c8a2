"""Who a cookie belongs to: sessions are rows, so that they can be ended at once."""

from wiki.people.database import Database
from wiki.people.person import Person


def open_session(database: Database, person_id: str) -> str:
    """A new session; returns what the cookie holds (only its hash is stored)."""
    raise NotImplementedError


def person_of(database: Database, cookie: str) -> Person | None:
    """Who the cookie belongs to; None if ended, unused for 14 days, 90 days old, or disabled."""
    raise NotImplementedError


def close_session(database: Database, cookie: str) -> None:
    """Ends one session."""
    raise NotImplementedError


def close_sessions(database: Database, person_id: str, *, keep: str | None = None) -> None:
    """Ends every session of a person, but the one whose cookie is ``keep``."""
    raise NotImplementedError
