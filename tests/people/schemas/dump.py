"""Run by ``from_history.py`` with the code of an old commit: its tables, and rows in them.

``python dump.py PATH`` writes ``PATH.sqlite.sql`` and ``PATH.postgresql.sql``.
"""

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Table, insert, select, types
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
#: tables with what is told of the database itself
_ABOUT = {"alembic_version", "schema_version", "instance"}
_PLACES = {"path", "project", "event", "page", "place", "first"}
Rows = dict[str, list[dict[str, Any]]]


def find(*places: str) -> Any:
    """What stands at the first of the places that there is; modules have moved."""
    for place in places:
        module, _dot, name = place.rpartition(".")
        try:
            return getattr(import_module(module), name)
        except (ImportError, AttributeError):
            continue
    sys.exit(1)


def value(column: Column[Any], number: int, made: Rows) -> Any:
    if not column.foreign_keys:
        return plain_value(column, number)
    other = next(iter(column.foreign_keys)).column
    if other.table is column.table:
        return None if column.nullable else plain_value(other, number)
    rows = made.get(other.table.name)
    return rows[number % len(rows)][other.name] if rows else None


def plain_value(column: Column[Any], number: int) -> Any:
    kind = column.type.impl if isinstance(column.type, types.TypeDecorator) else column.type
    if isinstance(kind, types.String):
        words = text(column, number, kind.length)
        return words[: kind.length] if kind.length else words
    values = {
        types.Boolean: number == 0,
        types.Integer: number + 1,
        types.Numeric: number + 0.5,
        types.DateTime: NOW + timedelta(days=number),
        types.Date: date(2026, 11, 25),
        types.LargeBinary: bytes((0, 255, number)),
        types.JSON: {"number": number},
    }
    return next(one for known, one in values.items() if isinstance(kind, known))


def text(column: Column[Any], number: int, longest: int | None) -> str:
    if column.name == "email":
        return f"{('awa', 'marc')[number]}-{column.table.name}@example.org"
    if column.name == "lang":
        return "fr"
    if column.name in _PLACES:
        return f"projets/ruches-{number}"
    if longest and 32 <= longest <= 64 and column.primary_key:
        return "ab"[number] * longest
    return f"{number}{column.name}" if longest and longest < 12 else f"{column.name}é {number}"


def fill(session: Any, table: Table, made: Rows) -> list[dict[str, Any]]:
    """Two rows, the second with nothing where that may be; one where a key says so, or none."""
    rows = [{one.name: value(one, number, made) for one in table.columns} for number in range(2)]
    for column in table.columns:
        if column.nullable and not column.primary_key:
            rows[1][column.name] = None
    for some in (rows, rows[:1]):
        try:
            with session.begin_nested():
                session.execute(insert(table), some)
        except IntegrityError:
            continue
        return some
    return []


def literal(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "TRUE", False: "FALSE"}[value]
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return f"'\\x{bytes(value).hex()}'"
    return "'{}'".format(str(value).replace("'", "''"))


def main(target: str) -> None:
    find("wiki.plugins.load_plugins")()
    base = find("wiki.people.models.tables.Base", "wiki.people.tables.Base")
    made_by = find("wiki.people.store.database.Database", "wiki.people.database.Database")
    tables, made, dialect = base.metadata.sorted_tables, Rows(), postgresql.dialect()  # type: ignore[no-untyped-call]
    quote = dialect.identifier_preparer.quote
    lines = []
    file = Path(f"{target}.db")
    with closing(made_by(f"sqlite:///{file}")) as database:
        database.migrate()
        with database.session() as session:
            for table in tables:
                made[table.name] = [] if table.name in _ABOUT else fill(session, table, made)
        with database.session() as session:
            for table in tables:
                lines.append(str(CreateTable(table).compile(dialect=dialect)).strip())
                for index in sorted(table.indexes, key=lambda one: str(one.name)):
                    lines.append(str(CreateIndex(index).compile(dialect=dialect)).strip())
                for row in session.execute(select(table)).mappings():
                    names, values = map(quote, row), map(literal, row.values())
                    place = f"{quote(table.name)} ({', '.join(names)})"
                    lines.append(f"INSERT INTO {place} VALUES ({', '.join(values)})")  # noqa: S608
                counted: Column[Any] | None = table.autoincrement_column
                if counted is not None and made[table.name]:
                    sequence = f"pg_get_serial_sequence('{quote(table.name)}', '{counted.name}')"
                    lines.append(f"SELECT setval({sequence}, 100)")
    Path(f"{target}.postgresql.sql").write_text(";\n".join((*lines, "")))
    with closing(sqlite3.connect(file)) as copy:
        Path(f"{target}.sqlite.sql").write_text("\n".join((*copy.iterdump(), "")))


if __name__ == "__main__":
    main(sys.argv[1])
