"""Spaces that a plugin says are entrusted to the programme team are its own; nobody else's."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import pytest

from wiki.config import Settings
from wiki.hookspecs.marks import hookimpl
from wiki.people.accounts import set_disabled
from wiki.reading import Reader

if TYPE_CHECKING:
    from wiki.instance import Instance
    from wiki.people.person import Person


class Trusting:
    """A plugin with spaces that are entrusted, until they no longer are."""

    def __init__(self) -> None:
        self.paths = ["secret"]

    @hookimpl
    def entrusted(self, instance: "Instance") -> Iterable[str]:
        return self.paths


@pytest.fixture
def trusting() -> Trusting:
    return Trusting()


@pytest.fixture
def instance(
    settings: Settings, trusting: Trusting, newly_founded: Callable[[Settings, bool], None]
) -> "Iterator[Instance]":
    from wiki.instance import close_instance, open_instance
    from wiki.plugins import load_plugins

    newly_founded(settings, True)
    opened = open_instance(settings, load_plugins(extra=[trusting]))
    yield opened
    close_instance(opened)


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
    assert Reader(instance, programme).exists("secret")
    assert not Reader(instance, programme).exists("other")
    assert not any(Reader(instance, one).exists("secret") for one in [None, *others])
    trusting.paths = []
    # Any private write has it asked again.
    closed = set_disabled(instance.private, programme.id, True, by="test")
    assert not Reader(instance, programme).exists("secret")
    trusting.paths = ["secret"]
    opened = set_disabled(instance.private, programme.id, False, by="test")
    assert Reader(instance, opened).may_edit("secret")
    assert not Reader(instance, closed).exists("secret")


def test_who_may_change_it_is_told_and_nobody_else(
    instance: "Instance", write: Callable[..., str], person: "Callable[..., Person]"
) -> None:
    from wiki.app import create_app
    from wiki.people.accounts import set_page
    from wiki.people.sessions import open_session

    write({"secret.md": "---\ntype: project\nteam: ['[[personnes/awa]]']\n---\n# x\n"})
    awa = set_page(instance.private, person("Awa").id, "personnes/awa", by="test")
    app, told = create_app(instance), {}
    for who in (awa, person("Prune", "programme"), person("Tiers"), None):
        client = app.test_client()
        if who is not None:
            with client.session_transaction() as session:
                session["_user_id"] = open_session(instance.private, who.id)
        page = client.get("/-/access/secret").get_data(as_text=True)
        told[who.name if who else ""] = "à qui il est confié" in page
    assert told == {"Awa": True, "Prune": True, "Tiers": False, "": False}
