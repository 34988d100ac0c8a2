"""A private database of each kind, with a clock that tests move by hand."""

import atexit
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from wiki.config import Settings
from wiki.people.accounts import add_person
from wiki.people.database import Database
from wiki.people.person import Person

SERVER = os.environ.get("WIKI_TEST_POSTGRES", "")
PASSWORD = "une phrase que personne ne devine"


@dataclass
class Clock:
    """Stands still until it is told."""

    moment: datetime = field(default_factory=lambda: datetime(2027, 3, 1, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **how_long: float) -> None:
        self.moment += timedelta(**how_long)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path)


@pytest.fixture
def sqlite(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    path = tmp_path / "private.db"
    with closing(Database(f"sqlite:///{path}", clock)) as database:
        # Into the file that it has made, which is its owner's alone.
        path.write_bytes(_migrated_file())
        database.migrate()
        yield database


@cache
def _migrated_file() -> bytes:
    """A database file with every table, as ``migrate`` makes it: some 170 statements."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "private.db"
        with closing(Database(f"sqlite:///{path}", Clock())) as database:
            database.migrate()
        return path.read_bytes()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Database]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    with own_database() as url, closing(Database(url, clock)) as database:
        database.migrate()
        yield database


class own_database:  # noqa: N801
    """The address of a database on the test server with every table and no row, gone afterwards.

    It is a copy of one that is made once: making the tables is most of what a short test takes.
    """

    def __enter__(self) -> str:
        if not SERVER:
            pytest.skip("WIKI_TEST_POSTGRES names no PostgreSQL server to test on")
        self.name = f"test_{token_hex(6)}"
        _on_server(f"CREATE DATABASE {self.name} TEMPLATE {_migrated_database()}")
        return _address(self.name)

    def __exit__(self, *_failure: object) -> None:
        _on_server(f"DROP DATABASE {self.name} WITH (FORCE)")


@cache
def _migrated_database() -> str:
    """The name of a database with every table, which goes when this process ends."""
    name = f"test_{token_hex(6)}"
    _on_server(f"CREATE DATABASE {name}")
    atexit.register(_on_server, f"DROP DATABASE {name}")
    with closing(Database(_address(name), Clock())) as database:
        database.migrate()
    return name


def _address(name: str) -> str:
    address = make_url(SERVER).set(drivername="postgresql+psycopg", database=name)
    return address.render_as_string(hide_password=False)


@cache
def _server() -> Engine:
    return create_engine(
        make_url(SERVER).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )


def _on_server(statement: str) -> None:
    with _server().connect() as connection:
        connection.execute(text(statement))


@pytest.fixture
def member(database: Database) -> Person:
    return add_person(database, email="member@example.org", name="Une membre", password=PASSWORD)


@pytest.fixture
def admin(database: Database) -> Person:
    return add_person(database, email="admin@example.org", name="Une admin", role="admin")
