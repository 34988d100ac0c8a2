"""Sister Carrefours, as rows: which sites, the key of each, how the exchange with it goes.

::

    waiting ──▶ in step ◀──▶ failed      it does not answer: asked again, ever more rarely
                  ▲
                  ├──▶ refused           what it says, or holds, may not be taken
                  └──▶ stopped           it names us no more, for longer than the stated delay

None of the states is an end. One that is blocked is not asked at all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from wiki.errors import AlreadyExists, BadField, NotFound
from wiki.pages.paths import is_reserved
from wiki.people.audit import NOBODY, record_audit
from wiki.people.models.sisters import SisterPageRow, SisterRow
from wiki.people.store.database import Database
from wiki.translation import gettext as _

WAITING, IN_STEP, FAILED, REFUSED, STOPPED = "waiting", "in-step", "failed", "refused", "stopped"

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
    state: str
    since: datetime
    said: str
    tried: datetime | None
    seen: datetime | None
    due: datetime
    failures: int
    stated: datetime | None
    head: str
    copied: datetime | None
    pages: int
    size: int
    stopped: datetime | None
    holds: str
    held: datetime | None
    met: int


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
            words = _(
                "This site signs with the key of {other}: it is a copy of that site, or was made"
                " from one of its backups. A copy is no sister until it has a key of its own."
            )
            raise BadField("address", words.format(other=other.address))
        row = SisterRow(
            name=name,
            address=address,
            title=title[:200],
            kid=kid,
            key=key,
            created=now,
            blocked=False,
            state=WAITING,
            since=now,
            due=now,
            failures=0,
            pages=0,
            size=0,
            met=0,
            **dict.fromkeys(("said", "head", "holds"), ""),
        )
        session.add(row)
        record_audit(database, by, "sister", name, address, session=session)
        return _sister(row)


def remove(database: Database, name: str, *, by: str = NOBODY) -> None:
    """Ends the exchange. Raises NotFound."""
    with database.session() as session:
        row = _row(session.get(SisterRow, name))
        session.execute(delete(SisterPageRow).where(SisterPageRow.sister == name))
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
    """Notes that the copy is of the sister's commit ``head`` now."""
    with database.session() as session:
        if (row := session.get(SisterRow, name)) is not None:
            row.head, row.copied = head, database.now()
            row.pages, row.size = pages, size


def block_page(
    database: Database, name: str, path: str, *, blocked: bool, by: str = NOBODY
) -> None:
    """Blocks a page of a sister's, with all below it, or shows it again. Raises NotFound."""
    with database.session() as session:
        row = _row(session.get(SisterRow, name))
        found = session.get(SisterPageRow, (name, path))
        if blocked and found is None:
            session.add(SisterPageRow(sister=name, path=path, blocked=database.now()))
        elif not blocked and found is not None:
            session.delete(found)
        # What is shown of it is otherwise now: all of it is looked at again.
        row.due, row.head = database.now(), ""
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
