"""A private database of each kind, with a clock that tests move by hand."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pytest
from sqlalchemy import create_engine, make_url, text

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
    with closing(Database(f"sqlite:///{tmp_path / 'private.db'}", clock)) as database:
        database.migrate()
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Database]:
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    with own_schema() as url, closing(Database(url, clock)) as database:
        database.migrate()
        yield database


class own_schema:  # noqa: N801
    """The address of an empty schema on the test server, gone afterwards."""

    def __enter__(self) -> str:
        if not SERVER:
            pytest.skip("WIKI_TEST_POSTGRES names no PostgreSQL server to test on")
        self.name = f"test_{token_hex(6)}"
        self.server = create_engine(make_url(SERVER).set(drivername="postgresql+psycopg"))
        with self.server.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {self.name}"))
        address = make_url(SERVER).update_query_dict({"options": f"-csearch_path={self.name}"})
        return address.render_as_string(hide_password=False)

    def __exit__(self, *_failure: object) -> None:
        with self.server.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {self.name} CASCADE"))
        self.server.dispose()


@pytest.fixture
def member(database: Database) -> Person:
    return add_person(database, email="member@example.org", name="Une membre", password=PASSWORD)


@pytest.fixture
def admin(database: Database) -> Person:
    return add_person(database, email="admin@example.org", name="Une admin", role="admin")
