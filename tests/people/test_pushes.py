"""Pushes as rows: who brought what others wrote, also after they have left."""

import pytest

from wiki.people.accounts import add_person
from wiki.people.privacy.erasure import erase
from wiki.people.privacy.export import rows_about
from wiki.people.pushes import Pusher, brought_by, note_push
from wiki.people.store.database import Database

A, B, C = ("a" * 40, "b" * 40, "c" * 40)


@pytest.mark.parametrize("remembered", [1_000, 0])
def test_who_brought_a_commit_is_known_until_they_leave(
    database: Database, monkeypatch: pytest.MonkeyPatch, remembered: int
) -> None:
    monkeypatch.setattr("wiki.people.pushes._FEW", remembered)
    add_person(database, email="admin@example.org", name="Admin", role="admin")
    ada = add_person(database, email="ada@example.org", name="Ada", role="admin")
    bob = add_person(database, email="bob@example.org", name="Bob", role="admin")
    note_push(database, ada.id, A, B, 3, [A, B])
    note_push(database, bob.id, B, C, 1, [])
    by_ada = Pusher("Ada", ada.alias)
    assert brought_by(database, [A, B, C]) == {A: by_ada, B: by_ada}
    with rows_about(database, ada.id) as tables:
        assert "pusher" in {name for name, rows in tables if list(rows)}
    note_push(database, bob.id, A, B, 1, [B])
    assert brought_by(database, [B]) == {B: Pusher("Bob", bob.alias)}
    erase(database, ada.id)
    assert brought_by(database, [A, B]) == {A: Pusher("", ""), B: Pusher("Bob", bob.alias)}
    assert brought_by(database, []) == {}
