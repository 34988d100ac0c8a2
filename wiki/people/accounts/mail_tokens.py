"""Links sent by mail: 256 random bits, stored hashed, good once, for an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.people.accounts.passwords import verify
from wiki.people.models.entries import TokenRow
from wiki.people.store.database import Database

LIFETIME = timedelta(hours=1)
#: Longer than any token of ours: what is longer is not even looked up.
_LONGEST = 100


@dataclass(frozen=True)
class MailLink:
    """What is to be mailed to ``email``; ``token`` is empty where there is nothing to follow.

    ``purpose``: ``confirm`` a sign-up, ``login``, ``reset``, ``known`` (signed up twice: a link to
    log in with), ``unknown`` (asked for a link, has no account), ``closed`` (a disabled account),
    ``address`` (this shall be the account's address), ``taken`` (it is another account's),
    ``moved`` (to the old address).
    """

    purpose: str
    email: str
    name: str
    lang: str
    token: str = ""


def issue(
    database: Database,
    session: Session,
    link: MailLink,
    *,
    person: str | None = None,
    password_hash: str | None = None,
    held: bool = False,
) -> MailLink:
    """``link`` with a new token, which is stored (hashed) in ``session``.

    ``unknown`` and ``closed`` get a row too, and no token: what is asked leaves no trace in time.
    """
    now = database.now()
    forget_the_past(session, now)
    token = token_urlsafe(32)
    session.add(
        TokenRow(
            id=hash_token(token),
            purpose=link.purpose,
            person=person,
            email=link.email,
            name=link.name,
            lang=link.lang,
            password_hash=password_hash,
            held=held,
            expires=now + LIFETIME,
        )
    )
    follows = link.purpose not in ("unknown", "closed", "taken")
    return MailLink(link.purpose, link.email, link.name, link.lang, token if follows else "")


def peek(database: Database, token: str) -> MailLink | None:
    """What a link is for, without using it up (mail scanners follow links); None if no good."""
    if not token or len(token) > _LONGEST:
        return None
    with database.reading() as session:
        row = _find(database, session, token)
        return MailLink(row.purpose, row.email, row.name, row.lang, token) if row else None


def knows_password(database: Database, token: str, password: str) -> bool:
    """Whether ``password`` is the one that a sign-up was begun with; True where it had none.

    Whoever begins a sign-up with another's address must not get in with a password of their own
    once that other has followed the link: so who follows it says the password too.
    """
    if not token or len(token) > _LONGEST:
        return False
    with database.reading() as session:
        row = _find(database, session, token)
        if row is None:
            return False
        return row.password_hash is None or verify(row.password_hash, password)


def use(database: Database, session: Session, token: str, purposes: set[str]) -> TokenRow | None:
    """Uses a link up, if it is for one of ``purposes``: of two at the same moment, one gets it."""
    if not token or len(token) > _LONGEST:
        return None
    row = _find(database, session, token)
    if row is None or row.purpose not in purposes:
        return None
    session.expunge(row)
    spent = session.execute(
        delete(TokenRow).where(TokenRow.id == row.id).returning(TokenRow.id)
    ).all()
    return row if spent else None


def cancel(session: Session, person: str) -> None:
    """No link mailed to this person so far is good any more."""
    session.execute(delete(TokenRow).where(TokenRow.person == person))


def forget_the_past(session: Session, now: datetime) -> None:
    """Deletes the links that are no good any more."""
    session.execute(delete(TokenRow).where(TokenRow.expires <= now))


def _find(database: Database, session: Session, token: str) -> TokenRow | None:
    return session.scalar(
        select(TokenRow).where(TokenRow.id == hash_token(token), TokenRow.expires > database.now())
    )


def hash_token(token: str) -> str:
    """What a row is found by that keeps no token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
