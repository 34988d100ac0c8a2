"""Accounts that a provider of single sign-on vouches for: issuer and subject → person."""

import logging
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wiki.config import Settings
from wiki.errors import AlreadyExists, BadField, Forbidden
from wiki.people.accounts.affiliations import forget_affiliation, note_affiliation
from wiki.people.accounts.factors.requirement import has_factor
from wiki.people.accounts.fields import LONGEST_NAME, check_name, fold_email
from wiki.people.accounts.rows import as_person, new_row
from wiki.people.models.accounts import PersonRow
from wiki.people.models.entries import SignOnRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.translation import gettext as _

#: the most that OpenID Connect lets a provider call someone
LONGEST_SUBJECT = 255
#: what kinds of providers are called of which there is one in the world
_NAMES = {"proconnect": "ProConnect", "entra": "Microsoft", "google": "Google"}
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Vouched:
    """What a provider says of who comes in; ``verified``: that the address is theirs.

    ``siret`` is the number of their organisation, in France; ``id_token`` is what it said it with.
    """

    issuer: str
    subject: str
    email: str = ""
    name: str = ""
    verified: bool = False
    siret: str = ""
    id_token: str = ""


@dataclass(frozen=True)
class SignOn:
    """A provider that lets someone in, since when, and when it last did."""

    issuer: str
    created: datetime
    used: datetime


class ProofWanted(Forbidden):
    """An account has the address, and the provider's word is not enough to let someone into it."""


def provider_name(settings: Settings) -> str:
    """What to call the provider; empty where there is none."""
    if not settings.oidc_issuer:
        return ""
    known = _NAMES.get(settings.oidc_kind)
    return settings.oidc_name or known or urlsplit(settings.oidc_issuer).hostname or ""


def come_in(database: Database, settings: Settings, vouched: Vouched, lang: str) -> Person:
    """Whose account it is: known, known by its verified address, or made now.

    Raises Forbidden, with what to do, where there is none to enter; ProofWanted.
    """
    email = _folded(vouched.email) if vouched.verified or settings.oidc_trust_email else ""
    try:
        with database.session() as session:
            row = _known(session, vouched) or _by_address(database, session, vouched, email)
            row = row or _made(database, session, settings, vouched, email, lang)
            if row.disabled:
                raise Forbidden(
                    _("Your account is closed at present. The team of the wiki can open it again.")
                )
            _note_use(database, session, row.id, vouched)
            return as_person(row)
    except IntegrityError:
        # Twice at the same moment: the other one made it.
        with database.session() as session:
            known = _known(session, vouched)
            if known is None or known.disabled:
                raise
            return as_person(known)


def link(database: Database, person_id: str, vouched: Vouched) -> None:
    """Lets the provider vouch for this account. Raises AlreadyExists where it does for another."""
    with database.session() as session:
        row = _known(session, vouched)
        if row is not None and row.id != person_id:
            raise AlreadyExists(_("This sign-on belongs to another account already."))
        if row is None:
            _link(database, session, person_id, vouched)
        _note_use(database, session, person_id, vouched)


def unlink(database: Database, person_id: str) -> None:
    """Ends it; one logs in by password or by a mailed link. None is no fault."""
    with database.session() as session:
        session.execute(delete(SignOnRow).where(SignOnRow.person == person_id))
        forget_affiliation(session, person_id)
    _log.info("sign-on of %s ended", person_id)


def linked(database: Database, person_id: str) -> list[SignOn]:
    """The sign-ons of an account, the oldest first."""
    rows = database.list_rows(
        select(SignOnRow).where(SignOnRow.person == person_id).order_by(SignOnRow.created)
    )
    return [SignOn(row.issuer, row.created, row.used) for row in rows]


def presentable(name: str) -> str:
    """A name that a provider tells, made into one that may stand here; never fails."""
    seen = "".join(
        " " if not char.isprintable() or char in '<>"\\' else char for char in name[:500]
    )
    try:
        return check_name(" ".join(seen.split())[:LONGEST_NAME])
    except BadField:
        return _("New member")


def _known(session: Session, vouched: Vouched) -> PersonRow | None:
    row = session.get(SignOnRow, (vouched.issuer, vouched.subject))
    return session.get(PersonRow, row.person) if row else None


def _by_address(
    database: Database, session: Session, vouched: Vouched, email: str
) -> PersonRow | None:
    """The account with the address, which the provider vouches for from now on.

    Not where it lets somebody else into it already, nor where it has not verified the address:
    two people may be said to have one. Nor where the account has a passkey or makes digits: whoever
    reads its mails would be in by the provider, and never be asked for them. Raises ProofWanted.
    """
    row = session.scalar(select(PersonRow).where(PersonRow.email == email)) if email else None
    if row is None:
        return None
    another = select(SignOnRow.subject).where(
        SignOnRow.person == row.id, SignOnRow.issuer == vouched.issuer
    )
    if (
        not vouched.verified
        or session.scalar(another.limit(1)) is not None
        or has_factor(session, row.id)
    ):
        raise ProofWanted(_("An account here has this address already."))
    if not row.disabled:
        _link(database, session, row.id, vouched)
    return row


def _made(
    database: Database,
    session: Session,
    settings: Settings,
    vouched: Vouched,
    email: str,
    lang: str,
) -> PersonRow:
    if not settings.oidc_opens:
        raise Forbidden(
            _(
                "You have no account here yet, and accounts are opened by invitation. If you have "
                "one, log in as usual: you can link this sign-on from your account page."
            )
        )
    if not email:
        raise Forbidden(
            _(
                "It does not confirm your mail address, so we cannot tell which account is yours. "
                "Log in as usual, or create an account: you can link this sign-on from your "
                "account page."
            )
        )
    row = new_row(database, email, presentable(vouched.name), "member", lang, None)
    session.add(row)
    session.flush()
    _log.info("account %s made by single sign-on", row.id)
    _link(database, session, row.id, vouched)
    return row


def _link(database: Database, session: Session, person_id: str, vouched: Vouched) -> None:
    now = database.now()
    session.add(
        SignOnRow(
            issuer=vouched.issuer,
            subject=vouched.subject,
            person=person_id,
            created=now,
            used=now,
        )
    )
    session.flush()
    _log.info("account %s linked to a sign-on", person_id)


def _note_use(database: Database, session: Session, person_id: str, vouched: Vouched) -> None:
    now = database.now()
    row = session.get(SignOnRow, (vouched.issuer, vouched.subject))
    if row is not None:
        row.used = now
    note_affiliation(session, person_id, vouched.issuer, vouched.siret, now)


def _folded(email: str) -> str:
    try:
        return fold_email(email) if email else ""
    except BadField:
        return ""
