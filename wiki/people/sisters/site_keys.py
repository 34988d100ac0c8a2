"""What this site signs with: keys one after the other, as rows, so that backups have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from wiki.errors import AlreadyExists
from wiki.people.audit import NOBODY, record_audit
from wiki.people.models.sisters import SiteKeyRow
from wiki.people.store.database import Database
from wiki.translation import gettext as _


@dataclass(frozen=True)
class SiteKey:
    """A key: ``key`` the private one as JSON, "" once it is not signed with any more.

    ``signed`` is what is told of it: itself, and when, signed by the key before it.
    """

    kid: str
    key: str
    signed: str
    number: int
    created: datetime
    revoked: datetime | None


def listed(database: Database) -> Sequence[SiteKey]:
    """All keys, the oldest first."""

    def ask() -> Sequence[SiteKey]:
        rows = database.list_rows(select(SiteKeyRow).order_by(SiteKeyRow.number))
        return [SiteKey(**{name: getattr(row, name) for name in _FIELDS}) for row in rows]

    return database.remembered(("site keys",), ask)


def add(
    database: Database, kid: str, key: str, signed: str, *, number: int, by: str = NOBODY
) -> None:
    """Signs with another key from now on; ``number`` is how many there were before.

    The one before is forgotten but for what was told of it. Raises AlreadyExists where someone
    else has added one meanwhile.
    """
    with database.session("site keys") as session:
        rows = session.scalars(select(SiteKeyRow).order_by(SiteKeyRow.number)).all()
        if len(rows) != number:
            raise AlreadyExists(_("Another key was made at the same moment."))
        for row in rows:
            row.key = ""
        made = SiteKeyRow(kid=kid, key=key, signed=signed, number=number, created=database.now())
        session.add(made)
        if rows:
            record_audit(database, by, "site-key", kid, rows[-1].kid, session=session)


def revoke(database: Database, kid: str, signed: str, *, by: str = NOBODY) -> None:
    """Notes that nothing signed with the key holds any more; ``signed`` says so, by that key."""
    with database.session("site keys") as session:
        if (row := session.get(SiteKeyRow, kid)) is not None:
            row.revoked, row.signed = database.now(), signed
            record_audit(database, by, "revoke-site-key", kid, "", session=session)


_FIELDS = tuple(SiteKey.__dataclass_fields__)
