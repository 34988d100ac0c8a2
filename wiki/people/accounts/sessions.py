"""Who a cookie belongs to: sessions are rows, so that they can be ended at once."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from wiki.errors import StorageFailed
from wiki.people.accounts.factors.pending_logins import cancel_begun
from wiki.people.accounts.rows import as_person
from wiki.people.models.accounts import PersonRow
from wiki.people.models.entries import SessionRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.people.store.times import Times
from wiki.people.store.values import value_of

#: How stale ``seen`` may be: a write for each request would cost more than the page.
_SEEN_EVERY = timedelta(hours=1)
_LONGEST = 100
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Opened:
    """A session that lasts: what names it (``session_key``), which browser it is of and from which
    network it was opened (both "" where that is not known), since when, and when it was last used.
    """

    id: str
    browser: str
    network: str
    created: datetime
    seen: datetime


@dataclass(frozen=True)
class _Known:
    person: Person
    seen: datetime
    created: datetime


def open_session(
    database: Database,
    person_id: str,
    *,
    browser: str = "",
    network: str = "",
    strong: bool = False,
) -> str:
    """A new session; returns what the cookie holds (only its hash is stored).

    ``browser`` and ``network`` are what its owner will know it by; ``strong``: more was proved than
    a password or a mailed link.
    """
    cookie, now, times = token_urlsafe(32), database.now(), database.times()
    with database.session() as session:
        forget_the_past(session, now, times)
        session.add(
            SessionRow(
                id=_hash(cookie),
                person=person_id,
                created=now,
                seen=now,
                expires=now + times.session,
                browser=browser[:100],
                network=network[:50],
                strong=strong,
            )
        )
    return cookie


def person_of(database: Database, cookie: str) -> Person | None:
    """Who the cookie belongs to; None if ended, unused for too long, too old, or disabled."""
    if not cookie or len(cookie) > _LONGEST:
        return None
    key = _hash(cookie)
    known = database.remembered(("session", key), lambda: _look_up(database, key))
    now, times = database.now(), database.times()
    if known is None or not _lasts(known, now, times):
        return None
    if now >= known.seen + _SEEN_EVERY:
        _mark_seen(database, key, now)
    return known.person


def _lasts(known: _Known, now: datetime, times: Times) -> bool:
    return known.created > times.opened_since(now) and known.seen > times.idle_since(now)


def session_key(cookie: str) -> str:
    """What names the session of this cookie elsewhere, and opens nothing."""
    return _hash(cookie)


def people_of_sessions(database: Database, keys: Collection[str]) -> dict[str, Person]:
    """Who is in the sessions of these keys; those that have ended, or are disabled, are left out.

    Asking does not mark them as used.
    """
    now = database.now()
    rows = database.list_tuples(
        select(SessionRow.id, PersonRow)
        .join(PersonRow, SessionRow.person == PersonRow.id)
        .where(
            SessionRow.id.in_(keys),
            _lasting(now, database.times()),
            PersonRow.disabled.is_(None),
        )
    )
    return {key: as_person(row) for key, row in rows}


def opened(database: Database, cookie: str) -> datetime | None:
    """When the session of this cookie was opened; None where there is none."""
    return database.find_value(select(SessionRow.created).where(SessionRow.id == _hash(cookie)))


def list_sessions(database: Database, person_id: str) -> Sequence[Opened]:
    """The sessions of a person that last, the one used last first."""
    now = database.now()
    lasting = select(SessionRow).where(
        SessionRow.person == person_id, _lasting(now, database.times())
    )
    rows = database.list_rows(lasting.order_by(SessionRow.seen.desc(), SessionRow.created.desc()))
    return [value_of(Opened, row) for row in rows]


def end_session(database: Database, person_id: str, key: str) -> None:
    """Ends the session of a person that ``key`` names; none, or another's, is no fault."""
    database.execute(delete(SessionRow).where(SessionRow.person == person_id, SessionRow.id == key))


def close_session(database: Database, cookie: str) -> None:
    """Ends one session; none is no fault."""
    database.execute(delete(SessionRow).where(SessionRow.id == _hash(cookie)))


def close_sessions(database: Database, person_id: str, *, keep: str | None = None) -> None:
    """Ends every session of a person, but the one whose cookie is ``keep``."""
    with database.session() as session:
        end_sessions(session, person_id, keep=keep)


def note_strong(database: Database, cookie: str) -> None:
    """In this session a second factor was proved, or set up, meanwhile."""
    database.execute(update(SessionRow).where(SessionRow.id == _hash(cookie)).values(strong=True))


def end_sessions(session: Session, person_id: str, *, keep: str | None = None) -> None:
    """``close_sessions`` inside a transaction that changes more; log-ins under way end as well."""
    cancel_begun(session, person_id)
    ended = delete(SessionRow).where(SessionRow.person == person_id)
    session.execute(ended.where(SessionRow.id != _hash(keep)) if keep else ended)


def _look_up(database: Database, key: str) -> _Known | None:
    with database.reading() as session:
        row = session.execute(
            select(PersonRow, SessionRow.seen, SessionRow.created)
            .join(SessionRow, SessionRow.person == PersonRow.id)
            .where(SessionRow.id == key, PersonRow.disabled.is_(None))
        ).first()
        return _Known(as_person(row[0]), row[1], row[2]) if row else None


def _mark_seen(database: Database, key: str, now: datetime) -> None:
    try:
        database.execute(update(SessionRow).where(SessionRow.id == key).values(seen=now))
    except StorageFailed:
        # A full disk must not log anyone out.
        _log.warning("could not note that a session was used", exc_info=True)


def forget_the_past(session: Session, now: datetime, times: Times) -> None:
    """Deletes the sessions that have ended."""
    session.execute(delete(SessionRow).where(~_lasting(now, times)))


def _lasting(now: datetime, times: Times) -> ColumnElement[bool]:
    """Of rows: opened, and used, not too long ago."""
    return and_(
        SessionRow.created > times.opened_since(now), SessionRow.seen > times.idle_since(now)
    )


def _hash(cookie: str) -> str:
    return sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()
