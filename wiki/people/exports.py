"""Exports of the site that someone asked for in the browser: rows; their files lie elsewhere.

A row is its person's alone, and goes with their account. Who no longer wants an export deletes the
row: whoever makes it notices.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from wiki.people.models.background import ExportRow
from wiki.people.store.database import Database
from wiki.people.store.values import value_of

WAITING, WORKING, READY, FAILED = "waiting", "working", "ready", "failed"
#: what is taken along: what a visitor reads, what its person does, everything there is
VISITOR, OWN, ALL = "visitor", "own", "all"
#: how long one is kept, and how many of one person's
LASTS, MOST = timedelta(days=1), 3
#: begun so often, and killed each time: given up
TRIES = 2
_UNDERWAY = (WAITING, WORKING)


@dataclass(frozen=True)
class SiteExport:
    """An export: of what, in which form and language, how far it is."""

    id: str
    person: str
    scope: str
    form: str
    lang: str
    state: str
    words: str
    done: int
    total: int
    size: int
    problems: int
    tries: int
    created: datetime

    @property
    def underway(self) -> bool:
        """Whether it is still to come."""
        return self.state in _UNDERWAY


def ask_export(
    database: Database, person: str, scope: str, form: str, lang: str
) -> tuple[SiteExport, list[str]]:
    """A new export, or the same one where it is under way; and the ids of old ones that went."""
    with database.session(lock=f"site-export:{person}") as session:
        own = select(ExportRow).where(ExportRow.person == person)
        own = own.order_by(ExportRow.created.desc(), ExportRow.id)
        rows = list(session.scalars(own))
        for row in rows:
            if row.state in _UNDERWAY and (row.scope, row.form) == (scope, form):
                return value_of(SiteExport, row), []
        gone = rows[MOST - 1 :]
        for row in gone:
            session.delete(row)
        row = ExportRow(
            id=secrets.token_urlsafe(16),
            person=person,
            scope=scope,
            form=form,
            lang=lang,
            state=WAITING,
            created=database.now(),
        )
        session.add(row)
        session.flush()
        return value_of(SiteExport, row), [one.id for one in gone]


def list_exports(database: Database, person: str) -> list[SiteExport]:
    """Those of a person that are kept, newest first."""
    asked = select(ExportRow).where(ExportRow.person == person)
    asked = asked.where(ExportRow.created > database.now() - LASTS)
    rows = database.list_rows(asked.order_by(ExportRow.created.desc(), ExportRow.id))
    return [value_of(SiteExport, row) for row in rows]


def take_next(database: Database) -> SiteExport | None:
    """The oldest that waits; from now on it is worked on."""
    with database.session() as session:
        asked = select(ExportRow).where(ExportRow.state == WAITING)
        row = session.scalars(asked.order_by(ExportRow.created, ExportRow.id).limit(1)).first()
        if row is None:
            return None
        row.state, row.tries = WORKING, row.tries + 1
        return value_of(SiteExport, row)


def put_back(database: Database) -> None:
    """Those that were worked on by who was killed wait again: one at a time works on them."""
    again = update(ExportRow).where(ExportRow.state == WORKING).values(state=WAITING)
    database.execute(again)


def change_export(database: Database, id: str, **values: object) -> bool:
    """Sets columns; whether the export is still wanted."""
    with database.session() as session:
        done = session.execute(update(ExportRow).where(ExportRow.id == id).values(**values))
        return bool(done.rowcount)  # type: ignore[attr-defined]


def drop_export(database: Database, person: str, id: str) -> bool:
    """Deletes one of the person's; whether there was one."""
    with database.session() as session:
        row = session.get(ExportRow, id)
        if row is None or row.person != person:
            return False
        session.delete(row)
        return True


def forget_old_exports(database: Database) -> set[str]:
    """Deletes what is too old; the ids of those that stay."""
    with database.session() as session:
        for row in session.scalars(
            select(ExportRow).where(ExportRow.created <= database.now() - LASTS)
        ):
            session.delete(row)
        session.flush()
        return set(session.scalars(select(ExportRow.id)))


def known_exports(database: Database) -> set[str]:
    """The ids of those that may still be kept."""
    asked = select(ExportRow.id).where(ExportRow.created > database.now() - LASTS)
    return set(database.list_rows(asked))


def waiting_exports(database: Database) -> tuple[int, datetime | None]:
    """How many are under way or wait, and since when the oldest does."""
    asked = select(func.count(), func.min(ExportRow.created)).where(ExportRow.state.in_(_UNDERWAY))
    count, since = database.list_tuples(asked)[0]
    return count, since
