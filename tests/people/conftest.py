"""A private database of each kind, with a clock that tests move by hand."""

import atexit
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.pool import QueuePool

from wiki.config import Settings
from wiki.people.accounts import add_person
from wiki.people.models.tables import Base
from wiki.people.person import Person
from wiki.people.store.database import Database
from wiki.people.store.migrations import RevisionRow
from wiki.people.store.values import utc_now

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
    """A new one, in a file of this test's own."""
    with closing(_sqlite(tmp_path / "private.db", clock)) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest, kept_database: Callable[[str], Database], clock: Clock
) -> Iterator[Database]:
    """One without a row, which others have used: a test must not alter its tables."""
    database = kept_database(request.param)
    database.now = clock
    yield database
    database.now = utc_now


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, clock: Clock) -> Iterator[Database]:
    """One that no other test has used or will use."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    with own_database() as url, closing(Database(url, clock)) as database:
        yield database


@pytest.fixture(scope="session")
def kept_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Database]]:
    """``kept_database("sqlite")``: one that tests share, emptied each time it is asked for.

    A new one costs more than most tests: above all it knows none of the statements that SQLAlchemy
    has read for the one before.
    """
    made: dict[tuple[str, frozenset[str]], Database] = {}
    with ExitStack() as opened:

        def kept(kind: str) -> Database:
            key = (kind, _tables())
            # What a test has left a transaction open in is no other's.
            if key not in made or _in_use(made[key]):
                if kind == "sqlite":
                    one = _sqlite(tmp_path_factory.mktemp("kept") / "private.db", utc_now)
                else:
                    one = Database(opened.enter_context(own_database()))
                made[key] = opened.enter_context(closing(one))
            _empty(made[key])
            return made[key]

        yield kept


def _in_use(database: Database) -> bool:
    pool = database.engine.pool
    return isinstance(pool, QueuePool) and pool.checkedout() > 0


def _empty(database: Database) -> None:
    """Every row goes, in one question: most tests are shorter than eighty would be."""
    rows = _no_rows(_tables())
    with closing(database.engine.raw_connection()) as connection:
        if database.path is None:
            connection.cursor().execute(rows)
            connection.commit()
            return
        assert isinstance(connection.driver_connection, sqlite3.Connection)
        connection.driver_connection.executescript(f"BEGIN IMMEDIATE; {rows}; COMMIT")
    # Nor is a word of theirs in its files.
    assert database.erase_traces([])


@cache
def _no_rows(_known: frozenset[str]) -> str:
    names = [table.name for table in reversed(Base.metadata.sorted_tables)]
    return "; ".join(
        f'DELETE FROM "{name}"'  # noqa: S608 - tables of ours
        for name in names
        if name != RevisionRow.__tablename__
    )


def _tables() -> frozenset[str]:
    """Those that are known by now: plugins that are loaded later bring more."""
    return frozenset(Base.metadata.tables)


def _sqlite(path: Path, clock: Callable[[], datetime]) -> Database:
    """A new one with every table."""
    database = Database(f"sqlite:///{path}", clock)
    # Into the file that it has made, which is its owner's alone.
    path.write_bytes(_migrated_file(_tables()))
    return database


@cache
def _migrated_file(_known: frozenset[str]) -> bytes:
    """A database file with every table, as ``migrate`` makes it: some 170 statements."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "private.db"
        with closing(Database(f"sqlite:///{path}", Clock())) as database:
            database.migrate()
        return path.read_bytes()


class own_database:  # noqa: N801
    """The address of a database on the test server with every table and no row, gone afterwards.

    It is a copy of one that is made once: making the tables is most of what a short test takes.
    """

    def __init__(self, template: str = "") -> None:
        self.template = template

    def __enter__(self) -> str:
        if not SERVER:
            pytest.skip("WIKI_TEST_POSTGRES names no PostgreSQL server to test on")
        self.name = f"test_{token_hex(6)}"
        template = self.template or _migrated_database(_tables())
        _on_server(f"CREATE DATABASE {self.name} TEMPLATE {template}")
        return _address(self.name)

    def __exit__(self, *_failure: object) -> None:
        _on_server(f"DROP DATABASE {self.name} WITH (FORCE)")


@cache
def _migrated_database(_known: frozenset[str]) -> str:
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
    """The test server, by connections that are closed when this process ends."""
    made = create_engine(
        make_url(SERVER).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    atexit.register(made.dispose)
    return made


def _on_server(statement: str) -> None:
    with _server().connect() as connection:
        connection.execute(text(statement))


@pytest.fixture
def member(database: Database) -> Person:
    return add_person(database, email="member@example.org", name="Une membre", password=PASSWORD)


@pytest.fixture
def admin(database: Database) -> Person:
    return add_person(database, email="admin@example.org", name="Une admin", role="admin")
