"""On the stores there are: pressed by many at once an event is announced once; it may move."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.people.conftest import own_database
from wiki.api.events import event_of
from wiki.api.people import get_person
from wiki.api.reading import Reader
from wiki.editing import move

from .test_announcing import EVENT, START, evening

if TYPE_CHECKING:
    from wiki.instance import Instance

__all__ = ["evening"]


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    from wiki.config import load_settings

    if request.param == "sqlite":
        yield load_settings(tmp_path / "instance", environ={})
        return
    with own_database() as url:
        yield load_settings(tmp_path / "instance", environ={}, database_url=url)


def test_pressed_by_many_at_once_it_is_announced_once_and_stays_so_where_it_moves(
    instance: "Instance",
    evening: None,
    person: Callable[..., Any],
    plugin_module: Callable[[str], Any],
) -> None:
    awa = person("Awa", page="personnes/awa")
    announcing = plugin_module("announcement")

    def reader() -> Reader:
        return Reader(instance, get_person(instance.private, awa.id))

    def press(_time: int) -> bool:
        return bool(announcing.announce(reader(), event_of(reader(), EVENT)))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(press, range(4))) == 1
    move.move(reader(), EVENT, "evenements/ailleurs", reader().head)
    moved = event_of(reader(), "evenements/ailleurs")
    assert announcing.announced(reader(), moved) == START
    assert announcing.announce(reader(), moved) is False
    (told,) = announcing.announcements(Reader(instance))
    assert told.path == "evenements/ailleurs"
