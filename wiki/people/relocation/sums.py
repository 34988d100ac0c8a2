"""What the rows of a table come to, in whatever database and order they are."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import Connection, Table, inspect, select, type_coerce

from wiki.errors import StorageFailed
from wiki.people.models.tables import Base
from wiki.people.store.copies import tables_of
from wiki.people.store.database import Database

#: bytes of a sum
_LENGTH = 16
#: rows that are held in memory at a time
_AT_ONCE = 500
#: tables that are named one by one
_NAMED = 5


class Sum(NamedTuple):
    """How many rows there are, and what tells them from others."""

    rows: int
    digest: str


def sum_tables(connection: Connection, counted: Callable[[int], object] = bool) -> dict[str, Sum]:
    """The sum of each table: the same where the same rows are, also in another database.

    ``counted`` is given how many rows more were read.
    """
    tables = {table.name: table for table in _tables(connection)}
    return {name: Sum(*_sum(connection, tables[name], counted)) for name in sorted(tables)}


def _tables(connection: Connection) -> Iterator[Table]:
    """The code's own where they stand as it has them, which is quick to ask; the rest as found."""
    others = []
    for (_schema, name), columns in inspect(connection).get_multi_columns().items():
        known = Base.metadata.tables.get(name)
        if known is not None and known.c.keys() == [column["name"] for column in columns]:
            yield known
        else:
            others.append(name)
    if others:
        found = tables_of(connection, others).tables
        yield from (found[name] for name in others)


def sum_rows(database: Database, counted: Callable[[int], object] = bool) -> dict[str, Sum]:
    """As ``sum_tables``, in a transaction of its own."""
    reader = database.engine.execution_options(reading=True)
    with reader.connect() as connection:
        return sum_tables(connection, counted)


def prove(
    here: dict[str, Sum], connection: Connection, counted: Callable[[int], object] = bool
) -> None:
    """Raises StorageFailed where the rows are not the same there as they are here."""
    if names := differing(here, sum_tables(connection, counted)):
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        raise StorageFailed(
            f"the rows of {', '.join(names[:_NAMED])}{more} did not arrive as they were:"
            " nothing was changed"
        )


def differing(here: dict[str, Sum], there: dict[str, Sum]) -> list[str]:
    """The tables whose rows are not the same; one that lacks is as one without rows."""
    none = Sum(0, "0" * 2 * _LENGTH)
    names = sorted(here.keys() | there.keys())
    return [name for name in names if here.get(name, none) != there.get(name, none)]


def _sum(connection: Connection, table: Table, counted: Callable[[int], object]) -> tuple[int, str]:
    known = Base.metadata.tables.get(table.name)
    # By the code's types where it has them: a number, a truth and a moment are read as such.
    columns = [
        column
        if known is None or known is table or column.name not in known.c
        else type_coerce(column, known.c[column.name].type).label(column.name)
        for column in sorted(table.columns, key=lambda column: column.name)
    ]
    names = b"\0".join(column.name.encode() for column in columns)
    rows = total = 0
    found = connection.execute(select(*columns), execution_options={"yield_per": _AT_ONCE})
    for some in found.partitions(_AT_ONCE):
        for row in some:
            # Added up: the order in which rows come is each database's own.
            made = blake2b(names, digest_size=_LENGTH)
            for part in _parts(row):
                made.update(part)
            total += int.from_bytes(made.digest())
        rows += len(some)
        counted(len(some))
    return rows, f"{total % (1 << 8 * _LENGTH):0{2 * _LENGTH}x}"


def _parts(row: Iterable[object]) -> Iterator[bytes]:
    """The values as bytes, each with its length, so that none runs into the next."""
    for value in row:
        if isinstance(value, datetime):
            said = value.isoformat().encode()
        elif isinstance(value, bytes | memoryview):
            said = b"b" + bytes(value)
        elif isinstance(value, str):
            said = b"s" + value.encode("utf-8", "surrogatepass")
        elif isinstance(value, dict | list):
            said = b"j" + json.dumps(value, sort_keys=True).encode()
        else:
            said = repr(value).encode()
        yield len(said).to_bytes(8)
        yield said
