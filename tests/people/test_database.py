"""The private database: transactions, memory, migrations, copies."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from psycopg import OperationalError
from sqlalchemy import literal_column, select, text
from sqlalchemy.exc import IntegrityError

from tests.people.conftest import own_database
from wiki.cache.versions import Versions
from wiki.errors import BadRequest, BadSetting, StorageFailed
from wiki.people.accounts import add_person, get_person, list_people, set_profile
from wiki.people.accounts.sessions import open_session, person_of
from wiki.people.audit import noted, record_audit
from wiki.people.drafts import save_draft
from wiki.people.models.accounts import PersonRow
from wiki.people.models.texts import DraftRow
from wiki.people.person import Person
from wiki.people.store.copies import count_copied
from wiki.people.store.database import Database

if TYPE_CHECKING:
    from tests.people.conftest import Clock

PASSWORD = "une phrase que personne ne devine"


@pytest.fixture
def database(new_database: Database) -> Database:
    """Tables are altered here."""
    return new_database


def test_sqlite_is_set_to_survive_power_loss(sqlite: Database) -> None:
    with sqlite.reading() as session:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        answers = [session.scalar(text(f"PRAGMA {name}")) for name in asked]
    assert answers == ["wal", 2, 1, 5000, 1]


def test_only_the_owner_may_read_the_file(sqlite: Database, tmp_path: Path) -> None:
    add_person(sqlite, email="a@example.org", name="A")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("private.db*")}
    assert modes.keys() >= {"private.db", "private.db-wal"}
    assert set(modes.values()) == {0o600}


def test_the_order_of_writing_is_erased_on_request(database: Database, member: Person) -> None:
    for word in ("avant", "après"):
        set_profile(database, member.id, name=word, lang="fr")
    if database.path is None:
        assert database.erase_traces([PersonRow.__tablename__])
        with database.reading() as session:
            assert session.scalar(text("SELECT ctid::text FROM person")) == "(0,1)"
        return
    log = database.path.with_name(database.path.name + "-wal")
    assert b"avant" in log.read_bytes()
    with database.reading() as session:
        session.scalar(select(PersonRow.name))
        assert not database.erase_traces([]), "somebody reads: it waits for nobody"
    assert database.erase_traces([])
    assert log.read_bytes() == b""
    assert b"avant" not in database.path.read_bytes()
    found = get_person(database, member.id)
    assert found is not None and found.name == "après"


def test_a_failure_undoes_the_whole_transaction(database: Database, member: Person) -> None:
    with pytest.raises(ZeroDivisionError), database.session() as session:
        session.get_one(PersonRow, member.id).name = "Autre"
        session.flush()
        _ = 1 / 0
    found = get_person(database, member.id)
    assert found is not None
    assert found.name == member.name


def test_a_row_that_belongs_to_nothing_is_refused(database: Database, clock: "Clock") -> None:
    row = DraftRow(person="nobody", path="p", base="", text="", saved=clock())
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(row)


def test_a_reader_does_not_wait_for_a_writer(database: Database, member: Person) -> None:
    with database.session() as writing:
        writing.get_one(PersonRow, member.id).name = "Pas encore"
        writing.flush()
        found = get_person(database, member.id)
    assert found == member


def test_writers_queue_and_lose_nothing(database: Database) -> None:
    person = add_person(database, email="n@example.org", name="0")
    barrier, failures = Barrier(4), []

    def count() -> None:
        barrier.wait()
        try:
            for _ in range(5):
                with database.session() as session:
                    database.lock(session, "count")
                    row = session.get_one(PersonRow, person.id)
                    row.name = str(int(row.name) + 1)
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = get_person(database, person.id)
    assert failures == []
    assert found is not None
    assert found.name == "20"


def test_what_is_remembered_is_asked_once_until_something_is_written(sqlite: Database) -> None:
    person = add_person(sqlite, email="a@example.org", name="A")
    asked = []

    def work() -> str:
        asked.append(1)
        return person.id

    assert [sqlite.remembered("k", work) for _ in range(3)] == [person.id] * 3
    assert len(asked) == 1
    set_profile(sqlite, person.id, name="B", lang="fr")
    sqlite.remembered("k", work)
    assert len(asked) == 2


def test_what_is_remembered_is_asked_once_in_a_pinned_state(database: Database) -> None:
    asked = []

    def work() -> int:
        asked.append(1)
        return len(database.list_rows(select(PersonRow.id)))

    with database.pinned():
        assert [database.remembered("k", work) for _ in range(3)] == [0] * 3
    assert len(asked) == 1


def test_what_is_remembered_stands_while_other_tables_are_written(tmp_path: Path) -> None:
    url, file, asked = f"sqlite:///{tmp_path / 'rows.db'}", tmp_path / "versions", list[str]()
    here = Database(url, versions=Versions(file))
    other = Database(url, versions=Versions(file))  # as another process has it
    here.migrate()
    person = add_person(here, email="a@example.org", name="A")

    def name() -> str:
        found = get_person(here, person.id)
        assert found is not None
        asked.append(found.name)
        return found.name

    with closing(here), closing(other):
        assert here.remembered("name", name) == "A"
        for base in ("a", "b"):
            save_draft(other, person.id, "projets/lora", base, "texte")
            assert here.remembered("name", name) == "A"
        assert asked == ["A"]
        set_profile(other, person.id, name="B", lang="fr")
        assert here.remembered("name", name) == "B"
        with here.pinned():
            get_person(here, person.id)  # this request reads what was there by now
            set_profile(other, person.id, name="C", lang="fr")
            younger = Thread(target=here.remembered, args=("name", name))
            younger.start()
            younger.join()
            assert here.remembered("name", name) == "B"
        assert here.remembered("name", name) == "C"
        with closing(sqlite3.connect(str(here.path))) as teller_of_none:
            teller_of_none.execute("UPDATE person SET name = 'D'")
            teller_of_none.commit()
        assert here.remembered("name", name) == "D"


def test_a_write_by_another_process_is_seen_at_once(sqlite: Database) -> None:
    person = add_person(sqlite, email="a@example.org", name="A")
    cookie = open_session(sqlite, person.id)
    # Many in a row: a time stamp of the file could not tell them apart.
    for number in range(20):
        with closing(sqlite3.connect(str(sqlite.path))) as other:
            other.execute("UPDATE person SET name = ?", [f"N{number}"])
            other.commit()
        found = person_of(sqlite, cookie)
        assert found is not None
        assert found.name == f"N{number}"


def test_asking_for_the_generation_keeps_nothing_open(sqlite: Database) -> None:
    sqlite.generation()
    add_person(sqlite, email="a@example.org", name="A")
    sqlite.generation()
    with closing(sqlite3.connect(str(sqlite.path))) as other:
        assert other.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def test_what_is_lent_while_it_is_closed_is_closed_once_it_is_back(new_database: Database) -> None:
    engine = new_database.engine
    with engine.connect() as lent:
        driver = lent.connection.driver_connection
        new_database.close()
    with pytest.raises((sqlite3.ProgrammingError, OperationalError)):
        driver.execute("SELECT 1")  # type: ignore[union-attr]
    # It can be used again, and keeps what it opens then.
    with engine.connect() as again:
        driver = again.connection.driver_connection
    with engine.connect() as again:
        assert again.connection.driver_connection is driver


def test_memory_is_bounded(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wiki.people.store.memory.REMEMBERED", 10)
    for number in range(100):
        assert sqlite.remembered(number, lambda n=number: n) == number  # type: ignore[misc]
    assert len(sqlite._memory) <= 10


def test_postgresql_never_remembers_what_may_have_changed(database: Database) -> None:
    if database.path is None:
        assert database.generation() != database.generation()
    else:
        assert database.generation() == database.generation()


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "mysql://h/d", "?", "/x"])
def test_an_address_of_no_database_is_refused_at_start(url: str) -> None:
    with pytest.raises(BadSetting):
        Database(url)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "private.db"
    path.write_bytes(b"no database at all " * 400)
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StorageFailed):
        database.migrate()
    assert "cannot be read" in database.check()[0]
    assert database.generation() != database.generation()
    database.close()


def test_check_finds_nothing_wrong_and_then_what_is(database: Database) -> None:
    assert database.check() == []
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE draft"))
        connection.execute(text("ALTER TABLE attempt RENAME COLUMN at TO moment"))
    assert database.check() == [
        "the private database has no column attempt.at",
        "the private database has no table 'draft'",
    ]


def test_check_finds_rows_that_belong_to_nothing(sqlite: Database, clock: "Clock") -> None:
    with closing(sqlite3.connect(str(sqlite.path))) as other:
        other.execute("INSERT INTO page_grant VALUES ('nobody', 'p', '2027-03-01')")
        other.commit()
    assert "belongs to nothing: page_grant" in sqlite.check()[0]


# Copies


def test_a_backup_is_one_whole_file_and_comes_back(sqlite: Database, tmp_path: Path) -> None:
    person = add_person(sqlite, email="a@example.org", name="A", password=PASSWORD)
    cookie = open_session(sqlite, person.id)
    copy = tmp_path / "copies" / "private.db"
    copy.parent.mkdir()
    sqlite.backup(copy)
    assert [path.name for path in copy.parent.iterdir()] == ["private.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600

    with sqlite.session() as session:
        session.delete(session.get_one(PersonRow, person.id))
    add_person(sqlite, email="b@example.org", name="B")
    assert person_of(sqlite, cookie) is None
    sqlite.restore(copy)
    assert list_people(sqlite) == [person]
    assert person_of(sqlite, cookie) == person
    assert sqlite.check() == []
    with sqlite.reading() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"


def test_a_backup_taken_in_the_middle_of_a_write_is_sound(sqlite: Database, tmp_path: Path) -> None:
    with sqlite.session() as session:
        session.add(
            PersonRow(
                id="x",
                email="x@example.org",
                name="X",
                role="member",
                lang="fr",
                created=sqlite.now(),
            )
        )
        session.flush()
        sqlite.backup(tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM person").fetchone() == (0,)


@pytest.mark.parametrize("content", [None, b"no backup " * 500])
def test_what_is_no_backup_changes_nothing(
    sqlite: Database, tmp_path: Path, content: bytes | None
) -> None:
    person = add_person(sqlite, email="a@example.org", name="A")
    if content is not None:
        (tmp_path / "bad.db").write_bytes(content)
    with pytest.raises(StorageFailed):
        sqlite.restore(tmp_path / "bad.db")
    assert list_people(sqlite) == [person]


def test_a_backup_that_cannot_be_written_is_told(sqlite: Database, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StorageFailed):
        sqlite.backup(tmp_path / "taken" / "copy.db")


OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


def test_rows_go_from_one_database_into_another_and_back(
    database: Database, clock: "Clock", tmp_path: Path
) -> None:
    """A copy is the same file whatever holds the rows; what it holds goes on as if nothing was."""
    person = add_person(database, email="z@example.org", name="Zoë", password=PASSWORD)
    cookie = open_session(database, person.id)
    record_audit(database, person.id, "role", person.id, "member → admin")
    with database.session() as session:
        # Of a plugin that is not there any more: nobody knows its table, and it is not lost.
        session.execute(text("CREATE TABLE gone_note (id VARCHAR(3) PRIMARY KEY, said TEXT)"))
        session.execute(text("INSERT INTO gone_note VALUES ('a', 'reste')"))
    counts = database.count_rows()
    database.backup(tmp_path / "copy")
    assert count_copied(tmp_path / "copy") == counts
    kind = "sqlite" if database.path is not None else "postgresql"
    with ExitStack() as stack:
        where = f"sqlite:///{tmp_path / 'there.db'}"
        if OTHER[kind] == "postgresql":
            where = stack.enter_context(own_database("template0"))
        there = stack.enter_context(closing(Database(where, clock)))
        there.migrate()
        add_person(there, email="b@example.org", name="Was there")
        there.restore(tmp_path / "copy")
        assert there.check() == [] and there.count_rows() == counts
        assert list_people(there) == [person] and person_of(there, cookie) == person
        assert (
            there.find_value(select(literal_column("said")).select_from(text("gone_note")))
            == "reste"
        )
        # Numbers that count on by themselves do, and keys are watched.
        record_audit(there, person.id, "role", person.id)
        assert [one.id for one in noted(there)] == [2, 1]
        with pytest.raises(IntegrityError), there.session() as session:
            session.execute(text("UPDATE session SET person = 'nobody'"))
        there.backup(tmp_path / "back")
    assert count_copied(tmp_path / "back") == {**counts, "audit": 2}


def test_what_does_not_fit_changes_nothing(
    sqlite: Database, clock: "Clock", tmp_path: Path
) -> None:
    """SQLite takes names that are longer than their column, PostgreSQL does not."""
    add_person(sqlite, email="a@example.org", name="A")
    sqlite.execute(text("UPDATE person SET name = :name").bindparams(name="n" * 2000))
    sqlite.backup(tmp_path / "copy")
    with own_database() as url, closing(Database(url, clock)) as there:
        person = add_person(there, email="b@example.org", name="B")
        with pytest.raises(StorageFailed, match="person"):
            there.restore(tmp_path / "copy")
        assert list_people(there) == [person] and there.check() == []


def test_a_database_that_went_away_is_told(sqlite: Database) -> None:
    with sqlite.engine.begin() as connection:
        connection.execute(text("DROP TABLE draft"))
    with pytest.raises(StorageFailed), sqlite.reading() as session:
        session.execute(select(DraftRow)).all()


def test_what_no_row_can_hold_is_a_fault_of_who_asks(database: Database) -> None:
    """PostgreSQL takes no NUL; an odd id in an address must not look like a fault of ours."""
    with suppress(BadRequest):
        assert get_person(database, "a\0") is None


def test_every_table_of_the_core_is_known_to_whoever_knows_one() -> None:
    """A store that is opened before some module is imported would lack that module's table."""
    asked = (
        "from wiki.people.store import database;"
        "from wiki.people.models import tables;"
        "known = set(tables.Base.metadata.tables);"
        "import importlib, pkgutil, wiki.people;"
        "[importlib.import_module(one.name)"
        " for one in pkgutil.walk_packages(wiki.people.__path__, 'wiki.people.')];"
        "print(*(set(tables.Base.metadata.tables) - known))"
    )
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.split() == []


_KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event, text
from sqlalchemy.orm import Session
from wiki.cache.versions import Versions
from wiki.people.store.database import Database
private = Database(sys.argv[1], versions=Versions(Path(sys.argv[2])))
event.listen(Session, "before_commit", lambda _: (print("announced", flush=True), input()))
event.listen(Session, "after_commit", lambda _: os.kill(os.getpid(), signal.SIGKILL))
private.execute(text("update interleaved set number = 1 where name = 'a'"))
"""


def test_what_one_has_saved_who_was_killed_stands_for_nobody_though_another_saved_meanwhile(
    tmp_path: Path,
) -> None:
    """On PostgreSQL, where two write one table at once."""
    with own_database() as url:
        file = tmp_path / "versions"
        with closing(Database(url, versions=Versions(file))) as private:
            assert private.versions is not None
            private.execute(text("create table interleaved (name text, number integer)"))
            private.execute(text("insert into interleaved values ('a', 0), ('b', 0)"))
            killed = subprocess.Popen(
                [sys.executable, "-c", _KILLED, url, str(file)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert killed.stdin and killed.stdout and killed.stdout.readline() == "announced\n"
            private.execute(text("update interleaved set number = 2 where name = 'b'"))
            then = private.versions.now()
            killed.communicate("\n", timeout=60)
            assert killed.returncode == -signal.SIGKILL
            with private.reading() as session:
                assert session.scalar(text("select sum(number) from interleaved")) == 3
            assert private.versions.stands(then, {"rows:interleaved"}) is None


def test_a_process_that_is_forked_has_connections_of_its_own() -> None:
    """Two that share one read each other's answers."""

    def session_of(database: Database) -> int:
        with database.reading() as session:
            return session.scalar(text("SELECT pg_backend_pid()")) or 0

    with own_database() as url, closing(Database(url)) as private:
        ours = session_of(private)
        told, tells = os.pipe()
        if not (child := os.fork()):
            try:
                os.write(tells, b"%d" % session_of(private))
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        os.close(tells)
        with os.fdopen(told) as said:
            theirs = int(said.read())
        assert theirs not in {0, ours}
        assert session_of(private) == ours
