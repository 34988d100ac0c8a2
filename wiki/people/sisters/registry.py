"""Which sites are sisters, what each is called here, the key that it signs with, what is blocked.

What is shown depends on these rows: they change when an administrator, or a copy, does.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from wiki.errors import AlreadyExists, BadField, NotFound
from wiki.pages.paths import is_reserved
from wiki.people.audit import NOBODY, record_audit
from wiki.people.models.sisters import (
    SisterExchangeRow,
    SisterMessageRow,
    SisterPageRow,
    SisterRow,
)
from wiki.people.store.database import Database
from wiki.translation import gettext as _

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True)
class Sister:
    """One sister at one moment; see the module and ``SisterRow``."""

    name: str
    address: str
    title: str
    kid: str
    key: str
    created: datetime
    blocked: bool
    copied: datetime | None
    pages: int
    size: int


def add(
    database: Database,
    name: str,
    address: str,
    title: str,
    *,
    kid: str,
    key: str,
    by: str = NOBODY,
) -> Sister:
    """A new sister, due at once; ``by`` is for the trail. Raises BadField, AlreadyExists."""
    if not _NAME.fullmatch(name) or is_reserved(name):
        raise BadField("name", _("A sister’s name is made of a–z, 0–9 and hyphens."))
    now = database.now()
    with database.session("sisters") as session:
        if session.get(SisterRow, name) is not None:
            words = _("Another sister is called “{name}” already. Choose another name for it here.")
            raise BadField("name", words.format(name=name))
        same = select(SisterRow).where((SisterRow.address == address) | (SisterRow.kid == kid))
        if (other := session.scalars(same).first()) is not None:
            if other.address == address:
                raise AlreadyExists(_("This site is a sister already."))
            raise is_copy(other.address)
        row = SisterRow(
            name=name,
            address=address,
            title=title[:200],
            kid=kid,
            key=key,
            created=now,
            blocked=False,
            pages=0,
            size=0,
        )
        session.add(row)
        session.flush()
        begun = {"state": "waiting", "since": now, "due": now}
        counts = dict.fromkeys(("failures", "met", "met_there"), 0)
        texts = dict.fromkeys(("said", "head", "holds", "pinged"), "")
        session.add(SisterExchangeRow(sister=name, **begun, **counts, **texts))
        record_audit(database, by, "sister", name, address, session=session)
        return _sister(row)


def remove(database: Database, name: str, *, by: str = NOBODY) -> None:
    """Ends the exchange. Raises NotFound."""
    with database.session() as session:
        row = _row(session.get(SisterRow, name))
        for rows in (SisterPageRow, SisterMessageRow, SisterExchangeRow):
            session.execute(delete(rows).where(rows.sister == name))
        session.delete(row)
        record_audit(database, by, "no-sister", name, row.address, session=session)


def get(database: Database, name: str) -> Sister:
    """The sister ``name``. Raises NotFound."""
    return _sister(_row(database.find_row(SisterRow, name)))


def listed(database: Database) -> Sequence[Sister]:
    """Every sister, by name."""
    return list(by_name(database).values())


def by_name(database: Database) -> Mapping[str, Sister]:
    """Every sister by its name; remembered until one changes."""

    def ask() -> Mapping[str, Sister]:
        rows = database.list_rows(select(SisterRow).order_by(SisterRow.name))
        return {row.name: _sister(row) for row in rows}

    return database.remembered(("sisters",), ask)


def note_copied(database: Database, name: str, head: str, pages: int, size: int) -> None:
    """Notes that the copy is of the sister's commit ``head`` now; "": there is none any more."""
    with database.session() as session:
        if (row := session.get(SisterRow, name)) is not None:
            row.copied = database.now() if head else None
            row.pages, row.size = pages, size
            _look_again(session, name, head)


def set_blocked(database: Database, name: str, *, blocked: bool, by: str = NOBODY) -> None:
    """Blocks a sister, or lets it in again: it is asked at once then. Raises NotFound."""
    with database.session() as session:
        row = _row(session.get(SisterRow, name))
        row.blocked, row.copied, row.pages, row.size = blocked, None, 0, 0
        _look_again(session, name, due=database.now())
        action = "block-sister" if blocked else "unblock-sister"
        record_audit(database, by, action, name, row.address, session=session)


def set_key(database: Database, name: str, kid: str, key: str, *, by: str = NOBODY) -> None:
    """Has the sister be known by another key; ``by``: who has said yes to it.

    Raises NotFound, and BadField for the key of another.
    """
    with database.session() as session:
        row = _row(session.get(SisterRow, name))
        same = select(SisterRow).where(SisterRow.kid == kid, SisterRow.name != name)
        if (other := session.scalars(same).first()) is not None:
            raise is_copy(other.address)
        row.kid, row.key = kid, key
        _look_again(session, name, due=database.now())
        record_audit(database, by, "sister-key", name, kid, session=session)


def is_copy(of: str) -> BadField:
    """Why a site with the key of the one at the address ``of`` is no sister."""
    words = _(
        "This site signs with the key of {other}: it is a copy of that site, or was made"
        " from one of its backups. A copy is no sister until it has a key of its own."
    )
    return BadField("address", words.format(other=of))


def set_title(database: Database, name: str, title: str) -> None:
    """Has it be called what it calls itself by now."""
    with database.session() as session:
        asked = update(SisterRow).where(SisterRow.name == name, SisterRow.title != title[:200])
        session.execute(asked.values(title=title[:200]))


def _look_again(session: Session, name: str, head: str = "", due: datetime | None = None) -> None:
    """Notes the commit that the copy is of; "": all of it is to be looked at again."""
    values = {"head": head} | ({"due": due, "failures": 0} if due is not None else {})
    asked = update(SisterExchangeRow).where(SisterExchangeRow.sister == name)
    session.execute(asked.values(**values))


def block_page(
    database: Database, name: str, path: str, *, blocked: bool, by: str = NOBODY
) -> None:
    """Blocks a page of a sister's, with all below it, or shows it again. Raises NotFound."""
    with database.session() as session:
        _row(session.get(SisterRow, name))
        found = session.get(SisterPageRow, (name, path))
        if blocked and found is None:
            session.add(SisterPageRow(sister=name, path=path, blocked=database.now()))
        elif not blocked and found is not None:
            session.delete(found)
        # What is shown of it is otherwise now: all of it is looked at again.
        _look_again(session, name, due=database.now())
        action = "block-sister-page" if blocked else "unblock-sister-page"
        record_audit(database, by, action, name, path, session=session)


def blocked_pages(database: Database, name: str) -> Sequence[str]:
    """The pages of the sister that are blocked, by their paths there."""
    asked = select(SisterPageRow.path).where(SisterPageRow.sister == name)
    return sorted(database.list_rows(asked))


def _row(row: SisterRow | None) -> SisterRow:
    if row is None:
        raise NotFound(_("There is no sister of that name."))
    return row


def _sister(row: SisterRow) -> Sister:
    return Sister(**{name: getattr(row, name) for name in Sister.__dataclass_fields__})
