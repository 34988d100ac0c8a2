"""Two connectors at once, on the stores that there are: one introduction, one card, no one over."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.people.conftest import own_database
from wiki.people.person import at_machine

if TYPE_CHECKING:
    from wiki.instance import Instance

FILES = {
    "personnes/awa.md": "---\ntype: person\ntitle: Awa\n---\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\navailability: 2\n---\n",
    **{
        f"p{number}.md": f'---\ntype: project\ntitle: P{number}\nteam: ["[[personnes/awa]]"]\n---\n'
        for number in range(6)
    },
}


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    from wiki.config import load_settings

    if request.param == "sqlite":
        yield load_settings(tmp_path / "instance", environ={})
        return
    with own_database() as url:
        yield load_settings(tmp_path / "instance", environ={}, database_url=url)


@pytest.fixture
def people(instance: "Instance", write: Callable[..., str]) -> dict[str, Any]:
    from wiki.people.accounts import add_person, set_page, set_role

    write(FILES)
    found = {}
    for name in ("awa", "lea", *(f"c{number}" for number in range(6))):
        person = add_person(instance.private, email=f"{name}@example.org", name=name)
        if name in ("awa", "lea"):
            person = set_page(instance.private, person.id, f"personnes/{name}", by="test")
        else:
            person = set_role(instance.private, person.id, "connector", by=at_machine("test"))
        found[name] = person
    return found


def propose(part: Any, instance: "Instance", people: dict[str, Any], who: str, about: str) -> str:
    from wiki.errors import WikiError
    from wiki.reading import Reader

    beginning, someone, subjects = part("requests"), part("someone"), part("subjects")
    reader = Reader(instance, people[who])
    try:
        return str(
            beginning.propose(
                reader,
                subjects.subject_of(reader, about),
                people[who],
                someone.account(people["lea"]),
                "Vous devriez vous parler.",
                origin="192.0.2.1",
            ).row.id
        )
    except WikiError:
        return ""


def mails(instance: "Instance", address: str) -> int:
    from wiki.people.mail.queue import settle, take
    from wiki.people.mail.values import Sent

    count = 0
    while (taken := take(instance.private, "here")) is not None:
        settle(instance.private, "here", Sent(taken.mail.key))
        count += taken.mail.to == address
    return count


def test_the_same_proposed_by_six_at_once_is_one(
    instance: "Instance", people: dict[str, Any], plugin_module: Any
) -> None:
    with ThreadPoolExecutor(6) as crowd:
        ids = list(
            crowd.map(lambda n: propose(plugin_module, instance, people, f"c{n}", "p0"), range(6))
        )
    assert len(set(ids)) == 1 and ids[0]
    assert mails(instance, "lea@example.org") == 1


def test_six_projects_at_once_ask_her_twice(
    instance: "Instance", people: dict[str, Any], plugin_module: Any
) -> None:
    with ThreadPoolExecutor(6) as crowd:
        ids = list(
            crowd.map(
                lambda n: propose(plugin_module, instance, people, f"c{n}", f"p{n}"), range(6)
            )
        )
    assert sum(bool(one) for one in ids) == 2 == mails(instance, "lea@example.org")


def test_no_card_in_two_hands_and_no_yes_twice(
    instance: "Instance", people: dict[str, Any], plugin_module: Any
) -> None:
    from wiki.reading import Reader

    cards, keeping = plugin_module("cards"), plugin_module("store")
    connectors = [people[f"c{number}"] for number in range(6)]
    with ThreadPoolExecutor(6) as crowd:
        held = list(crowd.map(lambda p: cards.next_card(Reader(instance, p), p), connectors))
    keys = [dealt.card.key for dealt in held if dealt.card]
    assert len(keys) == len(set(keys)) == 6
    assert propose(plugin_module, instance, people, "c0", "p0")
    (found,) = keeping.find_all(instance)
    with ThreadPoolExecutor(6) as crowd:
        list(crowd.map(lambda side: keeping.act(instance, side.id, "yes"), found.sides * 3))
    assert mails(instance, "lea@example.org") == 2, "one that asks, one that crosses"
