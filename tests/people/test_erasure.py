"""The end of an account: nothing private is left of it, in any table there is."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Text,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from wiki.config import Settings
from wiki.errors import BadField
from wiki.people.access.grants import grant_guest
from wiki.people.accounts import add_person, ask_login_link, authenticate, register
from wiki.people.accounts.sessions import open_session
from wiki.people.drafts import save_draft
from wiki.people.follow.subscriptions import watch
from wiki.people.models.tables import Base, Moment
from wiki.people.person import Person
from wiki.people.privacy.erasure import erase, erased_ids
from wiki.people.store.database import Database
from wiki.people.targets import Target
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


#: what servers of others tell everybody, kept for an hour: nobody's here
OF_OTHERS = frozenset({"calendars_event", "calendars_look"})


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
        watch(database, person.id, Target("page", "p"))
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
    others = {name: found for name, found in rows.items() if found}
    # Neither is about anyone.
    del others["attempt"], others["alembic_version"]
    assert {len(found) for found in others.values()} == {1}


def test_a_sign_up_under_way_with_that_address_goes_too(
    database: Database, settings: Settings, leaver: Person
) -> None:
    asked: Any = {"password": None, "lang": "fr", "address": "192.0.2.1"}
    register(database, settings, email="autre@example.org", name="Autre", **asked)
    ask_login_link(database, settings, email="inconnue@example.org", lang="fr", address="::1")
    register(database, settings, email=ADDRESS, name=NAME, **asked)
    erase(database, leaver.id)
    everything = said(dump(database))
    assert ADDRESS not in everything
    assert "autre@example.org" in everything
    assert "inconnue@example.org" in everything


def test_no_table_keeps_a_trace(database: Database) -> None:
    """A row of each table is planted that names the person wherever it can, then another."""
    leaver = add_person(database, email=ADDRESS, name=NAME)
    for number, words in enumerate((leaver.id, leaver.email, leaver.alias)):
        plant(database, leaver, number, words)
    rows = dump(database)
    assert [name for name, found in rows.items() if not found] == ["erased"]
    assert all(trace in said(rows) for trace in (leaver.id, leaver.alias, ADDRESS, NAME))
    erase(database, leaver.id)
    rows = left(database, leaver)
    for trace in (leaver.id, ADDRESS, NAME):
        assert [name for name, found in rows.items() if trace in said({"": found})] == []


def plant(database: Database, leaver: Person, number: int, words: str) -> None:
    """A row in each table, which belongs to the person or to the row planted before it."""
    planted: dict[str, dict[str, object]] = {"person": {"id": leaver.id}}
    with database.session() as session:
        for table in Base.metadata.sorted_tables:
            if table.name in ("person", "erased", "schema_version"):
                continue
            values: dict[str, object] = {}
            for column in table.columns:
                key = next(iter(column.foreign_keys), None)
                if key is None:
                    values[column.name] = value(column, words, number)
                elif key.column.table is not table:
                    values[column.name] = planted[key.column.table.name][key.column.name]
            try:
                with session.begin_nested():
                    session.execute(insert(table).values(values))
            except IntegrityError:
                assert number, f"no row can be planted in {table.name}"
                # One is all that a person has of these.
                key_columns = {column.name for column in table.columns}
                found = session.execute(select(table)).mappings().first()
                assert found is not None
                values = {name: found[name] for name in key_columns}
            planted[table.name] = values


def value(column: Column[Any], words: str, number: int) -> object:
    """Something for ``column``: the words that give someone away, where it takes words."""
    kind = column.type
    if isinstance(kind, Moment | DateTime):
        return datetime.now(UTC) + timedelta(days=number)
    if isinstance(kind, Date):
        return datetime.now(UTC).date()
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer | Float):
        return 10_000 + number
    if isinstance(kind, JSON):
        return {}
    if isinstance(kind, LargeBinary):
        return b"bytes"
    if isinstance(kind, Text):
        # A text that tells of someone hangs from their row, or not at all.
        return NAME if hangs(column.table) else "text"
    if isinstance(kind, String):
        if column.name == "name" and hangs(column.table):
            return NAME
        return f"x{number}" if kind.length and kind.length < len(words) else words
    raise AssertionError(f"a test for {column} is wanted")


def hangs(table: Any) -> bool:
    """Whether the rows of ``table`` go with a person's."""
    cascades = any(key.ondelete == "CASCADE" for key in table.foreign_keys)
    return cascades and table.name not in OF_OTHERS


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
