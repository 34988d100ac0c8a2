"""Spaces that a plugin says are entrusted to the programme team are read by it, and no more."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from wiki.config import Settings
from wiki.hookspecs.notifications import entrusted
from wiki.people.access.grants import grant_guest
from wiki.people.accounts import get_person, set_disabled, set_page
from wiki.people.models.accounts import PersonRow
from wiki.reading import Reader
from wiki.reading.history import list_history, list_recent_changes
from wiki.reading.lists import list_children, list_own_spaces, search_pages
from wiki.reading.pages import page_exists
from wiki.testing.wikis import opened, provide_in

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person


class Trusting:
    """A plugin with spaces that are entrusted, until they no longer are."""

    def __init__(self) -> None:
        self.paths = ["secret"]

    def entrusted(self, instance: "Instance") -> Iterable[str]:
        instance.private.list_rows(select(PersonRow.id))
        return self.paths


@pytest.fixture
def trusting() -> Trusting:
    return Trusting()


@pytest.fixture
def instance(
    settings: Settings, trusting: Trusting, found_wiki: Callable[[Settings, bool], None]
) -> "Iterator[Instance]":
    found_wiki(settings, True)
    with opened(settings) as instance:
        provide_in(instance, entrusted, trusting.entrusted)
        yield instance


def test_the_programme_team_alone_is_trusted(
    instance: "Instance",
    trusting: Trusting,
    write: Callable[..., str],
    person: "Callable[..., Person]",
) -> None:
    head = "---\ntype: project\nvisibility: team\nteam: ['[[personnes/awa]]']\n---\n# x\n"
    write({"secret.md": head, "other.md": head})
    programme = person("Prune", "programme")
    others = [person(role, role) for role in ("reader", "member", "connector", "correspondent")]
    assert page_exists(Reader(instance, programme), "secret")
    assert not page_exists(Reader(instance, programme), "other")
    assert not any(page_exists(Reader(instance, one), "secret") for one in [None, *others])
    trusting.paths = []
    # A write to what it has read has it asked again.
    closed = set_disabled(instance.private, programme.id, True, by="test")
    assert not page_exists(Reader(instance, programme), "secret")
    trusting.paths = ["secret"]
    opened = set_disabled(instance.private, programme.id, False, by="test")
    again = Reader(instance, opened)
    assert page_exists(again, "secret")
    assert not page_exists(Reader(instance, closed), "secret")


def test_who_reads_is_of_no_team(
    instance: "Instance", write: Callable[..., str], person: "Callable[..., Person]"
) -> None:
    """Every list, search and story shows the space and what is below it; no right comes with it."""
    head = "---\ntype: project\nvisibility: team\nteam: ['[[personnes/awa]]']\neditors: members\n"
    write({"secret.md": f"{head}---\n# Ruches\n", "secret/plan.md": "# Plan des ruches\n"})
    reader = Reader(instance, person("Prune", "programme"))
    for path in ("secret", "secret/plan"):
        assert page_exists(reader, path) and not reader.may_edit(path)
        assert not reader.may_change_rights(path) and not reader.may_add(f"{path}/neuf")
        assert reader.may_propose(path)
    assert "team:secret" not in reader.audience
    found = search_pages(reader, "ruches").hits
    assert {one.path for one in found} == {"secret", "secret/plan"}
    assert {one.path for one in list_recent_changes(reader, limit=9)} == {"secret", "secret/plan"}
    assert {row.path for row in list_children(reader, "secret")} == {"secret/plan"}
    assert list_history(reader, "secret/plan", limit=1)
    assert list_own_spaces(reader) == []


def test_an_officer_who_is_on_a_team_is_of_that_team(
    instance: "Instance", write: Callable[..., str], person: "Callable[..., Person]"
) -> None:
    head = "---\ntype: project\nvisibility: team\nteam: ['[[personnes/prune]]']\n---\n# x\n"
    write({"secret.md": head, "other.md": head.replace("prune", "awa")})
    prune = set_page(instance.private, person("Prune", "programme").id, "personnes/prune", by="t")
    reader = Reader(instance, prune)
    assert reader.may_change_rights("secret") and reader.may_edit("secret")
    assert not page_exists(reader, "other")


def test_a_guest_of_the_programme_team_edits_the_page_that_the_team_asks_about(
    instance: "Instance", write: Callable[..., str], person: "Callable[..., Person]"
) -> None:
    head = "---\ntype: project\nvisibility: team\nteam: ['[[personnes/awa]]']\n---\n# x\n"
    write({"secret.md": head, "secret/plan.md": "# Plan\n"})
    prune = person("Prune", "programme")
    grant_guest(instance.private, prune.id, "secret/plan", by="test")
    reader = Reader(instance, get_person(instance.private, prune.id))
    assert reader.may_edit("secret/plan") and not reader.may_change_rights("secret/plan")
    assert page_exists(reader, "secret") and not reader.may_edit("secret")


def test_who_may_change_it_is_told_and_nobody_else(
    instance: "Instance", write: Callable[..., str], person: "Callable[..., Person]"
) -> None:
    from wiki.app import create_app
    from wiki.people.accounts.sessions import open_session

    head = "---\ntype: project\nvisibility: team\nteam: ['[[personnes/awa]]']\n---\n"
    write({"secret.md": f"{head}# x\n"})
    awa = set_page(instance.private, person("Awa").id, "personnes/awa", by="test")
    app, told = create_app(instance), {}
    for who in (awa, person("Prune", "programme"), person("Tiers"), None):
        client = app.test_client()
        if who is not None:
            with client.session_transaction() as session:
                session["_user_id"] = open_session(instance.private, who.id)
        page = client.get("/-/access/secret").get_data(as_text=True)
        told[who.name if who else ""] = "L’équipe du programme la lit aussi" in page
    assert told == {"Awa": True, "Prune": False, "Tiers": False, "": False}
