"""Private tables of an older version get their new shape, once, and lose no row."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import cache
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import MetaData, inspect, select, text
from sqlalchemy.exc import IntegrityError

from tests.people.conftest import own_database
from wiki.errors import StorageFailed
from wiki.people.accounts import add_person, get_person
from wiki.people.accounts.sessions import open_session, person_of
from wiki.people.models.tables import Base
from wiki.people.person import Person
from wiki.people.store import migrations
from wiki.people.store.database import Database
from wiki.people.store.migrations import Branch, find_branches, find_misnamed
from wiki.plugins import load_plugins

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet


#: every shape that the tables had, and the two of them that are tried with all other tests
_LANDED = Path(__file__).parent / "schemas" / "landed.tar.xz"
_SHORT = {"d3f42033", "a3268cea"}

Revise = Callable[[str], None]


@pytest.fixture
def database(new_database: Database) -> Database:
    """Tables are altered here."""
    return new_database


@pytest.fixture
def revise(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Revise:
    """The core's branch gets one more revision, with these lines."""
    core, *plugins = sorted(find_branches(), key=lambda one: "person" not in one.tables)

    def revise(lines: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(core.folder, folder)
        body = "".join(f"    {line}\n" for line in lines.splitlines())
        (folder / "people_0012.py").write_text(
            "import os\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n"
            'revision = "people_0012"\ndown_revision = "people_0011"\n\n\n'
            f"def upgrade():\n{body}"
        )
        one = Branch(folder, (*core.revisions, "people_0012"), core.tables)
        monkeypatch.setattr(migrations, "find_branches", lambda: [one, *plugins])

    return revise


WIDEN = """\
with op.batch_alter_table("person") as table:
    table.alter_column("name", type_=sa.String(300))
    table.add_column(sa.Column("motto", sa.String(10), server_default="x"))
"""


def columns(database: Database, table: str) -> set[str]:
    return {column["name"] for column in inspect(database.engine).get_columns(table)}


def recorded(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(connection.scalars(text("SELECT version_num FROM alembic_version")))


def record(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES (:r)"), {"r": revision})


# Revisions


def test_a_new_database_needs_no_revisions(database: Database) -> None:
    assert {table.name for table in Base.metadata.sorted_tables} == set(
        inspect(database.engine).get_table_names()
    )
    assert recorded(database) >= {"people_0011"}
    before = database.generation()
    database.migrate()
    if database.path is not None:
        assert database.generation() == before


def test_every_revision_is_named_by_its_file_in_one_line_a_branch() -> None:
    load_plugins()
    branches = find_branches()
    assert {branch.folder: find_misnamed(branch) for branch in branches} == {
        branch.folder: [] for branch in branches
    }


def test_a_revision_is_taken_once_and_costs_no_row(
    database: Database, member: Person, revise: Revise
) -> None:
    cookie = open_session(database, member.id)
    revise(WIDEN)
    record(database, "gone_0003")  # of a plugin that is not there any more
    database.migrate()
    database.migrate()
    assert "motto" in columns(database, "person")
    assert person_of(database, cookie) == member
    assert database.check() == []
    assert recorded(database) >= {"people_0012", "gone_0003"}


def test_a_copy_is_made_before_tables_are_altered(
    sqlite: Database, revise: Revise, tmp_path: Path
) -> None:
    revise(WIDEN)
    sqlite.migrate()
    copy = tmp_path / "private.db.before-people_0012"
    with closing(sqlite3.connect(copy)) as old:
        assert "motto" not in str(old.execute("SELECT sql FROM sqlite_schema").fetchall())


def test_a_revision_that_fails_changes_nothing(
    database: Database, member: Person, revise: Revise
) -> None:
    revise('op.add_column("person", sa.Column("motto", sa.String(10)))\n1 / 0')
    with pytest.raises(StorageFailed, match=r"people_0012.*division"):
        database.migrate()
    assert "motto" not in columns(database, "person")
    assert "people_0012" not in recorded(database)
    assert get_person(database, member.id) == member


def test_a_revision_that_is_killed_half_way_changes_nothing(
    database: Database, member: Person, revise: Revise
) -> None:
    revise('op.add_column("person", sa.Column("motto", sa.String(10)))\nos.kill(os.getpid(), 9)')
    url = database.engine.url.render_as_string(hide_password=False)
    database.close()
    assert at_once(url, 1) == [-signal.SIGKILL]
    assert "motto" not in columns(database, "person")
    assert "people_0012" not in recorded(database)
    assert get_person(database, member.id) == member


def test_a_revision_that_leaves_rows_without_their_owner_changes_nothing(
    sqlite: Database, revise: Revise
) -> None:
    person = add_person(sqlite, email="a@example.org", name="A")
    open_session(sqlite, person.id)
    revise('op.execute("DELETE FROM person")')
    with pytest.raises(StorageFailed):
        sqlite.migrate()
    assert get_person(sqlite, person.id) == person
    # And the keys are watched again.
    with pytest.raises(IntegrityError), sqlite.session() as session:
        session.execute(text("UPDATE session SET person = 'nobody'"))


@pytest.mark.parametrize("revision", ["people_0012", "page_0001"], ids=["core", "first"])
def test_a_database_of_newer_code_is_not_touched(sqlite: Database, revision: str) -> None:
    """``page_grant`` stands for the table of a plugin that has no revision yet."""
    record(sqlite, revision)
    with pytest.raises(StorageFailed, match=r"newer|plus récente"):
        sqlite.migrate()


def test_a_plugin_that_comes_later_gets_its_tables(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    branches = [*find_branches(), Branch(tmp_path, ("later_0001",), frozenset({"draft"}))]
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE draft"))
    monkeypatch.setattr(migrations, "find_branches", lambda: branches)
    database.migrate()
    database.migrate()
    assert "draft" in inspect(database.engine).get_table_names()
    assert "later_0001" in recorded(database)


# Many processes


def at_once(url: str, count: int) -> list[int | None]:
    """How so many processes end that migrate ``url`` at the same moment; 0: nothing is wrong."""
    beginning = get_context("fork")
    ready = beginning.Barrier(count)

    def start() -> None:
        with closing(Database(url)) as mine:
            ready.wait(60)
            mine.migrate()
            assert mine.check() == []

    several = [beginning.Process(target=start) for _ in range(count)]
    for process in several:
        process.start()
    for process in several:
        process.join(60)
    return [process.exitcode for process in several]


def test_processes_starting_at_once_migrate_once(tmp_path: Path) -> None:
    assert at_once(f"sqlite:///{tmp_path / 'private.db'}", 3) == [0, 0, 0]


def test_processes_that_start_at_once_after_an_update_copy_and_alter_once(
    tmp_path: Path, revise: Revise
) -> None:
    url = f"sqlite:///{tmp_path / 'private.db'}"
    with closing(Database(url)) as before:
        before.migrate()
        with before.engine.begin() as rows:
            rows.execute(text("CREATE TABLE ballast (words BLOB)"))
            # The copy takes a while, so that the others come in the middle of it.
            rows.execute(text("INSERT INTO ballast VALUES (zeroblob(40000000))"))
    revise('op.add_column("person", sa.Column("motto", sa.String(9)))')
    assert at_once(url, 4) == [0, 0, 0, 0]
    (copy,) = tmp_path.glob("private.db.before-*")
    with closing(sqlite3.connect(copy)) as old:
        assert old.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert "motto" not in str(old.execute("SELECT sql FROM sqlite_schema").fetchall())


def test_starting_loads_no_migration_tool(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom wiki.people.store.database import Database\n"
        "d = Database(sys.argv[1]); d.migrate(); d.migrate(); d.close()\n"
        "print(sorted({'alembic', 'zxcvbn'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, f"sqlite:///{tmp_path / 'private.db'}"]
    assert subprocess.check_output(command, text=True).strip() == "[]"


# From before


@cache
def landed() -> dict[str, str]:
    """The statements of each shape that the tables had, by the commit (``from_history.py``)."""
    with tarfile.open(_LANDED) as archive:
        files = {member.name: archive.extractfile(member) for member in archive}
        return {name: file.read().decode() for name, file in files.items() if file}


def commits() -> Iterator["ParameterSet"]:
    """The last before the round that broke, and the last that counted, with all other tests."""
    names = dict.fromkeys(name.partition(".")[0] for name in landed())
    for commit in names:
        yield pytest.param(commit, marks=() if commit in _SHORT else pytest.mark.faults)


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], Database]]:
    """``older(commit)``: a database as the code of that commit made it."""
    load_plugins()
    kind = request.param
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path / 'private.db'}"
        if kind == "postgresql":
            url = stack.enter_context(own_database("template0"))

        def make(commit: str) -> Database:
            made = landed()[f"{commit}.{kind}.sql"]
            if kind == "sqlite":
                with closing(sqlite3.connect(tmp_path / "private.db")) as old:
                    old.executescript(made)
                return stack.enter_context(closing(Database(url)))
            database = stack.enter_context(closing(Database(url)))
            with database.engine.begin() as connection:
                connection.exec_driver_sql(made)
            return database

        yield make


def rows_of(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Each row of each table, as it stands."""
    found = MetaData()
    with database.engine.connect() as connection:
        found.reflect(connection)
        return {
            name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for name, table in found.tables.items()
            if name not in {"schema_version", "alembic_version"}
        }


@pytest.mark.parametrize("commit", list(commits()))
def test_tables_of_each_commit_that_landed_are_brought_to_these(
    older: Callable[[str], Database], commit: str
) -> None:
    database = older(commit)
    before, taken = rows_of(database), database.read_revisions()
    url = database.engine.url.render_as_string(hide_password=False)
    database.close()
    assert at_once(url, 2) == [0, 0]
    assert database.check() == []
    assert recorded(database) == {branch.revisions[-1] for branch in find_branches()}
    after = rows_of(database)
    moved = set() if "applications_0001" in taken else {"applications_kept", "deposit"}
    if "person" in (before.get("watch") or [{}])[0]:
        moved.add("watch")
        followed = {(row["person"], row["path"]) for row in before["watch"]}
        assert followed == {(row["follower"], row["target"]) for row in after["watch"]}
    for table in before.keys() - moved:
        columns = sorted(before[table][0]) if before[table] else []
        was, now = (
            sorted(repr([row[name] for name in columns]) for row in rows[table])
            for rows in (before, after)
        )
        assert was == now, table
    waiting = [
        row for row in before.get("applications_kept", ()) if row["application"] is None and moved
    ]
    ids = {sha256(row["id"].encode()).hexdigest() for row in waiting}
    assert ids <= {row["id"] for row in after["deposit"]}
    # And the code of today writes into them.
    there = MetaData()
    with database.engine.connect() as connection:
        there.reflect(connection)
    for name in there.tables.keys() & Base.metadata.tables.keys():
        known = Base.metadata.tables[name].columns
        for column in there.tables[name].columns:
            assert column.name in known or column.nullable or column.server_default, column
    person = add_person(database, email="new@example.org", name="Neuve")
    assert person_of(database, open_session(database, person.id)) == person
