"""What projections store and ask is said in words that PostgreSQL has as well."""

import os
import sys
from collections.abc import Iterator
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from sqlalchemy import SelectBase, Table, UpdateBase, create_engine
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.visitors import iterate

from wiki.projections.catalogue import select, select_items
from wiki.projections.tables.names import NAME
from wiki.projections.tables.postgresql.dialect import POSTGRESQL
from wiki.projections.tables.projection import TableProjection
from wiki.projections.tables.rows import PREPARED
from wiki.testing.obstacles import about_files

from .test_table import ASKED, BREST, TODAY
from .world import MEMBER, page

if TYPE_CHECKING:
    from wiki.instance import Instance

    from .world import World


def statements(value: Any) -> Iterator[Any]:
    """Those that a module keeps, in a name of its own or gathered."""
    if isinstance(value, (SelectBase, UpdateBase)):
        yield value
    elif isinstance(value, dict):
        yield from statements(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from statements(one)


def texts(instance: "Instance") -> Iterator[tuple[str, Any]]:
    """Each table and statement of the projections for PostgreSQL, with no values."""
    dialect = POSTGRESQL
    parts = [instance.projections.part(name) for name in instance.projections]
    tables = [part for part in parts if isinstance(part, TableProjection)]
    assert len(tables) > 5
    homes = ("wiki.projections", *(type(part).__module__.rpartition(".")[0] for part in tables))
    modules = [vars(module) for name, module in sys.modules.items() if name.startswith(homes)]
    for table in {one for names in modules for one in names.values() if isinstance(one, Table)}:
        yield str(CreateTable(table).compile(dialect=dialect)), None
        for index in table.indexes:
            yield str(CreateIndex(index).compile(dialect=dialect)), None
    kept = [one for names in modules for one in statements(list(names.values()))]
    for statement in {*kept, *PREPARED}:
        if any(one is NAME for one in iterate(statement)):
            continue  # of texts that are kept as numbers, as a file does
        columns = [one.name for one in statement.table.columns] if statement.is_dml else None
        compiled = statement.compile(dialect=dialect, column_keys=columns)
        values = {key: [None] if one.expanding else None for key, one in compiled.binds.items()}
        state = compiled.construct_expanded_state(values)
        yield f"EXPLAIN {state.statement}", state.parameters


@about_files("statements of a file are tried on the other")
def test_postgresql_has_every_table_and_takes_every_statement(
    instance: "Instance", world: "World"
) -> None:
    world.write({"p.md": page("::: besoins\n- [ ] x {#b-00000001}\n\n:::\n", type="project")})
    PREPARED.clear()  # other tests have tables of their own
    for ask in ASKED.values():
        ask(world)
    some = select_items(
        ["besoins"], [" "], ["iot"], ["brest"], until="2027-01-01", heard="2026-01-01"
    )
    for items in (some, select_items(silent="2026-01-01", after=(1, "p", 0), of=BREST)):
        world.catalogue.items(items, MEMBER, TODAY)
        world.catalogue.newest_items(items, MEMBER, TODAY)
        world.catalogue.item_facets(["state", "place", "territory", "theme"], items, MEMBER, TODAY)
    for order in ("new", "date", "before"):
        world.catalogue.items(select_items(), MEMBER, TODAY, order)
    for order in ("updated", "created", "starts", "since:theme"):
        world.catalogue.find(select(), MEMBER | {"guest:p"}, TODAY, order)
    said = list(texts(instance))
    assert len(said) > 150
    if address := os.environ.get("WIKI_TEST_POSTGRES"):
        engine = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
        with engine.connect() as connection:
            name = f"tried_{token_hex(6)}"
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
            connection.exec_driver_sql(f"SET LOCAL search_path TO {name}")
            for text, values in said:
                connection.exec_driver_sql(text, values)
            connection.rollback()
        engine.dispose()
