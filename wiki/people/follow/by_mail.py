"""Following by mail without an account: asked for on a page, and true once the mail is answered.

Until then there is a row that says who is to be asked; it goes after two days. Whether the address
has an account, or follows already, makes no difference to what is done or answered.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex, token_urlsafe

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.config import Settings
from wiki.people.accounts.fields import check_lang, fold_email
from wiki.people.follow.subscriptions import MOST, MOST_BY_MAIL, WEEK, add_watch, follower_of
from wiki.people.limits.durable import HOUR, Limit, client_network, count_attempts
from wiki.people.models.accounts import PersonRow
from wiki.people.models.subscriptions import FollowerRow, FollowRequestRow
from wiki.people.store.database import Database
from wiki.people.targets import Target

LIFETIME = timedelta(days=2)
#: longer than any token of ours
_LONGEST = 100


@dataclass(frozen=True)
class Request:
    """Who asked to follow what; ``token`` is what their mail holds."""

    email: str
    lang: str
    target: Target
    token: str


def ask_to_follow(
    database: Database, settings: Settings, *, email: str, lang: str, target: Target, address: str
) -> Request:
    """Begins to follow; ``address`` is where the request came from. Raises BadField, TooMany."""
    folded = fold_email(email)
    check_lang(lang)
    count_attempts(
        database,
        [
            Limit(f"follow:{folded}", 2 * settings.resets_per_hour, HOUR),
            Limit(f"follow@{client_network(address)}", settings.registrations_per_hour, HOUR),
        ],
    )
    token = token_urlsafe(32)
    with database.session() as session:
        now = database.now()
        session.execute(delete(FollowRequestRow).where(FollowRequestRow.expires <= now))
        session.add(
            FollowRequestRow(
                id=_hash(token),
                email=folded,
                lang=lang,
                kind=target.kind,
                target=target.value,
                expires=now + LIFETIME,
            )
        )
    return Request(folded, lang, target, token)


def asked_to_follow(database: Database, token: str) -> Request | None:
    """What a mailed link is about, without using it up; None where it is no good any more."""
    if len(token) > _LONGEST:
        return None
    with database.reading() as session:
        row = _find(database, session, token)
        return _as_request(row, token) if row else None


def confirm_following(
    database: Database, token: str, *, rhythm: str = WEEK, head: str = ""
) -> Request | None:
    """Follows from now on: the account of the address, where it has one, else the address itself.

    None where the link is no good any more. Raises TooMany.
    """
    if len(token) > _LONGEST:
        return None
    with database.session() as session:
        row = _find(database, session, token)
        if row is None:
            return None
        request = _as_request(row, token)
        session.delete(row)
        person = session.scalar(select(PersonRow.id).where(PersonRow.email == request.email))
        if person is not None:
            follower, most = follower_of(database, session, person, head), MOST
        else:
            follower, most = _by_mail(database, session, request, rhythm, head), MOST_BY_MAIL
        add_watch(database, session, follower.id, request.target, most, head)
        return request


def _by_mail(
    database: Database, session: Session, request: Request, rhythm: str, head: str
) -> FollowerRow:
    row = session.scalar(select(FollowerRow).where(FollowerRow.email == request.email))
    if row is None:
        row = FollowerRow(
            id=token_hex(12),
            email=request.email,
            lang=request.lang,
            rhythm=rhythm,
            paused=False,
            commit=head,
            told=database.now(),
        )
        session.add(row)
        session.flush()
    return row


def _find(database: Database, session: Session, token: str) -> FollowRequestRow | None:
    return session.scalar(
        select(FollowRequestRow).where(
            FollowRequestRow.id == _hash(token), FollowRequestRow.expires > database.now()
        )
    )


def _as_request(row: FollowRequestRow, token: str) -> Request:
    return Request(row.email, row.lang, Target(row.kind, row.target), token)


def _hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
