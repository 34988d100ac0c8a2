"""Log-ins that have begun: the first factor was good, the second is still to come.

They are no sessions, so that nothing takes one for a session by mistake.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.people.accounts.rows import as_person
from wiki.people.models.accounts import PersonRow
from wiki.people.models.factors import BegunLoginRow
from wiki.people.person import Person
from wiki.people.store.database import Database

#: long enough to set a second factor up
LIFETIME = timedelta(minutes=20)
_LONGEST = 100


def begin_login(database: Database, person_id: str) -> str:
    """What the browser holds while the second factor is asked for."""
    token, now = token_urlsafe(32), database.now()
    with database.session() as session:
        forget_the_past(session, now)
        row = BegunLoginRow(id=_hash(token), person=person_id, expires=now + LIFETIME)
        session.add(row)
    return token


def find_begun(database: Database, token: str) -> Person | None:
    """Whose log-in it is; None if it is over, was never begun, or their account is closed."""
    if not token or len(token) > _LONGEST:
        return None
    lasting = (BegunLoginRow.id == _hash(token), BegunLoginRow.expires > database.now())
    asked = select(PersonRow).join(BegunLoginRow, BegunLoginRow.person == PersonRow.id)
    row = database.find_value(asked.where(*lasting, PersonRow.disabled.is_(None)))
    return as_person(row) if row else None


def finish_login(database: Database, token: str) -> bool:
    """Ends it, now that the second factor was good: of two at the same moment, one does."""
    with database.session() as session:
        gone = delete(BegunLoginRow).where(
            BegunLoginRow.id == _hash(token), BegunLoginRow.expires > database.now()
        )
        return bool(session.scalars(gone.returning(BegunLoginRow.id)).all())


def cancel_begun(session: Session, person_id: str) -> None:
    """None that this person has begun so far goes on."""
    session.execute(delete(BegunLoginRow).where(BegunLoginRow.person == person_id))


def forget_the_past(session: Session, now: datetime) -> None:
    """Deletes those that nobody finished."""
    session.execute(delete(BegunLoginRow).where(BegunLoginRow.expires <= now))


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
