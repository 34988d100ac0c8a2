"""Questions to PostgreSQL: how often it is asked for one, and a connection that it has ended."""

from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import text, update

from tests.people.conftest import own_database
from wiki.errors import StorageFailed
from wiki.people.accounts import add_person, get_person
from wiki.people.drafts import save_draft
from wiki.people.models.accounts import PersonRow
from wiki.people.privacy.export import rows_about
from wiki.people.store import outage
from wiki.people.store.database import Database

if TYPE_CHECKING:
    from wiki.people.person import Person


@pytest.fixture
def private() -> Iterator[Database]:
    with own_database() as url, closing(Database(url)) as made:
        yield made


@pytest.fixture
def server(private: Database) -> Iterator[psycopg.Connection]:
    """A connection beside its own."""
    url = private.engine.url.set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as made:
        yield made


def _session_of(private: Database) -> int:
    with private.reading() as session:
        return session.scalar(text("SELECT pg_backend_pid()")) or 0


def test_a_question_is_asked_without_a_transaction_or_a_look_around_it(
    private: Database, server: psycopg.Connection
) -> None:
    pid = _session_of(private)
    get_person(private, "nobody")
    said = server.execute("SELECT state, query FROM pg_stat_activity WHERE pid = %s", (pid,))
    state, query = said.fetchone() or ("", "")
    assert state == "idle"
    assert "FROM person" in query  # no COMMIT comes after it

    server.execute("CREATE TABLE asked (at timestamptz)")
    with private.session() as session:  # what is written is one whole, as ever
        session.execute(text("INSERT INTO asked VALUES (now())"))
        session.execute(text("INSERT INTO asked VALUES (now())"))
    (moments,) = server.execute("SELECT count(DISTINCT at) FROM asked").fetchone() or (0,)
    assert moments == 1


def test_a_connection_that_the_server_has_ended_is_replaced(
    private: Database, server: psycopg.Connection
) -> None:
    before = _session_of(private)
    server.execute("SELECT pg_terminate_backend(%s, 10000)", (before,))
    after = _session_of(private)
    assert after not in {0, before}
    assert not private.unreachable
    assert _session_of(private) == after


def test_who_hangs_in_a_transaction_keeps_its_rows_from_nobody(
    private: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(outage._LIMITS, "idle_in_transaction_session_timeout", "1s")
    person = add_person(private, email="awa@example.org", name="Awa")
    rename = update(PersonRow).where(PersonRow.id == person.id)
    address = private.engine.url.render_as_string(hide_password=False)
    with closing(Database(address)) as hung:
        with pytest.raises(StorageFailed), hung.session() as session:
            session.execute(rename.values(name="Awa, ici"))
            # Its process stands still from here on.
            private.execute(rename.values(name="Awa, ailleurs"))
        found = get_person(private, person.id)
        assert found is not None and found.name == "Awa, ailleurs"


def test_what_somebody_is_given_of_themselves_is_of_one_moment(
    database: Database, member: "Person"
) -> None:
    save_draft(database, member.id, "page", "", "avant")
    with rows_about(database, member.id) as tables:
        writer = Thread(target=save_draft, args=(database, member.id, "page", "", "pendant"))
        writer.start()
        writer.join()
        found = {name: list(rows) for name, rows in tables}
    assert [row["text"] for row in found["draft"]] == ["avant"]
