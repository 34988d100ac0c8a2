"""Invitations by mail: to a team, to one page as its guest, or to the wiki.

The link is good once, for as many days as the setting says; only its hash is kept. An invitation
that was accepted or withdrawn leaves no row: the address of who was invited is not ours to keep.
An address that has an account is invited like one that has none.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex, token_urlsafe

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from wiki.config import Settings
from wiki.errors import AlreadyExists, BadField, NotFound
from wiki.people.accounts.fields import check_lang, check_name, fold_email
from wiki.people.accounts.mail_tokens import hash_token
from wiki.people.accounts.passwords import check_password, hash_password
from wiki.people.accounts.rows import as_person, new_row
from wiki.people.audit import record_audit
from wiki.people.limits.durable import DAY, Limit, count_attempts
from wiki.people.models.accounts import GrantRow, PersonRow
from wiki.people.models.invitations import InvitationRow
from wiki.people.person import ROLES, Person, require_sure
from wiki.people.store.database import Database
from wiki.people.store.values import value_of
from wiki.translation import gettext as _

KINDS = ("team", "guest", "role")
WORDS = 300
#: what is given without being asked for more than a session
PLAIN_ROLES = ("", "reader", "member")
#: invitations a day to one address, whoever sends them
_TO_ONE = 10
#: Who accepts is given so long before someone else may: a crash half way must not use it up.
_PATIENCE = timedelta(minutes=5)
#: One that nobody answered is shown to its inviter for so long after its end, to be sent again.
_KEPT = timedelta(days=60)
_LONGEST = 100


@dataclass(frozen=True)
class Invitation:
    """One that waits for its answer; ``path`` is "" for the wiki, ``role`` "" for a page."""

    id: str
    kind: str
    path: str
    role: str
    email: str
    lang: str
    words: str
    inviter: Person
    sent: datetime
    expires: datetime


@dataclass(frozen=True)
class Draft:
    """What someone asks to have sent."""

    kind: str
    email: str
    lang: str = "fr"
    words: str = ""
    path: str = ""
    role: str = ""


def invite(
    database: Database, settings: Settings, draft: Draft, *, by: Person
) -> tuple[Invitation, str]:
    """The invitation, and the token to mail; one to the same thing is sent anew.

    Whether ``by`` may invite there is asked by who calls. Raises BadField, TooMany, and Forbidden
    where a role that rules is given by who is not sure.
    """
    email, words = fold_email(draft.email), _seen(draft.words)
    check_lang(draft.lang)
    if len(words) > WORDS:
        raise BadField("words", _("A line of at most 300 characters, please."))
    if draft.kind not in KINDS or (draft.kind == "role" and draft.role not in ROLES):
        raise BadField("role", _("There is no such role."))
    if draft.role not in PLAIN_ROLES:
        require_sure(by)
    _count(database, settings, by, email)
    with database.session() as session:
        _forget_the_past(database, session)
        row = session.scalar(
            select(InvitationRow).where(
                InvitationRow.kind == draft.kind,
                InvitationRow.path == draft.path,
                InvitationRow.email == email,
            )
        )
        if row is None:
            row = InvitationRow(
                id=token_hex(8), kind=draft.kind, path=draft.path, email=email, taken=None
            )
            session.add(row)
        row.role, row.lang, row.words, row.inviter = draft.role, draft.lang, words, by.id
        token = _renew(database, settings, row)
        record_audit(database, by.id, "invited", draft.path, _kind(row), session=session)
        session.flush()
        return _as_invitation(row, by), token


def send_again(
    database: Database, settings: Settings, invitation_id: str, *, by: Person
) -> tuple[Invitation, str]:
    """As ``invite``, for one that waits: with a new link and a new term, in the inviter's name."""
    waiting = get_pending(database, invitation_id)
    if waiting is None:
        raise NotFound(_("There is no such invitation."))
    _count(database, settings, by, waiting.email)
    with database.session() as session:
        row = session.get(InvitationRow, invitation_id)
        if row is None:
            raise NotFound(_("There is no such invitation."))
        token = _renew(database, settings, row)
        inviter = session.get(PersonRow, row.inviter)
        return _as_invitation(row, as_person(inviter) if inviter else by), token


def withdraw(database: Database, invitation_id: str, *, by: str) -> None:
    """Its link is no longer good; none is no fault."""
    with database.session() as session:
        row = session.get(InvitationRow, invitation_id)
        if row is not None:
            record_audit(database, by, "uninvited", row.path, _kind(row), session=session)
            session.delete(row)


def has_pending(database: Database, paths: Sequence[str]) -> bool:
    """Whether an invitation to one of the pages waits."""
    found = select(InvitationRow.id).where(InvitationRow.path.in_(paths)).limit(1)
    return database.find_value(found) is not None


def pending(
    database: Database, *, path: str | None = None, kind: str | None = None, by: str | None = None
) -> list[Invitation]:
    """Those that wait, the newest first: to a page, of a kind, or by someone."""
    asked = select(InvitationRow, PersonRow).join(PersonRow, PersonRow.id == InvitationRow.inviter)
    if path is not None:
        asked = asked.where(InvitationRow.path == path)
    if kind is not None:
        asked = asked.where(InvitationRow.kind == kind)
    if by is not None:
        asked = asked.where(InvitationRow.inviter == by)
    rows = database.list_tuples(asked.order_by(InvitationRow.sent.desc()).limit(500))
    return [_as_invitation(row, as_person(inviter)) for row, inviter in rows]


def get_pending(database: Database, invitation_id: str) -> Invitation | None:
    """The invitation of that id, if it waits."""
    with database.reading() as session:
        row = session.get(InvitationRow, invitation_id)
        inviter = session.get(PersonRow, row.inviter) if row else None
        return _as_invitation(row, as_person(inviter)) if row and inviter else None


def peek(database: Database, token: str) -> Invitation | None:
    """What a link is for, without using it up; None if used, withdrawn, old or wrong.

    Nor is one good whose inviter's account is closed.
    """
    with database.reading() as session:
        row = _find(database, session, token)
        inviter = session.get(PersonRow, row.inviter) if row else None
        if row is None or inviter is None or inviter.disabled is not None:
            return None
        return _as_invitation(row, as_person(inviter))


def has_account(database: Database, invitation: Invitation) -> bool:
    """Whether the invited address has an account: for who holds the link alone."""
    asked = select(PersonRow.id).where(PersonRow.email == invitation.email)
    return database.find_value(asked) is not None


def make_account(
    database: Database,
    settings: Settings,
    token: str,
    *,
    name: str,
    password: str | None,
    lang: str,
) -> Person | None:
    """The account of who was invited, whatever ``registration`` says; the link stays good.

    A guest becomes a member where everyone may, else a reader: who opens one page does not open
    the wiki. None where the link is no good. Raises BadField, and AlreadyExists for an address
    that has an account.
    """
    invitation = peek(database, token)
    if invitation is None:
        return None
    shown = check_name(name)
    check_lang(lang)
    if password is not None:
        check_password(password, (shown, invitation.email))
    password_hash = None if password is None else hash_password(password)
    row = new_row(
        database, invitation.email, shown, _first_role(invitation, settings), lang, password_hash
    )
    try:
        with database.session() as session:
            session.add(row)
            session.flush()
            person = as_person(row)
    except IntegrityError as error:
        raise AlreadyExists(_("This address has an account already.")) from error
    return person


@contextmanager
def taking(database: Database, token: str) -> Iterator[Invitation | None]:
    """Uses a link up, if what is done inside succeeds; of two at the same moment, one gets it."""
    with database.session() as session:
        row = _find(database, session, token)
        inviter = session.get(PersonRow, row.inviter) if row else None
        if row is None or inviter is None or inviter.disabled is not None:
            taken = None
        else:
            # On PostgreSQL another may read the row at the same moment: one of the two changes it.
            changed = session.execute(
                update(InvitationRow)
                .where(InvitationRow.id == row.id, _free(database))
                .values(taken=database.now())
                .returning(InvitationRow.id)
                .execution_options(synchronize_session=False)
            ).all()
            taken = _as_invitation(row, as_person(inviter)) if changed else None
    if taken is None:
        yield None
        return
    try:
        yield taken
    except BaseException:
        database.execute(
            update(InvitationRow).where(InvitationRow.id == taken.id).values(taken=None)
        )
        raise
    database.execute(delete(InvitationRow).where(InvitationRow.id == taken.id))


def give(database: Database, invitation: Invitation, person: Person) -> Person:
    """What an invitation to a page as a guest, or to a role, gives; the account as it then is.

    No role is lowered. One is given by admins alone, whatever the row says. Someone answers now for
    what the account writes.
    """
    with database.session() as session:
        row = session.get(PersonRow, person.id, with_for_update=True)
        if row is None:
            raise NotFound(_("There is no such account."))
        row.held = None
        if invitation.kind == "guest" and session.get(GrantRow, (row.id, invitation.path)) is None:
            row.grants.append(
                GrantRow(person=row.id, guest=invitation.path, created=database.now())
            )
            record_audit(
                database, invitation.inviter.id, "guest", invitation.path, row.id, session=session
            )
        by_admin = invitation.inviter.role == "admin"
        if invitation.kind == "role" and by_admin and _is_more(invitation.role, row.role):
            row.role = invitation.role
            record_audit(database, invitation.inviter.id, "role", row.id, row.role, session=session)
        session.flush()
        return as_person(row)


def _is_more(role: str, than: str) -> bool:
    return ROLES.index(role) > ROLES.index(than)


def _first_role(invitation: Invitation, settings: Settings) -> str:
    if invitation.kind == "guest" and settings.registration != "open":
        return "reader"
    return "member"


def _count(database: Database, settings: Settings, by: Person, email: str) -> None:
    """By who invites, and by who is written to: a stranger is not to be flooded, by many or one."""
    limits = [
        Limit(f"invite:{by.id}", settings.invitations_per_day, DAY),
        Limit(f"invited:{email}", _TO_ONE, DAY),
    ]
    count_attempts(database, limits)


def _seen(words: str) -> str:
    """``words`` on one line, without what cannot be seen: they stand in a mail to a stranger."""
    return " ".join("".join(char if char.isprintable() else " " for char in words).split())


def _renew(database: Database, settings: Settings, row: InvitationRow) -> str:
    token = token_urlsafe(32)
    row.token, row.sent, row.taken = hash_token(token), database.now(), None
    row.expires = row.sent + timedelta(days=settings.invitation_days)
    return token


def _find(database: Database, session: Session, token: str) -> InvitationRow | None:
    if not token or len(token) > _LONGEST:
        return None
    return session.scalar(
        select(InvitationRow).where(
            InvitationRow.token == hash_token(token),
            InvitationRow.expires > database.now(),
            _free(database),
        )
    )


def _free(database: Database) -> ColumnElement[bool]:
    return or_(InvitationRow.taken.is_(None), InvitationRow.taken < database.now() - _PATIENCE)


def _forget_the_past(database: Database, session: Session) -> None:
    session.execute(delete(InvitationRow).where(InvitationRow.expires < database.now() - _KEPT))


def _as_invitation(row: InvitationRow, inviter: Person) -> Invitation:
    return value_of(Invitation, row, inviter=inviter)


def _kind(row: InvitationRow) -> str:
    return row.role if row.kind == "role" else row.kind
