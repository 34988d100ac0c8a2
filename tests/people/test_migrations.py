"""Private tables of an older version get their new shape, once, and lose no row."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from tests.people.conftest import own_database
from wiki.errors import StorageFailed
from wiki.people.accounts import add_person, get_person
from wiki.people.accounts.sessions import open_session, person_of
from wiki.people.follow.subscriptions import watched
from wiki.people.models.tables import Base
from wiki.people.person import Person
from wiki.people.store import migrations
from wiki.people.store.database import Database
from wiki.people.store.migrations import Branch, find_branches
from wiki.plugins import load_plugins

if TYPE_CHECKING:
    from tests.people.conftest import Clock

#: the tables of the last version that counted its changes itself, and some rows
_SCHEMAS = Path(__file__).parent / "schemas"

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
    folders = [branch.folder for branch in branches]
    scripts = ScriptDirectory(folders[0], version_locations=folders)
    assert set(scripts.get_heads()) == {branch.revisions[-1] for branch in branches}
    for branch in branches:
        label = branch.revisions[0].rpartition("_")[0]
        line = list(scripts.iterate_revisions(branch.revisions[-1], "base"))
        assert [one.revision for one in reversed(line)] == list(branch.revisions)
        assert line[-1].branch_labels == {label}
        assert all(len(one) <= 32 and one.startswith(f"{label}_") for one in branch.revisions)


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
    with pytest.raises(ZeroDivisionError):
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


@pytest.fixture(params=["sqlite", "postgresql"])
def counted(request: pytest.FixtureRequest, tmp_path: Path, clock: "Clock") -> Iterator[Database]:
    """A database with the tables and recorded steps of the version before Alembic."""
    load_plugins()
    made = [(_SCHEMAS / f"{name}.sql").read_text() for name in (request.param, "rows")]
    if request.param == "sqlite":
        with closing(sqlite3.connect(tmp_path / "private.db")) as old:
            old.executescript("".join(made))
        with closing(Database(f"sqlite:///{tmp_path / 'private.db'}", clock)) as database:
            yield database
        return
    with own_database("template0") as url, closing(Database(url, clock)) as database:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("".join(made))
        yield database


def test_a_database_that_counted_its_changes_is_taken_over(counted: Database) -> None:
    url = counted.engine.url.render_as_string(hide_password=False)
    counted.close()
    assert at_once(url, 2) == [0, 0]
    assert "schema_version" not in inspect(counted.engine).get_table_names()
    assert recorded(counted) == {branch.revisions[-1] for branch in find_branches()}
    found = get_person(counted, "a" * 32)
    assert found is not None and found.name == "Awa"
    assert [one.target.value for one in watched(counted, "a" * 32)] == ["projets/ruches"]
    with counted.reading() as session:
        asked = "SELECT project, born FROM labels_label"
        assert session.execute(text(asked)).all() == [("projets/ruches", "0" * 40)]


def test_one_that_lacks_earlier_changes_is_refused_and_left_alone(counted: Database) -> None:
    with counted.engine.begin() as connection:
        connection.execute(text("ALTER TABLE labels_label DROP COLUMN born"))
        connection.execute(text("UPDATE schema_version SET version = 0 WHERE room = 'labels'"))
    with pytest.raises(StorageFailed, match=r"too old|trop ancienne"):
        counted.migrate()
    tables = inspect(counted.engine).get_table_names()
    assert "schema_version" in tables and "alembic_version" not in tables
