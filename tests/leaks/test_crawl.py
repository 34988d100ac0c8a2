"""What a reader may not know of appears nowhere: every route is asked, as each of them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from .asking import ROLES, Asker, Role, Told, crawl, logged
from .canaries import canaries, canary, forbidden
from .exits import Ask, Exits, every_field, every_question
from .world import World

#: each asks several hundred addresses, twice
pytestmark = pytest.mark.timeout(600)

Worlds = Callable[..., World]
#: where an insider is told a secret by what is asked of each route
_LEAKING = ("pages", "history", "search", "api", "needs", "lists", "files", "access", "around")


def kept(world: World) -> dict[str, str]:
    """The secrets as they stand: file → blob, and the private rows that hold a canary."""
    repository = world.instance.repository
    files = {
        name: str(id)
        for name, id in repository.files(repository.head())
        if canaries(name) or name.startswith("cache")
    }
    return files | {f"row {line}": "" for line in world.rows()}


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_no_exit_tells(role: Role, full: World, worlds: Worlds) -> None:
    """Reading: no canary, and no answer that a wiki without the secrets would not give."""
    exits = Exits(full)
    twin = worlds(*role.twin) if role.twin is not None else None
    before = full.instance.repository.head(), kept(full)
    with logged() as lines:
        told = crawl(full, role, exits.gets(thorough=role.thorough, turn=role.turn), twin)
    assert told.all() == []
    assert told.asked.total() > 300 and len(told.asked) > 30
    assert (full.instance.repository.head(), kept(full)) == before, "a GET changed something"
    _are_discreet(lines, full)


@pytest.mark.parametrize("role", [one for one in ROLES if one.writes], ids=lambda role: role.name)
def test_nothing_secret_is_changed(role: Role, copied: Worlds) -> None:
    """Writing, with forms about secrets: refused in words that do not tell, and nothing changed.

    A visitor's answers are held to those of a wiki without the secrets; who may write would make
    in that one what is taken in the other.
    """
    world = copied("all")
    twin = copied(*(role.twin or ())) if not role.person and not role.how else None
    before = kept(world)
    with logged() as lines:
        # A token opens no form, whoever shows it: refused there before anything is looked up.
        asks = Exits(world).posts(thorough=not role.how, turn=role.turn)
        told = crawl(world, role, asks, twin)
    assert told.all() == []
    assert told.asked.total() > 100
    after = kept(world)
    others = {one for one in before if forbidden(canaries(one), role.may)}
    assert len(others) > 20
    assert {one: after.get(one) for one in others} == {one: before[one] for one in others}
    _are_discreet(lines, world)


def test_the_crawl_finds_a_leak(full: World) -> None:
    """It would tell: an insider, taken for a visitor, is a leak at most exits."""
    role = Role("visitor", "insider", thorough=False)
    asks = [one for one in Exits(full).gets(thorough=False) if one.exit in _LEAKING]
    told: Told = crawl(full, role, asks)
    assert [exit for exit in _LEAKING if not told.leaks.get(exit)] == []


def test_the_crawl_reaches_what_is_said_of_a_project_without_a_name(full: World) -> None:
    """Of the event of the world, and the project that answers are about: its team is told."""
    asks = [one for one in Exits(full).gets() if one.exit == "questionnaires_results"]
    asker = Asker(full, Role("visitor", "insider"))
    told = [asker.ask(one).get_data(as_text=True) for one in asks]
    assert any(canary("answers", "text") in text for text in told)


def test_the_crawl_reaches_what_waits_for_its_writer_and_for_the_team(full: World) -> None:
    """A form laid aside, by its secret address; mails that could not be read, for who may know."""
    visitor, admin = (Asker(full, Role("visitor", person)) for person in ("", "admin"))
    laid = [one for one in Exits(full).gets() if one.exit == "deposits"]
    secret, known = full.deposit, full.tokens[0]
    asks = [replace(one, url=one.url.replace(known, secret)) for one in laid if known in one.url]
    told = [visitor.ask(one).get_data(as_text=True) for one in asks]
    assert any(canary("deposit", "shown") in text for text in told)
    posted = [one.url for one in Exits(full).posts() if "signal/unreadable" in one.url]
    assert full.mails and all(f"/-/signal/unreadable/{mail}" in posted for mail in full.mails)
    signals = admin.ask(Ask("correspondents", "GET", "/-/signal/list")).get_data(as_text=True)
    assert canary("unreadable", "sender") in signals


def test_every_question_and_field_is_asked(full: World) -> None:
    exits = Exits(full)
    new = every_question() - set(exits.questions)
    assert new == set(), "tell Exits.questions (tests/leaks/exits.py) what leads to a secret by it"
    new = every_field() - set(exits.form()) - {"action"}
    assert new == set(), "tell Exits.form (tests/leaks/exits.py) what leads to a secret by it"


def _are_discreet(lines: list[str], world: World) -> None:
    """No secret of anyone's, and no text, is in what was logged."""
    said = "\n".join(lines)
    for secret in world.access.values():
        assert secret not in said
    told = {word for word in canaries(said) if not word.endswith(("path", "file"))}
    assert told == set(), lines[-5:]
