"""Narrowed items without rows on PostgreSQL: by what fewest have, and so many are looked at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from wiki.projections.base import Projections
from wiki.projections.cataloguing.items import drivers
from wiki.projections.cataloguing.items import lists as items
from wiki.projections.cataloguing.items.selection import ItemSelection, select_items
from wiki.projections.cataloguing.selection import select
from wiki.repository.repository import Repository

from .stores import IN_DATABASE, files, schemas
from .world import TODAY, VISITOR, World, page, parts

pytestmark = IN_DATABASE

_ORDERS = ("new", "old", "before", "page")
_SOL = select(values={"theme": ["sol", "air"]})
_CHOSEN = [
    select_items(["besoins"], of=_SOL),
    select_items(["besoins"], places=["Bretagne"]),
    select_items(["besoins"], places=["Bretagne"], of=_SOL),
    select_items(["besoins"], keywords=["eau", "sel"], of=_SOL),
    select_items(keywords=["sel"], places=["Bretagne"], silent=TODAY.isoformat()),
]


@pytest.fixture
def worlds(tmp_path: Path, repository: Repository) -> Iterator[tuple[World, World]]:
    """The same pages, with rows in a file and in a database."""
    with files() as in_file, schemas() as in_database:
        kept = [
            Projections(repository, tmp_path / name, parts(), stores=stores)
            for name, stores in (("file", in_file), ("database", in_database))
        ]
        first, second = (World(repository, one) for one in kept)
        texts = {}
        for number in range(8):
            place = ("@Bretagne", "@France-entière @Bretagne", "", "@Normandie")[number % 4]
            word = "#eau #sel" if number % 3 else "#sel"
            needs = f"- [ ] Besoin {number} {word} {place} {{#b-{number:08d}}}"
            themes = ("[Sol, Air]", "[Air]", "[Feu]")[number % 3]
            head = {"type": "project", "themes": themes, "territory": "Bretagne"}
            texts[f"p{number}.md"] = page(f"::: besoins\n{needs}\n- [x] Fait\n\n:::\n", **head)
        texts["autre.md"] = "::: besoins\n- [ ] Ailleurs #sel\n\n:::\n"
        first.write(texts)
        try:
            yield first, second
        finally:
            for one in kept:
                one.close()


def _found(
    world: World, selection: ItemSelection, sort: str = "new", limit: int = 100, offset: int = 0
) -> tuple[list[str], int, bool]:
    told = world.catalogue.items(selection, VISITOR, TODAY, sort, limit, offset)
    return [row.plain for row in told.rows], told.total, told.more


def test_what_is_found_by_facts_and_words_is_what_a_file_finds(
    worlds: tuple[World, World],
) -> None:
    of_file, of_database = worlds
    for chosen in _CHOSEN:
        for sort in _ORDERS:
            assert _found(of_database, chosen, sort) == _found(of_file, chosen, sort)
        keys = ("theme", "territory", "keyword", "state")
        facets = [one.catalogue.item_facets(keys, chosen, VISITOR, TODAY) for one in worlds]
        assert facets[0] == facets[1]
    assert _found(of_database, _CHOSEN[2])[1] == 10


def test_of_what_is_not_all_looked_at_some_is_shown_and_more_is_said(
    worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    _file, world = worlds
    all_of = {chosen: set(_found(world, chosen)[0]) for chosen in _CHOSEN}
    monkeypatch.setattr(drivers, "LOOKED_AT", 2)
    monkeypatch.setattr(drivers, "_LONGER", 20)
    # What was kept is asked anew.
    world.write({"b.md": "::: besoins\n- [-] Retiré {#b-20000000}\n\n:::\n"})
    for chosen, whole in all_of.items():
        rows, _total, more = _found(world, chosen)
        assert (set(rows), more) == (whole, False), "few were found, and looked for longer"
    monkeypatch.setattr(drivers, "_LONGER", 1)
    world.write({"b.md": "::: besoins\n- [-] Retiré aussi {#b-20000000}\n\n:::\n"})
    for chosen, whole in all_of.items():
        for sort in _ORDERS:
            rows, total, more = _found(world, chosen, sort)
            assert more
            assert len(rows) == total
            assert set(rows) <= whole


def test_what_is_closed_does_not_show_in_how_much_is_looked_at(
    worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    _file, world = worlds
    monkeypatch.setattr(drivers, "LOOKED_AT", 4)
    item = "::: besoins\n- [ ] Ouvert #rare @Ici {#b-30000000}\n\n:::\n"
    world.write({"ouvert.md": page(item)})
    chosen = [select_items(keywords=["rare"]), select_items(places=["Ici"])]
    before = [_found(world, one, "page") for one in chosen]
    closed = page("::: besoins\n- [ ] Clos #rare @Ici\n\n:::\n", visibility="members")
    world.write({f"a-clos-{number}.md": closed for number in range(25)})
    assert [_found(world, one, "page") for one in chosen] == before
    assert before[0] == (["Ouvert"], 1, False) and not before[1][2]


def test_a_walk_that_finds_too_few_in_time_shows_those_that_are_known(
    worlds: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    _file, world = worlds
    (chosen, *_others) = _CHOSEN
    open_ones = ItemSelection(chosen.blocks, of=chosen.of)
    newest = _found(world, open_ones)[0]
    monkeypatch.setattr(items, "MOST", 4)
    monkeypatch.setattr(drivers, "WALKED", 1)
    world.write({"b.md": "::: besoins\n- [-] Retiré {#b-20000000}\n\n:::\n"})
    rows, total, more = _found(world, open_ones, limit=4)
    assert (len(rows), total, more) == (4, 4, True)
    assert set(rows) <= set(newest)
