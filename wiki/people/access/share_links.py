"""Links that show a page to whoever holds them, without an account, until a day.

::

    make ──▶ a row, a token told once ──▶ open_link ──▶ its id in a signed cookie ──▶ standing
                                                        revoke, or its day ──▶ nothing any more

Only the hash of a token is kept. What a link shows is worked out at each request from what its
maker may at this moment (``wiki.reading.lent_pages``): a row gives no right.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex, token_urlsafe

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from wiki.errors import BadField
from wiki.people.access.policy import COMMENT, READ, SUGGEST
from wiki.people.accounts.mail_tokens import hash_token
from wiki.people.accounts.rows import as_person
from wiki.people.audit import record_audit
from wiki.people.limits.durable import DAY, attempt
from wiki.people.models.accounts import PersonRow
from wiki.people.models.share_links import ShareGuestRow, ShareLinkRow
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.people.store.values import value_of
from wiki.translation import gettext as _

ALLOWS = (READ, COMMENT, SUGGEST)
#: days that a link is good for if nothing is said, and at most
USUAL_DAYS, MOST_DAYS = 14, 90
LABEL = 100
#: links of one page that stand; links made by one person a day; names noted of one link
_MOST, _PER_DAY, _NAMES = 30, 50, 100
#: one that is over stays in the list for so long
_KEPT = timedelta(days=60)
_LONGEST = 100


@dataclass(frozen=True)
class ShareLink:
    """A link to ``path``; ``label`` says what for, and may be empty."""

    id: str
    path: str
    born: str
    below: bool
    allows: str
    label: str
    maker: Person
    created: datetime
    expires: datetime
    revoked: datetime | None
    uses: int
    used: datetime | None

    def stands(self, now: datetime) -> bool:
        """Whether it is good still, as far as the row tells."""
        return self.revoked is None and now < self.expires and bool(self.path)


@dataclass(frozen=True)
class NewLink:
    """What someone asks to have made; ``born`` names the page that stands at ``path``."""

    path: str
    born: str
    below: bool
    allows: str
    label: str
    expires: datetime


def make_link(database: Database, new: NewLink, *, by: Person) -> str:
    """Keeps a link and returns its token, which is told nowhere else.

    Whether ``by`` may share the page is asked by who calls. Raises BadField, TooMany.
    """
    label = " ".join("".join(c if c.isprintable() else " " for c in new.label).split())
    if len(label) > LABEL:
        raise BadField("label", _("A line of at most {count} characters.").format(count=LABEL))
    if new.allows not in ALLOWS:
        raise BadField("allows", _("Choose what the link lets people do."))
    now = database.now()
    if not now < new.expires <= now + timedelta(days=MOST_DAYS + 1):
        raise BadField(
            "until",
            _("Choose a day from today on, {count} days ahead at most.").format(count=MOST_DAYS),
        )
    attempt(database, f"share-link:{by.id}", _PER_DAY, DAY)
    token = token_urlsafe(32)
    with database.session(f"share-link:{new.path}") as session:
        count = select(func.count()).where(ShareLinkRow.path == new.path, _good(now))
        if (session.scalar(count) or 0) >= _MOST:
            words = _("This page is shared by {count} links already: revoke one first.")
            raise BadField("", words.format(count=_MOST))
        session.add(
            ShareLinkRow(
                id=token_hex(8),
                token=hash_token(token),
                path=new.path,
                born=new.born,
                below=new.below,
                allows=new.allows,
                label=label,
                maker=by.id,
                created=now,
                expires=new.expires,
                revoked=None,
                uses=0,
                used=None,
            )
        )
        record_audit(database, by.id, "link-shared", new.path, new.allows, session=session)
    return token


def find_by_token(database: Database, token: str) -> ShareLink | None:
    """The link whose address ends with ``token``, which may be anything; over or not."""
    if not token or len(token) > _LONGEST:
        return None
    return next(iter(_found(database, ShareLinkRow.token == hash_token(token))), None)


def find_links(database: Database, ids: Collection[str]) -> list[ShareLink]:
    """The links of these ids, over or not."""
    return _found(database, ShareLinkRow.id.in_(ids)) if ids else []


def links_to(database: Database, paths: Sequence[str]) -> list[ShareLink]:
    """Those to the pages, the newest first; those that are over for a while too."""
    found: list[ShareLink] = []
    for start in range(0, len(paths), 500):
        found += _found(database, ShareLinkRow.path.in_(paths[start : start + 500]))
    return sorted(found, key=lambda one: one.created, reverse=True)


def note_use(database: Database, link_id: str) -> None:
    """It was opened in a browser once more."""
    database.execute(
        update(ShareLinkRow)
        .where(ShareLinkRow.id == link_id)
        .values(uses=ShareLinkRow.uses + 1, used=database.now())
    )


def note_guest(database: Database, link_id: str, name: str) -> None:
    """Someone wrote under ``name`` by it; beyond a hundred names no other is noted."""
    with database.session(f"share-guests:{link_id}") as session:
        row = session.get(ShareGuestRow, (link_id, name))
        if row is not None:
            row.wrote = database.now()
            return
        count = select(func.count()).where(ShareGuestRow.link == link_id)
        there = session.get(ShareLinkRow, link_id) is not None
        if there and (session.scalar(count) or 0) < _NAMES:
            session.add(ShareGuestRow(link=link_id, name=name, wrote=database.now()))


def guest_names(database: Database, links: Iterable[ShareLink]) -> dict[str, list[str]]:
    """Id of a link → the names that people wrote under by it, the last to write first."""
    found: dict[str, list[str]] = {one.id: [] for one in links}
    asked = select(ShareGuestRow).where(ShareGuestRow.link.in_(found))
    for row in database.list_rows(asked.order_by(ShareGuestRow.wrote.desc(), ShareGuestRow.name)):
        found[row.link].append(row.name)
    return found


def revoke_link(database: Database, link_id: str, *, by: str) -> None:
    """From now on it shows nothing; again is nothing."""
    with database.session() as session:
        row = session.get(ShareLinkRow, link_id, with_for_update=True)
        if row is not None and row.revoked is None:
            row.revoked = database.now()
            record_audit(database, by, "link-revoked", row.path, row.allows, session=session)


def forget_the_past(session: Session, now: datetime) -> None:
    """Deletes those that were over long ago, with the names noted of them."""
    over = (ShareLinkRow.expires < now - _KEPT) | (ShareLinkRow.revoked < now - _KEPT)
    session.execute(delete(ShareLinkRow).where(over))


def _good(now: datetime) -> ColumnElement[bool]:
    return ShareLinkRow.revoked.is_(None) & (ShareLinkRow.expires > now)


def _found(database: Database, condition: ColumnElement[bool]) -> list[ShareLink]:
    rows = database.list_tuples(
        select(ShareLinkRow, PersonRow)
        .join(PersonRow, PersonRow.id == ShareLinkRow.maker)
        .where(condition)
        .order_by(ShareLinkRow.created.desc())
        .limit(500)
    )
    return [value_of(ShareLink, row, maker=as_person(person)) for row, person in rows]
