"""Each kind of store that rows of projections may be in, for tests of what both keep."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

from wiki.projections.tables.file import FileTables
from wiki.projections.tables.store import Stores

if TYPE_CHECKING:
    from sqlalchemy import Engine

#: a store, for as long as a test asks it
Place = AbstractContextManager[Stores]
SERVER = os.environ.get("WIKI_TEST_POSTGRES", "")


@contextmanager
def files() -> Iterator[Stores]:
    """A file of each index folder."""
    yield FileTables


@contextmanager
def schemas() -> Iterator[Stores]:
    """Schemas of a PostgreSQL database; what stands there is thrown away."""
    from wiki.people.store.database import Database
    from wiki.projections.tables.schemas import Schemas

    with database() as url, closing(Database(url)) as private:
        stores = Schemas(private)
        yield stores
        stores.close()


IN_DATABASE = pytest.mark.skipif(
    not SERVER, reason="WIKI_TEST_POSTGRES names no PostgreSQL server to test on"
)
STORES = [pytest.param(files, id="files"), pytest.param(schemas, id="database", marks=IN_DATABASE)]


@contextmanager
def database() -> Iterator[str]:
    """The address of an empty database, whose own order of texts is that of French."""
    name = f"test_{token_hex(6)}"
    with _server().connect() as connection:
        order = "LOCALE_PROVIDER icu ICU_LOCALE 'fr' TEMPLATE template0"
        connection.execute(text(f"CREATE DATABASE {name} {order}"))
        try:
            address = make_url(SERVER).set(database=name)
            yield address.render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@cache
def _server() -> "Engine":
    address = make_url(SERVER).set(drivername="postgresql+psycopg")
    return create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
