"""What the private database holds about someone, for them to take along.

Not a list of tables: a row is theirs if it would go with their account, so that a new table, a
plugin's too, is in it by itself.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Column, ColumnElement, Table, exists, func, or_, select
from sqlalchemy.orm import Session

from wiki.people.models.accounts import ErasedRow, PersonRow
from wiki.people.models.tables import Base
from wiki.people.privacy.erasure import text_columns
from wiki.people.store.database import Database

Value = str | int | float | bool | None | list[object] | dict[str, object]
Fields = dict[str, Value]

#: what a column is called that lets someone in, or says what lets them in
_SECRET = re.compile(r"(^|_)(hash|secret|token|code|password)$")
#: hashes, whatever their column is called
_HASH = re.compile(r"[0-9a-f]{64}|\$argon2.*", re.S)
#: what else is left out: mails may hold links that let someone in
_LEFT_OUT = {"mail": frozenset({"text", "html", "headers", "key"})}
#: columns that hold the id of an account without referring to it
_IDS = {"audit": ("who", "about")}
_TABLE = PersonRow.__table__
#: rows that are in memory at once: a draft may be some megabytes
_AT_ONCE = 4


@contextmanager
def rows_about(
    database: Database, person_id: str
) -> Iterator[Iterator[tuple[str, Iterator[Fields]]]]:
    """Table → the rows about someone, those that have any; of one moment, and read one by one.

    Without what lets someone in (hashes, tokens), and without the ids of others.
    """
    with database.pinned(), database.reading() as session:
        row = session.get(PersonRow, person_id)
        yield _tables(session, person_id, row.email) if row else iter(())


def _tables(session: Session, person_id: str, email: str) -> Iterator[tuple[str, Iterator[Fields]]]:
    for table in Base.metadata.sorted_tables:
        condition = _about(table, person_id, email)
        if condition is None or not session.scalar(select(exists().where(condition))):
            continue
        asked = select(table).where(condition).execution_options(yield_per=_AT_ONCE)
        found = session.execute(asked)
        yield table.name, (_told(table, one, person_id) for one in found)


def _about(table: Table, person_id: str, email: str) -> ColumnElement[bool] | None:
    """Which rows of ``table`` are about the person; None where none can be."""
    if table is _TABLE:
        return table.c.id == person_id
    if table is ErasedRow.__table__:
        return None
    parts: list[ColumnElement[bool]] = [
        table.c[name] == person_id for name in _IDS.get(table.name, ())
    ]
    owners = [column for column in table.columns if _owner_of(column) is _TABLE]
    parts += [column == person_id for column in owners]
    if not owners:
        # What hangs from a row of theirs, and belongs to nobody else.
        for column in table.columns:
            above = _owner_of(column)
            if above is None or above is table:
                continue
            condition = _about(above, person_id, email)
            if condition is not None:
                (key,) = column.foreign_keys
                parts.append(column.in_(select(key.column).where(condition)))
    parts += [func.lower(column) == email for column in text_columns(table)]
    return or_(*parts) if parts else None


def _owner_of(column: Column[object]) -> Table | None:
    """The table whose row takes this one along when it goes."""
    for key in column.foreign_keys:
        if (key.ondelete or "").upper() == "CASCADE":
            return key.column.table
    return None


def _told(table: Table, row: Sequence[object], person_id: str) -> Fields:
    told: Fields = {}
    for column, value in zip(table.columns, row, strict=True):
        name = column.name
        if _SECRET.search(name) or name in _LEFT_OUT.get(table.name, ()):
            continue
        if isinstance(value, str) and _HASH.fullmatch(value):
            continue
        refers = any(key.column.table is _TABLE for key in column.foreign_keys)
        if value != person_id and (refers or name in _IDS.get(table.name, ())):
            continue
        told[name] = _plain(value)
    return told


def _plain(value: object) -> Value:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)
