"""A copy of all private rows: one SQLite file, whatever database holds them.

::

    SQLite ──────────────────────▶ ┌─────────────┐ ──────────────────────▶ SQLite
            SQLite's own backup    │ SQLite file │   SQLite's own backup
    PostgreSQL ──────────────────▶ └─────────────┘ ──────────────────────▶ PostgreSQL
            a table after the other, of one moment   in one transaction

So a backup of the one is restored into the other. Tables are copied as they stand, also those that
newer or older code has made: what is to be copied before an upgrade is not in this code's shape.
Only of tables that say ``info={"passing": True}`` no row is in a copy.
"""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import (
    URL,
    Boolean,
    CheckConstraint,
    Connection,
    DateTime,
    Engine,
    MetaData,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DataError
from sqlalchemy.schema import AddConstraint

from wiki.disk.sqlite import open_file
from wiki.errors import StorageFailed
from wiki.people.models.tables import Base, Moment
from wiki.people.store.engine import make_engine, make_private
from wiki.people.store.migrations import alone, migrate
from wiki.translation import gettext as _

#: is given how many rows more were copied
Poured = Callable[[int], object]
#: rows that are held in memory at a time
_AT_ONCE = 500
#: of the tables beside each other, and of no index of the wiki's in another schema
_SIZE = """
    SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""
#: what PostgreSQL adds to a literal: ``'x'::character varying``
_CAST = re.compile(r"::[a-z_ ]+(\(\d+\))?")


def write_copy(engine: Engine, path: Path | None, target: Path, poured: Poured = bool) -> None:
    """Writes all rows as of one moment to ``target``, which is whole once it has its name.

    ``path`` is the file of an SQLite database.
    """
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    make_private(unfinished)
    if path is None:
        copy_tables(engine, unfinished, poured)
    else:
        with closing(open_file(path)) as live, closing(sqlite3.connect(unfinished)) as copy:
            live.backup(copy)
            # A copy is one file: it must not need a -wal beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
    _leave_out_passing(unfinished)
    unfinished.replace(target)


def _leave_out_passing(copy: Path) -> None:
    """Empties the tables whose rows end when they end here: no copy outlasts them."""
    passing = [table for table in Base.metadata.sorted_tables if table.info.get("passing")]
    with _file(copy) as rows:
        rows.exec_driver_sql("PRAGMA secure_delete=ON")
        there = inspect(rows).get_table_names()
        for table in passing:
            if table.name in there:
                rows.execute(delete(table))


def put_back(engine: Engine, path: Path | None, source: Path) -> None:
    """Replaces every row by those of a copy, in one transaction.

    Raises StorageFailed where ``source`` is no sound copy; then nothing has changed.
    """
    if not source.is_file():
        raise StorageFailed(_("There is no backup at that place; nothing was changed."))
    with closing(open_file(source)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise StorageFailed(_("The backup is damaged; nothing was changed."))
        if path is not None:
            with closing(open_file(path)) as live:
                copy.backup(live)
            return
    with TemporaryDirectory(dir=source.parent, prefix=".restore-") as folder:
        staged = Path(folder) / source.name
        shutil.copyfile(source, staged)
        shaped = make_engine(f"sqlite:///{staged}")
        try:
            migrate(shaped, lambda _label: None)
        finally:
            shaped.dispose()
        put_back_tables(engine, staged)


def copy_tables(engine: Engine, target: Path, poured: Poured = bool) -> None:
    """Writes the rows of PostgreSQL to ``target``, an empty file: all of them as of one moment."""
    from wiki.people.store.outage import without_limit

    still = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with still.connect() as live, without_limit(live), _file(target) as copy:
        found = tables_of(live)
        found.create_all(copy)
        for table in found.sorted_tables:
            _pour(live, copy, table, poured)


def put_back_tables(
    engine: Engine,
    source: Path,
    poured: Poured = bool,
    prove: Callable[[Connection], object] = bool,
) -> None:
    """Replaces every table of PostgreSQL by those of a copy, in one transaction.

    The copy is of this code's shape. What ``prove`` raises before the end undoes it. Raises
    StorageFailed where a row does not fit.
    """
    with _file(source) as copy, alone(engine) as live:
        tables_of(live).drop_all(live)
        wanted = MetaData()
        for name, found in tables_of(copy).tables.items():
            Base.metadata.tables.get(name, found).to_metadata(wanted)
        # Left out of the tables until all rows are there, in whatever order they come.
        keys = [
            AddConstraint(key)
            for table in wanted.tables.values()
            for key in table.foreign_key_constraints
        ]
        wanted.create_all(live)
        for table in wanted.sorted_tables:
            try:
                _pour(copy, live, table, poured)
            except DataError as error:
                words = _("Rows of the table {name} do not fit into PostgreSQL: {why}")
                why = str(error.orig).strip()
                raise StorageFailed(words.format(name=table.name, why=why)) from error
            _count_on(live, table)
        for key in keys:
            live.execute(key)
        prove(live)


def measure_rows(engine: Engine, path: Path | None) -> int:
    """About how many bytes a copy takes; ``path`` is the file of an SQLite database."""
    if path is not None:
        return path.stat().st_size
    with engine.connect() as connection:
        return connection.scalar(text(_SIZE)) or 0


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    found = MetaData()
    found.reflect(connection, resolve_fks=False)
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in found.sorted_tables
    }


def count_copied(source: Path) -> dict[str, int]:
    """As ``count_rows``, of a copy. Raises sqlite3.DatabaseError where it is none."""
    with closing(open_file(source)) as copy:
        asked = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        names = [name for (name,) in copy.execute(asked)]
        counted = {}
        for name in sorted(names):
            quoted = '"' + name.replace('"', '""') + '"'
            counted[name] = copy.execute(f"SELECT count(*) FROM {quoted}").fetchone()[0]  # noqa: S608
        return counted


@contextmanager
def _file(path: Path) -> Iterator[Connection]:
    """A transaction in an SQLite file that nobody else uses; keys are not enforced."""
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def tables_of(connection: Connection, only: Sequence[str] | None = None) -> MetaData:
    """The tables as they stand there, in types that both databases have; ``only`` some of them."""
    found = MetaData()

    @event.listens_for(found, "column_reflect")
    def plain(_inspector: object, _table: Table, column: dict[str, Any]) -> None:
        kind = column["type"]
        column["type"] = Moment() if isinstance(kind, DateTime) else kind.as_generic()
        default = _CAST.sub("", column.get("default") or "")
        # A number that is counted on by itself is so in both; other functions are one's own.
        if isinstance(kind, Boolean):  # SQLite says 0 of what is no number
            default = {"0": "false", "1": "true"}.get(default, default)
        column["default"] = default if default and "(" not in default else None

    found.reflect(connection, only=only)
    for table in found.tables.values():
        for check in [one for one in table.constraints if isinstance(one, CheckConstraint)]:
            table.constraints.discard(check)
        for index in table.indexes:
            where = index.dialect_options["postgresql"]["where"]
            if where is not None:
                index.dialect_options["sqlite"]["where"] = text(_CAST.sub("", str(where)))
    return found


def _pour(source: Connection, target: Connection, table: Table, poured: Poured) -> None:
    rows = source.execute(select(table), execution_options={"yield_per": _AT_ONCE})
    for some in rows.mappings().partitions(_AT_ONCE):
        target.execute(insert(table), [dict(row) for row in some])
        poured(len(some))


def _count_on(connection: Connection, table: Table) -> None:
    """Has a number that is counted on by itself go on after the largest."""
    column = table.autoincrement_column
    if column is not None:
        largest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
        sequence = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
        connection.execute(select(func.setval(sequence, largest, False)))
