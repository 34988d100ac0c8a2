"""Tokens of programs that somebody let in from a page of ours (OAuth): short, and renewed.

A row of ``access_token`` is what a person granted: it is theirs to see and to revoke like one that
they made. Its secret is good for an hour; another secret has it renewed, once: both are then
others. One that is used a second time was copied, and ends the grant.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from wiki.people.accounts.access_tokens import PREFIX, SCOPES, check_room, hash_secret
from wiki.people.models.accounts import PersonRow
from wiki.people.models.entries import AccessTokenRow
from wiki.people.store.database import Database

#: seconds that a secret is good for, and days without renewal after which it cannot be had
LIFE, RENEWABLE = 3600, 90
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ProgramToken:
    """Both secrets, to be told once, and what they are good for."""

    secret: str
    renewal: str
    scopes: tuple[str, ...]
    #: seconds until it ends
    life: int = LIFE


def issue_to_program(
    database: Database, person_id: str, *, program: str, name: str, scopes: Collection[str]
) -> ProgramToken:
    """What a person granted to ``program``, in place of what they had granted it before.

    Raises BadField where they have too many tokens.
    """
    with database.session(f"access_token:{person_id}") as session:
        session.execute(
            delete(AccessTokenRow).where(
                AccessTokenRow.person == person_id, AccessTokenRow.program == program
            )
        )
        check_room(session, person_id)
        row = AccessTokenRow(
            person=person_id,
            name=name,
            program=program,
            scopes=" ".join(one for one in SCOPES if one in scopes),
            created=database.now(),
        )
        made = _with_new_secrets(database, row)
        session.add(row)
    _log.info("access of a program granted by %s for %s", person_id, " ".join(made.scopes))
    return made


def renew(database: Database, program: str, renewal: str) -> ProgramToken | None:
    """New secrets for one that has it renewed; None where it is good for nothing.

    One that was used before ends what it was of.
    """
    key = hash_secret(renewal)
    with database.session() as session:
        row = _renewable(session, program, key)
        if row is None:
            copied = delete(AccessTokenRow).where(
                AccessTokenRow.program == program, AccessTokenRow.renewed_secret == key
            )
            if session.execute(copied.returning(AccessTokenRow.id)).all():
                _log.warning("the renewal of a program's access came twice: its access ended")
            return None
        now, until = database.now(), row.renewable
        known = session.get(PersonRow, row.person)
        if known is None or known.disabled is not None or until is None or until <= now:
            return None
        row.renewed_secret = key
        return _with_new_secrets(database, row)


def revoke_secret(database: Database, program: str, secret: str) -> None:
    """Ends what ``program`` has with either of the secrets; nothing where there is nothing."""
    key = hash_secret(secret)
    named = or_(AccessTokenRow.id == key, AccessTokenRow.renewal_secret == key)
    with database.session() as session:
        session.execute(delete(AccessTokenRow).where(AccessTokenRow.program == program, named))


def list_programs(database: Database) -> frozenset[str]:
    """The programs that somebody has let in."""
    asked = select(AccessTokenRow.program).where(AccessTokenRow.program != "").distinct()
    return frozenset(row.program for row in database.list_tuples(asked))


def _renewable(session: Session, program: str, key: str) -> AccessTokenRow | None:
    asked = select(AccessTokenRow).where(
        AccessTokenRow.program == program, AccessTokenRow.renewal_secret == key
    )
    return session.scalar(asked.with_for_update())


def _with_new_secrets(database: Database, row: AccessTokenRow) -> ProgramToken:
    secret, renewal = PREFIX + token_urlsafe(32), f"{PREFIX}renewal_{token_urlsafe(32)}"
    now = database.now()
    row.id, row.renewal_secret = hash_secret(secret), hash_secret(renewal)
    row.expires = now + timedelta(seconds=LIFE)
    row.renewable = now + timedelta(days=RENEWABLE)
    return ProgramToken(secret, renewal, tuple(row.scopes.split()))
