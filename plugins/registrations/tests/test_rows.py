"""Many at once, on the stores there are, by threads and processes: the last place is one."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.people.conftest import own_database

from .conftest import EVENT, event

if TYPE_CHECKING:
    from wiki.instance import Instance

PLACES = 3
STARTS = {"starts": "2099-03-18T18:30", "ends": "", "capacity": str(PLACES)}


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    from wiki.config import load_settings

    if request.param == "sqlite":
        yield load_settings(tmp_path / "instance", environ={})
        return
    with own_database() as url:
        yield load_settings(tmp_path / "instance", environ={}, database_url=url)


def states(part: Any, instance: "Instance") -> list[str]:
    from sqlalchemy import select

    row = part("models").RegistrationRow
    with instance.private.reading() as session:
        return sorted(session.scalars(select(row.state)))


def test_many_press_at_once_and_no_place_is_given_twice(
    instance: "Instance", write: Callable[..., str], plugin_module: Callable[[str], Any]
) -> None:
    from wiki.people.accounts import add_person
    from wiki.reading import Reader
    from wiki.reading.events import event_of

    write({f"{EVENT}.md": event(**STARTS)})
    people = [
        add_person(instance.private, email=f"p{number}@example.org", name=f"P{number}")
        for number in range(8)
    ]
    registering = plugin_module("registration")

    def press(person: Any) -> None:
        reader = Reader(instance, person)
        known = event_of(reader, EVENT)
        assert known is not None
        registering.register(reader, known, registering.Wish(person.name, "fr"), person)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(press, [*people, *people]))
    assert states(plugin_module, instance) == ["coming"] * PLACES + ["waiting"] * 5
    rows = _rows(plugin_module, instance)
    assert len({row.place for row in rows if row.state == "waiting"}) == 5, "each their own turn"
    leaving = [row.id for row in rows if row.state == "coming"]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: registering.withdraw(instance, one), leaving * 2))
    assert states(plugin_module, instance) == ["cancelled"] * 3 + ["offered"] * 3 + ["waiting"] * 2
    offered = {row.place for row in _rows(plugin_module, instance) if row.state == "offered"}
    waits = {row.place for row in _rows(plugin_module, instance) if row.state == "waiting"}
    assert max(offered) < min(waits)


def test_two_processes_want_the_last_place(
    tmp_path: Path, found_wiki: Callable[[Any, bool], None], plugin_module: Callable[[str], Any]
) -> None:
    """Processes of their own, which begin before anyone has opened the wiki that they press in."""
    from wiki.config import load_settings
    from wiki.instance import close_instance, open_instance
    from wiki.people.accounts import add_person, find_person
    from wiki.reading import Reader
    from wiki.reading.events import event_of
    from wiki.repository.commit import commit
    from wiki.repository.objects import Author

    settings = load_settings(tmp_path / "instance", environ={})
    found_wiki(settings, True)
    registering = plugin_module("registration")
    beginning = get_context("fork")
    ready = beginning.Barrier(3)

    def press(email: str) -> None:
        ready.wait(60)
        mine = open_instance(settings)
        person = find_person(mine.private, email)
        assert person is not None
        reader = Reader(mine, person)
        known = event_of(reader, EVENT)
        ready.wait(60)
        registering.register(reader, known, registering.Wish(person.name, "fr"), person)

    emails = [f"p{number}@example.org" for number in range(2)]
    pressing = [beginning.Process(target=press, args=(email,)) for email in emails]
    for process in pressing:
        process.start()
    instance = open_instance(settings)
    page = event(**{**STARTS, "capacity": "1"}).encode()
    head, author = instance.repository.head(), Author("Une main", "main@people.invalid")
    commit(instance.repository, head, {f"{EVENT}.md": page}, author, "by hand")
    for email in emails:
        add_person(instance.private, email=email, name="P")
    ready.wait(60)
    ready.wait(60)
    for process in pressing:
        process.join(60)
    assert [process.exitcode for process in pressing] == [0, 0]
    assert states(plugin_module, instance) == ["coming", "waiting"]
    close_instance(instance)


def _rows(part: Any, instance: "Instance") -> list[Any]:
    from sqlalchemy import select

    with instance.private.reading() as session:
        return list(session.scalars(select(part("models").RegistrationRow)))
