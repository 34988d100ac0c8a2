"""The schemas of an index on PostgreSQL, made, emptied, mended and thrown away.

::

    "index"                     markers and topics
    "index:catalogue:1a2b3c4d"  the tables of a projection, in the shape that this code has

Each shape has a schema of its own: a node of a later version begins one beside it, and neither
takes away what the other answers from. All are on the search path: statements name tables alone.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sqlalchemy import MetaData, Table, bindparam, delete

from wiki.projections.tables.markers import MARKER, TOPIC, make_markers
from wiki.projections.tables.postgresql.dialect import POSTGRESQL
from wiki.projections.tables.postgresql.notes import trigger_definitions
from wiki.projections.tables.rows import Rows, definitions

#: of a schema, and of those of its projections
_MINE = "SELECT nspname FROM pg_namespace WHERE nspname = %s OR starts_with(nspname, %s)"
_TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE starts_with(schemaname, %s)"
#: with the day on which each was asked for last
_NOTED = """
    SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace
    WHERE starts_with(nspname, %s)
"""
_KEPT = timedelta(days=7)
_FORGET = delete(MARKER).where(MARKER.c.name.in_(bindparam("names")))
_SHARED = MetaData()
for _table in (MARKER, TOPIC):
    _table.to_metadata(_SHARED)


def shape_of(projection: str, version: str) -> str:
    """What the tables of a version of a projection are called by, and its marker."""
    return f"{projection}:{version[:8]}"


def projection_of(shape: str) -> str:
    """The projection that a shape, or its marker, is of."""
    return shape.partition(":")[0]


def schema_of(index: str, shape: str) -> str:
    """The schema of a shape in an index."""
    return f"{index}:{shape}"


def make_shared(rows: Rows, index: str) -> None:
    """Makes what all projections share where it is missing."""
    rows.connection.execute("SET LOCAL client_min_messages = warning")
    rows.connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{index}"')
    rows.connection.execute(f'SET LOCAL search_path TO "{index}"')
    make_markers(rows, definitions(_SHARED, POSTGRESQL))


def make_shape(rows: Rows, schema: str, metadata: MetaData, watched: Collection[Table]) -> None:
    """Has the tables of a shape be there, and empty.

    Nobody who reads is kept waiting: what is there is emptied, not dropped.
    """
    sql = rows.connection
    path = sql.execute("SHOW search_path").fetchone()[0]
    sql.execute("SET LOCAL client_min_messages = warning")
    sql.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    sql.execute(f'SET LOCAL search_path TO "{schema}"')
    for statement in (
        *definitions(metadata, POSTGRESQL),
        *(f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)),
        *trigger_definitions(schema, watched),
    ):
        sql.execute(statement)
    sql.execute(f"SET LOCAL search_path TO {path}")


def forget_lost(rows: Rows, index: str, shapes: Mapping[str, MetaData]) -> None:
    """Has those of ``shapes`` start over of which somebody has thrown a table away."""
    there = set(rows.connection.execute(_TABLES, (f"{index}:",)).fetchall())
    lost = [
        shape
        for shape, metadata in shapes.items()
        if any((schema_of(index, shape), name) not in there for name in metadata.tables)
    ]
    rows.execute(_FORGET, {"names": [name for one in lost for name in (one, f"{one} rows")]})


def sweep(rows: Rows, index: str, shapes: Collection[str], today: date) -> None:
    """Notes that ``shapes`` are asked today, and drops those that nobody has asked for a week.

    Of their projections alone: what others are, such as search, is not known here.
    """
    sql, known = rows.connection, {projection_of(one) for one in shapes}
    for name, noted in sql.execute(_NOTED, (f"{index}:",)).fetchall():
        shape = name.removeprefix(f"{index}:")
        if projection_of(shape) not in known:
            continue
        if shape in shapes or not noted:
            if noted != today.isoformat():
                sql.execute(f"COMMENT ON SCHEMA \"{name}\" IS '{today.isoformat()}'")
        elif noted < (today - _KEPT).isoformat():
            sql.execute(f'DROP SCHEMA "{name}" CASCADE')
            rows.execute(_FORGET, {"names": [shape, f"{shape} rows"]})


def throw_away(rows: Rows, index: str) -> None:
    """Drops an index, whatever versions it is of."""
    for (name,) in rows.connection.execute(_MINE, (index, f"{index}:")).fetchall():
        rows.connection.execute(f'DROP SCHEMA "{name}" CASCADE')
