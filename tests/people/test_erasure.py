"""The end of an account: nothing private is left of it, in any table there is."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, LargeBinary, String, Table, insert, select

from wiki.config import Settings
from wiki.errors import BadField
from wiki.people.accounts import add_person, ask_login_link, authenticate, register
from wiki.people.database import Database
from wiki.people.drafts import save_draft
from wiki.people.erasure import erase, erased_ids
from wiki.people.grants import grant_guest
from wiki.people.models import ErasedRow, PersonRow
from wiki.people.person import Person
from wiki.people.sessions import open_session
from wiki.people.tables import Base, Moment
from wiki.people.watching import watch
from wiki.plugins import load_plugins

load_plugins()  # so that their tables are among those looked at
NAME = "Zénobie Quatrecoeurs"
ADDRESS = "zenobie@example.org"


@pytest.fixture
def leaver(database: Database) -> Person:
    return add_person(database, email=ADDRESS, name=NAME)


def dump(database: Database) -> dict[str, list[list[object]]]:
    """Every row of every table."""
    with database.reading() as session:
        return {
            table.name: [list(row) for row in session.execute(select(table))]
            for table in Base.metadata.sorted_tables
        }


def left(database: Database, leaver: Person) -> dict[str, list[list[object]]]:
    """What is left, but for the two tables that keep an opaque id and say so."""
    rows = dump(database)
    assert rows.pop("erased") == [[leaver.id]]
    for line in rows.pop("audit"):
        assert ADDRESS not in said({"audit": [line]})
    return rows


def said(rows: dict[str, list[list[object]]]) -> str:
    return json.dumps(rows, default=str, ensure_ascii=False)


def test_erasing_leaves_no_row(database: Database, settings: Settings, leaver: Person) -> None:
    other = add_person(database, email="other@example.org", name="Autre")
    for person in (leaver, other):
        open_session(database, person.id)
        grant_guest(database, person.id, "p", by="a test")
        save_draft(database, person.id, "p", "", f"un brouillon de {person.name}")
        watch(database, person.id, "p")
        authenticate(database, settings, email=person.email, password="x", address="192.0.2.1")
        ask_login_link(database, settings, email=person.email, lang="fr", address="192.0.2.1")
    erase(database, leaver.id)
    erase(database, leaver.id)
    rows = left(database, leaver)
    everything = said(rows)
    assert leaver.id not in everything
    assert leaver.email not in everything
    assert NAME not in everything
    assert other.id in everything
    assert {len(found) for name, found in rows.items() if found and name != "attempt"} == {1}


def test_a_sign_up_under_way_with_that_address_goes_too(
    database: Database, settings: Settings, leaver: Person
) -> None:
    asked = {"password": None, "lang": "fr", "address": "192.0.2.1"}
    register(database, settings, email="autre@example.org", name="Autre", **asked)
    ask_login_link(database, settings, email="inconnue@example.org", lang="fr", address="::1")
    register(database, settings, email=ADDRESS, name=NAME, **asked)
    erase(database, leaver.id)
    everything = said(dump(database))
    assert ADDRESS not in everything
    assert "autre@example.org" in everything
    assert "inconnue@example.org" in everything


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda one: one.name)
def test_no_table_keeps_a_trace(sqlite: Database, table: Table) -> None:
    """A row of each table is planted that names the person wherever it can."""
    if table.name in (PersonRow.__tablename__, ErasedRow.__tablename__):
        return
    leaver = add_person(sqlite, email=ADDRESS, name=NAME)
    with sqlite.session() as session:
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        owned = [
            column
            for column in table.columns
            if any(key.column.table.name == "person" for key in column.foreign_keys)
        ]
        for number, words in enumerate((leaver.id, leaver.email, leaver.alias)):
            values = {
                column.name: leaver.id if column in owned else value(column, words, number, owned)
                for column in table.columns
            }
            plant(session, table, values, number)
    assert leaver.id in said({table.name: dump(sqlite)[table.name]}) or not owned
    with sqlite.session() as session:
        # What hangs from rows of other tables is their matter here.
        for other in Base.metadata.sorted_tables:
            if other is not table and other.name != "person":
                session.execute(other.delete())
    erase(sqlite, leaver.id)
    rows = left(sqlite, leaver)
    for trace in (leaver.id, leaver.email, NAME):
        assert trace not in said(rows), table.name


def plant(session: Any, table: Table, values: dict[str, object], number: int) -> None:
    """Inserts the row where the one before it does not stand in its place already."""
    keys = [column for column in table.primary_key.columns if column.name in values]
    if number and all(column.foreign_keys for column in keys):
        return
    session.execute(insert(table).values(values))


def value(column: Any, words: str, number: int, owned: list[Any]) -> object:
    """Something for ``column``: the words that give someone away, where it takes words."""
    kind = column.type
    if isinstance(kind, Moment | DateTime):
        return datetime.now(UTC) + timedelta(days=number)
    if isinstance(kind, Date):
        return datetime.now(UTC).date()
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return 10_000 + number
    if isinstance(kind, LargeBinary):
        return b""
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, String):
        if column.name == "name" and owned:
            return NAME
        if kind.length and kind.length < len(words):
            return f"x{number}"[: kind.length]
        return f"x{number}" if column.foreign_keys else words
    raise AssertionError(f"a test for {column} is wanted")


def test_the_ids_of_those_who_left_are_known_at_once(database: Database, leaver: Person) -> None:
    assert erased_ids(database) == frozenset()
    erase(database, "nobody")
    assert erased_ids(database) == frozenset()
    erase(database, leaver.id)
    assert erased_ids(database) == {leaver.id}


def test_the_last_admin_stays(database: Database, admin: Person) -> None:
    with pytest.raises(BadField):
        erase(database, admin.id)
    assert erased_ids(database) == frozenset()
