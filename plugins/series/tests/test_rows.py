"""On the stores there are: a line ticked by many at once is ticked once, and goes along."""

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

if TYPE_CHECKING:
    from wiki.instance import Instance

SERIES, EVENT = "carrefours/bretagne", "carrefours/bretagne/soir"
_TEAM = 'team: ["[[personnes/awa]]"]\n'


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    from wiki.config import load_settings

    if request.param == "sqlite":
        yield load_settings(tmp_path / "instance", environ={})
        return
    with own_database() as url:
        yield load_settings(tmp_path / "instance", environ={}, database_url=url)


def test_ticked_by_many_at_once_a_line_is_ticked_once_and_moves_with_its_event(
    kits: "Instance", write: Callable[..., str], person: Callable[..., Any], plugin_module: Any
) -> None:
    calendar = "::: calendrier\n- J-3 Appeler la salle\n\n:::\n"
    write(
        {
            f"{SERIES}/index.md": f"---\ntype: carrefour\n{_TEAM}---\n\n# Bretagne\n\n{calendar}",
            f"{EVENT}.md": f"---\ntype: event\nstarts: 2027-03-18\n{_TEAM}---\n\n# Soir\n",
        }
    )
    awa, ticking = person("Awa", page="personnes/awa"), plugin_module("checklist")

    def reader() -> Reader:
        return Reader(kits, get_person(kits.private, awa.id))

    def tick(_time: int) -> None:
        ticking.tick(reader(), event_of(reader(), EVENT), "appeler-la-salle", done=True)

    def done(path: str) -> list[bool]:
        event = event_of(reader(), path)
        return [task.done for task in ticking.tasks_of(reader(), event, ())]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tick, range(4)))
    assert done(EVENT) == [True]
    move.move(reader(), EVENT, f"{SERIES}/fete", reader().head)
    assert done(f"{SERIES}/fete") == [True]
    write({f"{EVENT}.md": f"---\ntype: event\nstarts: 2027-05-18\n{_TEAM}---\n\n# Un autre\n"})
    assert done(EVENT) == [False], "another event at its old address has ticks of its own"
