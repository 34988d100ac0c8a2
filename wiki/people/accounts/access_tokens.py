"""Personal access tokens: what someone lets a program do in their name, and for how long.

A secret is 256 random bits behind a prefix that scanners of leaked secrets can look for; only its
hash is stored, and it is told once. Each door asks for its own scope (``Granted.allows``).
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from wiki.errors import BadField, NotFound, StorageFailed
from wiki.people.accounts.rows import as_person
from wiki.people.models.accounts import PersonRow
from wiki.people.models.entries import AccessTokenRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.people.store.values import value_of
from wiki.translation import gettext as _

#: what a token can be good for: to read by the API, to propose and follow by it, to save by it, to
#: clone and push, for feeds
SCOPES = ("read", "propose", "write", "git", "feeds")
PREFIX = "carrefour_"
#: tokens that one person may have
MOST = 50
_NAME_LENGTH = 100
_LONGEST_LIFE = 3650
#: Longer than any secret of ours: what is longer is not even looked up.
_LONGEST = 100
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Granted:
    """Who asks with a token, and what for; ``token`` is its id, empty for a password.

    ``name`` is what they call it: mostly the program that has it.
    """

    person: Person
    scopes: frozenset[str]
    token: str
    name: str = ""

    def allows(self, scope: str) -> bool:
        """Whether the door of that scope is open."""
        return scope in self.scopes


@dataclass(frozen=True)
class AccessToken:
    """A token as its owner sees it in a list: without its secret."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime | None
    used: date | None
    over: bool


@dataclass(frozen=True)
class _Known:
    granted: Granted
    expires: datetime | None
    used: date | None


def issue(
    database: Database, person_id: str, *, name: str, scopes: Iterable[str], days: int | None
) -> str:
    """A new token's secret, to be shown once; it never ends by itself where ``days`` is None.

    Raises BadField where there is no name or scope, a scope is unknown, or there are too many.
    """
    label, chosen = _check_name(name), _check_scopes(scopes)
    if days is not None and not 0 < days <= _LONGEST_LIFE:
        raise BadField("days", _("Choose one of the given times."))
    secret, now = PREFIX + token_urlsafe(32), database.now()
    with database.session(f"access_token:{person_id}") as session:
        check_room(session, person_id)
        session.add(
            AccessTokenRow(
                id=hash_secret(secret),
                person=person_id,
                name=label,
                scopes=" ".join(chosen),
                created=now,
                expires=None if days is None else now + timedelta(days=days),
            )
        )
    _log.info("access token made by %s for %s", person_id, " ".join(chosen))
    return secret


def check_room(session: Session, person_id: str) -> None:
    """Raises BadField where a person has as many tokens as one may."""
    count = select(func.count()).where(AccessTokenRow.person == person_id)
    if (session.scalar(count) or 0) >= MOST:
        raise BadField("", _("You have a great many tokens: revoke one first."))


def granted(database: Database, secret: str) -> Granted | None:
    """Who asks with ``secret``; None alike if unknown, expired, revoked, of a closed account."""
    if not secret.startswith(PREFIX) or len(secret) > _LONGEST:
        return None
    key = hash_secret(secret)
    known = database.remembered(("access_token", key), lambda: _look_up(database, key))
    now = database.now()
    if known is None or (known.expires is not None and now >= known.expires):
        return None
    if known.used != now.date():
        _mark_used(database, key, now.date())
    return known.granted


def listed(database: Database, person_id: str) -> list[AccessToken]:
    """The tokens of a person, the newest first; those that are over are still told."""
    now = database.now()
    rows = database.list_rows(
        select(AccessTokenRow)
        .where(AccessTokenRow.person == person_id)
        .order_by(AccessTokenRow.created.desc(), AccessTokenRow.id)
    )
    return [
        value_of(
            AccessToken,
            row,
            scopes=tuple(row.scopes.split()),
            expires=(ends := row.renewable or row.expires),
            over=ends is not None and ends <= now,
        )
        for row in rows
    ]


def revoke(database: Database, person_id: str, token_id: str) -> None:
    """Ends a token of that person at once. Raises NotFound."""
    with database.session() as session:
        ended = session.execute(
            delete(AccessTokenRow)
            .where(AccessTokenRow.id == token_id, AccessTokenRow.person == person_id)
            .returning(AccessTokenRow.id)
        ).all()
    if not ended:
        raise NotFound(_("There is no such token."))
    _log.info("access token revoked by %s", person_id)


def revoke_all(session: Session, person_id: str) -> None:
    """Ends every token of a person, inside a transaction that changes more."""
    session.execute(delete(AccessTokenRow).where(AccessTokenRow.person == person_id))


def _look_up(database: Database, key: str) -> _Known | None:
    with database.reading() as session:
        found = session.execute(
            select(PersonRow, AccessTokenRow)
            .join(AccessTokenRow, AccessTokenRow.person == PersonRow.id)
            .where(AccessTokenRow.id == key, PersonRow.disabled.is_(None))
        ).first()
        if found is None:
            return None
        person, token = found
        who = Granted(as_person(person), frozenset(token.scopes.split()), token.id, token.name)
        return _Known(who, token.expires, token.used)


def _mark_used(database: Database, key: str, today: date) -> None:
    try:
        database.execute(update(AccessTokenRow).where(AccessTokenRow.id == key).values(used=today))
    except StorageFailed:
        # A full disk must not lock any program out.
        _log.warning("could not note that a token was used", exc_info=True)


def _check_name(name: str) -> str:
    label = " ".join(name.split())
    if not label or not label.isprintable():
        raise BadField("name", _("Give the token a name, to know it again."))
    if len(label) > _NAME_LENGTH:
        raise BadField("name", _("This name is too long."))
    return label


def _check_scopes(scopes: Iterable[str]) -> list[str]:
    wanted = set(scopes)
    if not wanted or not wanted <= set(SCOPES):
        raise BadField("scopes", _("Choose what the token may be used for."))
    return [scope for scope in SCOPES if scope in wanted]


def hash_secret(secret: str) -> str:
    """What is kept of a secret: it needs no salt, since nothing of it can be guessed."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
