"""Drafts: private, one a page, never lost by their size or their bytes."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.errors import BadPath, TooLarge
from wiki.people import drafts
from wiki.people.accounts import add_person, forget_page, move_page
from wiki.people.drafts import drop_draft, list_drafts, read_draft, save_draft
from wiki.people.person import Person
from wiki.people.privacy.expiry import forget_the_past
from wiki.people.store.database import Database

if TYPE_CHECKING:
    from tests.people.conftest import Clock


def text_of(database: Database, person: Person, path: str) -> str | None:
    draft = read_draft(database, person.id, path)
    return draft.text if draft else None


def test_a_draft_is_its_writers_alone(database: Database, member: Person, clock: "Clock") -> None:
    other = add_person(database, email="other@example.org", name="Autre")
    save_draft(database, member.id, "p", "abc", "un")
    clock.pass_by(minutes=1)
    saved = save_draft(database, member.id, "p", "def", "deux")
    assert read_draft(database, member.id, "p") == saved
    assert (saved.base, saved.text, saved.saved) == ("def", "deux", clock())
    assert read_draft(database, other.id, "p") is None
    assert list_drafts(database, other.id) == []
    drop_draft(database, other.id, "p")
    assert list_drafts(database, member.id) == [saved]
    drop_draft(database, member.id, "p")
    assert read_draft(database, member.id, "p") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(path=st.text(st.characters(), min_size=1, max_size=100), text=st.text(st.characters()))
def test_any_text_is_kept(sqlite: Database, path: str, text: str) -> None:
    person = next(iter(sqlite_people(sqlite)))
    save_draft(sqlite, person.id, path, "", text)
    kept = text_of(sqlite, person, path)
    assert kept is not None
    assert len(kept) == len(text)


def sqlite_people(database: Database) -> list[Person]:
    from wiki.people.accounts import list_people

    return list_people(database) or [add_person(database, email="a@example.org", name="A")]


@pytest.mark.parametrize("text", ["", "\0", "a\0b", "\ud800", "🦄" * 10, "a\r\nb", "x" * 1_500_000])
def test_no_byte_and_no_size_of_a_page_is_too_much(
    database: Database, member: Person, text: str
) -> None:
    save_draft(database, member.id, "p", "\0" * 100, text)
    kept = text_of(database, member, "p")
    expected = text.replace("\0", "\ufffd").replace("\ud800", "?")
    assert kept == expected


def test_what_is_far_too_much_is_refused_with_words(
    database: Database, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "LARGEST", 10)
    save_draft(database, member.id, "p", "", "x" * 10)
    with pytest.raises(TooLarge):
        save_draft(database, member.id, "p", "", "x" * 11)
    assert text_of(database, member, "p") == "x" * 10
    save_draft(database, member.id, "é" * 1000, "", "x")
    with pytest.raises(BadPath):
        save_draft(database, member.id, "é" * 1000 + "x", "", "x")


def test_the_newest_are_kept(
    database: Database, member: Person, clock: "Clock", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST", 3)
    for number in range(5):
        save_draft(database, member.id, f"p{number}", "", "x")
        clock.pass_by(seconds=1)
    assert [draft.path for draft in list_drafts(database, member.id)] == ["p4", "p3", "p2"]
    clock.pass_by(days=181)
    save_draft(database, member.id, "late", "", "x")
    forget_the_past(database)
    assert [draft.path for draft in list_drafts(database, member.id)] == ["late"]


def test_drafts_follow_a_page_that_moves(database: Database, member: Person) -> None:
    for path, text in {"a": "1", "a/b": "2", "ab": "3", "z/b": "4"}.items():
        save_draft(database, member.id, path, "", text)
    move_page(database, "a", "z")
    found = {draft.path: draft.text for draft in list_drafts(database, member.id)}
    # A text that was begun at the new place is not lost for the one that moves there.
    assert found == {"z": "1", "a/b": "2", "ab": "3", "z/b": "4"}
    forget_page(database, "z")
    assert {draft.path for draft in list_drafts(database, member.id)} == {"a/b", "ab"}
