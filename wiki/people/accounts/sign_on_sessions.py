"""Sessions that a provider of single sign-on let someone into: what ends the one there too."""

from sqlalchemy import select

from wiki.people.accounts.sessions import session_key
from wiki.people.models.entries import SignOnSessionRow
from wiki.people.store.database import Database

#: letters of an id_token that an address still has room for
_LONGEST = 6_000


def note_sign_on(database: Database, cookie: str, id_token: str) -> None:
    """Keeps with a session that it came from the provider, and with which id_token."""
    kept = id_token if len(id_token) <= _LONGEST else ""
    with database.session() as session:
        session.add(SignOnSessionRow(session=session_key(cookie), id_token=kept))


def find_id_token(database: Database, cookie: str) -> str | None:
    """The id_token that a session came with, "" where it is too long; None: it came otherwise."""
    key = SignOnSessionRow.session == session_key(cookie)
    return database.find_value(select(SignOnSessionRow.id_token).where(key))
