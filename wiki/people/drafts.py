"""Texts being written, kept for their writer alone until they are saved or thrown away."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiki.errors import BadPath, TooLarge
from wiki.people.models.texts import DraftRow
from wiki.people.store.database import Database
from wiki.people.store.times import Times
from wiki.translation import gettext as _

#: Above the limit of a page: what is too large to save must not be lost for that.
LARGEST = 4_000_000
#: A person's oldest drafts beyond this number go.
MOST = 100
_LONGEST_PATH = 2_000


@dataclass(frozen=True)
class Draft:
    """One person's unsaved text of one page, and the commit it started from."""

    path: str
    base: str
    text: str
    saved: datetime


def save_draft(database: Database, person_id: str, path: str, base: str, text: str) -> Draft:
    """Keeps ``text``, in place of the person's draft of that page. Raises TooLarge, BadPath."""
    if len(text) > LARGEST:
        raise TooLarge(_("This text is too long to be kept as a draft."))
    path, base, text = _storable(path), _storable(base)[:64], _storable(text)
    if len(path.encode()) > _LONGEST_PATH:
        raise BadPath(_("This page name is too long."))
    now = database.now()
    with database.session(f"draft:{person_id}") as session:
        row = session.get(DraftRow, (person_id, path))
        if row is None:
            row = DraftRow(person=person_id, path=path, base=base, text=text, saved=now)
            session.add(row)
        row.base, row.text, row.saved = base, text, now
        session.flush()
        beyond = (
            select(DraftRow.path)
            .where(DraftRow.person == person_id)
            .order_by(DraftRow.saved.desc(), DraftRow.path)
            .offset(MOST)
        )
        past = session.scalars(beyond.limit(MOST)).all()
        session.execute(
            delete(DraftRow).where(DraftRow.person == person_id, DraftRow.path.in_(past))
        )
    return Draft(path, base, text, now)


def read_draft(database: Database, person_id: str, path: str) -> Draft | None:
    """The person's draft of that page."""
    key = (person_id, _storable(path))
    row = database.find_row(DraftRow, key) if _has(database, key) else None
    return _draft(row) if row else None


def drop_draft(database: Database, person_id: str, path: str) -> None:
    """Throws a draft away (its text was saved, or is no longer wanted); none is no fault."""
    key = (person_id, _storable(path))
    # Most saves have none: to look waits for nobody, to write does.
    if _has(database, key):
        database.execute(
            delete(DraftRow).where(DraftRow.person == person_id, DraftRow.path == key[1])
        )


def forget_the_past(session: Session, now: datetime, times: Times) -> None:
    """Deletes those that were not touched for too long."""
    session.execute(delete(DraftRow).where(DraftRow.saved < now - times.draft))


def _has(database: Database, key: tuple[str, str]) -> bool:
    """Whether there is a draft; asked before and after each save, so it is remembered."""
    return database.remembered(
        ("draft", *key), lambda: database.find_row(DraftRow, key) is not None
    )


def list_drafts(database: Database, person_id: str) -> list[Draft]:
    """The person's drafts, newest first."""
    rows = database.list_rows(
        select(DraftRow).where(DraftRow.person == person_id).order_by(DraftRow.saved.desc())
    )
    return [_draft(row) for row in rows]


def _draft(row: DraftRow) -> Draft:
    return Draft(row.path, row.base, row.text, row.saved)


def _storable(text: str) -> str:
    """Without what a database cannot hold: lone surrogates and, in PostgreSQL, NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
