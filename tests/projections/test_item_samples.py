"""Items of a narrowed board by the rows of their values: the newest ones, and so many at most."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from wiki.projections.base import Projections
from wiki.projections.cataloguing.items import lists as items
from wiki.projections.cataloguing.items import samples
from wiki.projections.cataloguing.items.selection import ItemSelection, select_items
from wiki.projections.cataloguing.selection import select
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.store import Stores
from wiki.repository.repository import Repository

from .world import MEMBER, TODAY, VISITOR, World, page, parts

_SOL = select(values={"theme": ["sol", "air"]})
_OPEN = (["besoins", "needs"], [" "])
_CHOSEN = [
    select_items(*_OPEN, of=_SOL),
    select_items(*_OPEN, places=["Bretagne"]),
    select_items(*_OPEN, places=["Bretagne"], of=_SOL),
    select_items(*_OPEN, keywords=["eau"], of=_SOL),
    select_items(*_OPEN, of=_SOL, silent="2026-06-01"),
]
_DAYS = ("avant:2027-12-01", "", "avant:2020-01-01", "vu:2025-01-01", "avant:2027-02-01")


@pytest.fixture
def world(tmp_path: Path, repository: Repository, stores: Stores) -> Iterator[World]:
    """Needs of many commits, all of them in two themes at once."""
    kept = Projections(repository, tmp_path / "index", parts(), stores=stores)
    made = World(repository, kept)
    for number in range(10):
        place = ("@Bretagne", "@France-entière @Bretagne", "")[number % 3]
        need = f"- [ ] Besoin {number} {'#eau' * (number % 2)} {place} {_DAYS[number % 5]}"
        text = f"::: besoins\n{need} {{#b-{number:08d}}}\n\n:::\n"
        head = {"type": "project", "themes": "[Sol, Air]", "territory": "Bretagne"}
        made.write({f"p{9 - number}.md": page(text, **head)})
    yield made
    kept.close()


def _found(
    world: World, selection: ItemSelection, sort: str = "new", limit: int = 3, offset: int = 0
) -> tuple[list[str], int, bool]:
    told = world.catalogue.items(selection, VISITOR, TODAY, sort, limit, offset)
    return [row.plain for row in told.rows], told.total, told.more


def test_of_many_the_first_are_shown_in_their_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [(one, sort) for one in _CHOSEN for sort in ("new", "before")]
    whole = {(one, sort): _found(world, one, sort, 30)[0] for one, sort in asked}
    assert len(whole[_CHOSEN[0], "new"]) == 10 and len(whole[_CHOSEN[2], "new"]) == 10
    monkeypatch.setattr(items, "MOST", 4)
    monkeypatch.setattr(samples, "FEW", 2)
    monkeypatch.setattr(samples, "LOOKED_AT", 6)
    # What was kept is asked anew.
    world.write({"autre.md": "::: besoins\n- [-] Retiré {#b-20000000}\n\n:::\n"})
    for (one, sort), rows in whole.items():
        shown, total, more = _found(world, one, sort)
        assert (shown, more) == (rows[:3], len(rows) > total)
        assert _found(world, one, sort, offset=3)[0] == rows[3:6]
    counts = world.catalogue.item_facets(["keyword", "territory"], _CHOSEN[0], VISITOR, TODAY)
    assert [(one.slug, one.count, one.more) for one in counts["keyword"]] == [("eau", 2, True)]
    assert {one.more for one in counts["territory"]} == {True}


def test_what_is_closed_does_not_show_in_how_much_is_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "MOST", 4)
    monkeypatch.setattr(samples, "LOOKED_AT", 3)
    monkeypatch.setattr(samples, "LONGER", 1)
    world.write({"autre.md": "::: besoins\n- [-] Retiré {#b-20000000}\n\n:::\n"})
    keys = ("keyword", "theme", "territory")

    def told() -> object:
        found = [_found(world, one, sort) for one in _CHOSEN for sort in ("new", "before", "old")]
        counts = (world.catalogue.item_facets(keys, one, VISITOR, TODAY) for one in _CHOSEN)
        return found, list(counts)

    before = told()
    head = {"type": "project", "themes": "[Sol]", "territory": "Bretagne", "visibility": "members"}
    closed = "::: besoins\n- [ ] Clos #eau avant:2027-01-02\n- [ ] Clos aussi @Bretagne\n\n:::\n"
    world.write({f"clos-{number}.md": page(closed, **head) for number in range(12)})
    assert told() == before


def test_an_index_says_all_that_is_asked_of_open_items(world: World) -> None:
    tables = world.changes.tables
    if not isinstance(tables, FileTables):
        return
    connection = tables.rows().connection
    for selection, sort in product(_CHOSEN, ("new", "before", "old")):
        asked: list[str] = []
        connection.set_trace_callback(asked.append)
        _found(world, selection, sort)
        connection.set_trace_callback(None)
        for sql in (one for one in asked if "window0" in one):
            plan = [row[3] for row in connection.execute(f"explain query plan {sql}")]
            walked = [one for one in plan if "open=?" in one]
            walked = [one for one in plan if "open=?" in one]
            alone = [one for one in walked if " COVERING INDEX " in one]
            assert 2 * len(alone) == len(walked) > 0, walked


def test_what_a_closed_page_says_of_an_open_item_finds_it_for_those_who_see_both(
    world: World,
) -> None:
    need = "::: besoins\n- [ ] Un lieu {#b-30000000}\n\n:::\n"
    story = "::: historique\n- 2026-0{} {}\n\n:::\n"
    world.write(
        {
            "q.md": page(need + story.format("1-01", "idea"), type="project", themes="[Sol]"),
            "q/clos.md": page(story.format("2-01", "pilot"), visibility="members"),
        }
    )
    for who, told in ((VISITOR, "idea"), (MEMBER, "pilot")):
        for said in ("idea", "pilot"):
            for more in ({}, {"theme": ["sol"]}):
                chosen = select_items(*_OPEN, of=select(values={"maturity": [said], **more}))
                found = world.catalogue.items(chosen, who, TODAY)
                assert [row.plain for row in found.rows] == ["Un lieu"] * (said == told), chosen


def test_who_sees_one_page_alone_finds_its_items_alone(world: World) -> None:
    for chosen in _CHOSEN[:3]:
        found = world.catalogue.items(chosen, frozenset({"guest:p0"}), TODAY)
        assert {row.path for row in found.rows} == {"p0"}, chosen
