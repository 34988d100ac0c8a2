"""Private rows that move into another kind of database, and back."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from click.testing import Result
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from tests.people.conftest import SERVER, own_database
from wiki.errors import BadSetting
from wiki.people.audit import noted, record_audit
from wiki.people.relocation.stillness import still
from wiki.people.relocation.sums import Sum, differing, sum_rows
from wiki.people.store.database import Database
from wiki.people.store.nodes import LISTENS
from wiki.testing import ForkServer

Run = Callable[..., Result]
Refused = Callable[..., str]

pytestmark = pytest.mark.skipif(not SERVER, reason="WIKI_TEST_POSTGRES names no server")

#: a move whose process ends where it has done that part of its work
KILLED = """
import os, signal
from wiki.config import load_settings
from wiki.parts.relocation import to_file, to_server
from wiki.plugins import load_plugins
load_plugins()
def advance(done, all):
    if done >= {part} * all:
        os.kill(os.getpid(), signal.SIGKILL)
{move}
"""


@pytest.fixture
def empty() -> Iterator[str]:
    """The address of a database without a table."""
    with own_database("template0") as url:
        yield make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def wiki(run: Run, folder: Path) -> Path:
    """Where the rows of a wiki are that has some of each kind."""
    run("init", "--empty")
    for name in "abc":
        run("user", "add", f"{name}@example.org", "--name", f"{name} Éloïse")
    path = folder / "private.db"
    with closing(sqlite3.connect(path)) as rows, rows:
        # Of a plugin that is not there any more.
        rows.execute("CREATE TABLE gone_note (id VARCHAR(9) PRIMARY KEY, said TEXT, data BLOB)")
        some = ((f"n{number}", f"dit {number}", bytes([number, 0])) for number in range(200))
        rows.executemany("INSERT INTO gone_note VALUES (?, ?, ?)", some)
    return path


def sums(url: str) -> dict[str, Sum]:
    with closing(Database(url)) as database:
        return sum_rows(database)


def test_rows_are_the_same_there_and_back(
    wiki: Path,
    run: Run,
    refused: Refused,
    folder: Path,
    empty: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = sums(f"sqlite:///{wiki}")
    there = run("move-to-postgresql", input=f"{empty}\n")
    assert there.exit_code == 0, there.output
    assert f"gone_note\t200\t{before['gone_note'].digest}\n" in there.stdout
    # The old rows are a copy that nobody takes for those of the wiki, and what was done is noted.
    (kept,) = folder.glob("private.db.moved-*")
    assert not wiki.exists() and str(kept) in there.stdout
    assert sums(f"sqlite:///{kept}") == before
    assert differing(before, sums(empty)) == ["audit"]
    assert "WIKI_DATABASE_URL" in refused("user", "list")
    monkeypatch.setenv("WIKI_DATABASE_URL", empty)
    assert len(run("user", "list").stdout.splitlines()) == 3
    with closing(Database(empty)) as database:
        (newest, *_older) = noted(database)
        assert newest.what == "moved-rows"
        # Numbers that count on by themselves do.
        record_audit(database, "x", "settings", "")
        assert [one.id for one in noted(database)][:2] == [newest.id + 1, newest.id]
    # A node at another machine.
    with psycopg.connect(empty, autocommit=True, application_name="carrefour nord") as node:
        node.execute("SELECT pg_advisory_lock_shared(%s, 7)", (LISTENS,))
        assert "(nord): stop it first" in refused("move-to-sqlite")
        checked = run("check")
        assert checked.exit_code == 0 and "private rows: PostgreSQL" in checked.stderr
        assert "node nord: heard" in checked.stderr
    moved = sums(empty)
    back = run("move-to-sqlite")
    assert back.exit_code == 0, back.output
    assert differing(moved, sums(f"sqlite:///{wiki}")) == ["audit"]
    assert "moved_" in run("check").stdout
    monkeypatch.delenv("WIKI_DATABASE_URL")
    assert run("check").output == "" and len(run("user", "list").stdout.splitlines()) == 3
    assert "already" in refused("move-to-sqlite")


def test_who_is_killed_loses_nothing(
    wiki: Path,
    run: Run,
    folder: Path,
    empty: str,
    fork_server: ForkServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = sums(f"sqlite:///{wiki}")

    def kill(part: float, move: str) -> None:
        code = KILLED.format(part=part, move=move)
        assert fork_server.start((), {**os.environ}, code=code).wait(60) == -9

    to_server = f"to_server(load_settings(), {empty!r}, advance, replace=False)"
    kill(0.6, to_server)
    assert sums(empty) == {} and sums(f"sqlite:///{wiki}") == before
    # After the rows were there, before the old ones went: nothing is done twice.
    with closing(Database(f"sqlite:///{wiki}")) as here, closing(Database(empty)) as there:
        here.backup(folder / "copy")
        there.restore(folder / "copy")
    assert run("move-to-postgresql", empty).exit_code == 0
    assert not wiki.exists()
    monkeypatch.setenv("WIKI_DATABASE_URL", empty)
    moved = sums(empty)
    kill(0.9, "to_file(load_settings(), advance, replace=False)")
    assert not wiki.exists() and sums(empty) == moved
    assert run("move-to-sqlite").exit_code == 0
    assert differing(moved, sums(f"sqlite:///{wiki}")) == ["audit"]
    assert not list(folder.glob("private.db.moving*"))


def test_rows_that_are_there_are_not_lost(
    wiki: Path, run: Run, refused: Refused, folder: Path, empty: str
) -> None:
    with closing(Database(f"sqlite:///{wiki}")) as here, closing(Database(empty)) as there:
        here.backup(folder / "copy")
        there.restore(folder / "copy")
    was = sums(empty)
    # One who goes on with the old rows, and does not know which are the newer ones.
    run("user", "add", "d@example.org", "--name", "D")
    assert "--replace" in refused("move-to-postgresql", empty)
    assert sums(empty) == was and wiki.exists()
    assert run("move-to-postgresql", empty, "--replace").exit_code == 0
    (replaced,) = folder.glob("private.db.replaced-*")
    assert sums(f"sqlite:///{replaced}") == was and sums(empty)["person"].rows == 4


def test_what_cannot_take_the_rows_is_told(
    wiki: Path, refused: Refused, empty: str, folder: Path
) -> None:
    before = sums(f"sqlite:///{wiki}")
    address = make_url(empty)

    def asked(**other: object) -> str:
        url = address.set(**other).render_as_string(hide_password=False)  # type: ignore[arg-type]
        said = refused("move-to-postgresql", url)
        assert "geheim" not in said
        return said

    assert "postgresql://" in refused("move-to-postgresql", "sqlite:///rows.db")
    assert "postgresql://" in refused("move-to-postgresql")
    assert "address" in refused("move-to-postgresql", "postgresql://h:port/x")
    assert "cannot be asked" in asked(port=1, password="geheim")
    assert "does not exist" in asked(database="test_nowhere", password="geheim")
    role = f"{address.database}_role"
    with psycopg.connect(empty, autocommit=True) as server:

        def execute(statement: str) -> None:
            server.execute(statement.encode())

        execute(f"CREATE ROLE {role} LOGIN")
        try:
            assert "no tables" in asked(username=role)
            execute(f"GRANT CREATE ON SCHEMA public TO {role}")
            assert "no schemas" in asked(username=role)
            execute(f"DROP OWNED BY {role}")
        finally:
            execute(f"DROP ROLE {role}")
        other = f"{address.database}_other"
        for encoding in ("LATIN1", "SQL_ASCII"):
            execute(f"CREATE DATABASE {other} ENCODING {encoding} TEMPLATE template0 LOCALE 'C'")
            try:
                assert encoding in asked(database=other)
                named = address.set(database=other).render_as_string(hide_password=False)
                with closing(Database(named)) as begun, pytest.raises(BadSetting, match=encoding):
                    begun.migrate()
            finally:
                execute(f"DROP DATABASE {other}")
        execute("CREATE TABLE books (id int)")
        assert "something else (books)" in asked()
        execute("CREATE TABLE instance (id text); INSERT INTO instance VALUES ('another')")
    theirs = sums(empty)
    assert "another wiki" in asked()
    with (folder / "tasks.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "stop it first" in asked()
    assert sums(empty) == theirs and sums(f"sqlite:///{wiki}") == before
    assert not list(folder.glob("private.db.*-*"))


def test_rows_of_newer_code_stay(wiki: Path, refused: Refused, empty: str) -> None:
    with closing(sqlite3.connect(wiki)) as rows, rows:
        rows.execute("INSERT INTO alembic_version VALUES ('people_9999')")
    refused("move-to-postgresql", empty)
    assert sums(empty) == {} and wiki.exists()


def test_nobody_writes_meanwhile(wiki: Path, empty: str) -> None:
    with (
        closing(Database(f"sqlite:///{wiki}")) as database,
        still(database),
        closing(sqlite3.connect(wiki, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("DELETE FROM person")
    with closing(Database(empty)) as database:
        database.execute(text("CREATE TABLE person (id text)"))
        with still(database), database.engine.connect() as other_one:
            other_one.execute(text("SET lock_timeout = '1ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                other_one.execute(text("DELETE FROM person"))
