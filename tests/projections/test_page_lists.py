"""Narrowed lists of pages: few are found once, of many the first are walked to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from wiki.projections.base import Projections
from wiki.projections.cataloguing import facets, lists, pagesamples
from wiki.projections.cataloguing.selection import Selection, select
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.store import Stores
from wiki.repository.repository import Repository

from .world import MEMBER, TODAY, VISITOR, World, page, parts

_GUEST = VISITOR | {"guest:p7"}
_ORDERS = ("updated", "title", "created", "path", "theme", "-theme", "since:maturity")
_CHOSEN = [
    select(["project"], {"theme": ["sol", "air"], "territory": ["Bretagne"]}),
    select(["project"], {"maturity": ["idea"], "theme": ["sol"]}),
    select(["project"], flags=["territory"]),
    select(values={"theme": ["air"]}),
]


@pytest.fixture
def world(tmp_path: Path, repository: Repository, stores: Stores) -> Iterator[World]:
    """Projects of several commits, two of them closed."""
    kept = Projections(repository, tmp_path / "index", parts(), stores=stores)
    made = World(repository, kept)
    for number in range(10):
        head = {
            "type": "project",
            "themes": ("[Sol, Air]", "[Air]", "[Sol]")[number % 3],
            "territory": ("Bretagne", "France entière")[number % 2],
        }
        if number > 7:
            head["visibility"] = "members"
        lines = f"::: historique\n- 2025-01-{20 - number} idea\n:::\n"
        made.write({f"p{number}.md": page(f"# Titre {number * 7 % 10}\n\n{lines}", **head)})
    yield made
    kept.close()


def _found(
    world: World, selection: Selection, audience: frozenset[str], sort: str, start: int = 0
) -> tuple[list[str], int, bool]:
    told = world.catalogue.find(selection, audience, TODAY, sort, 3, start)
    return [row.path for row in told.rows], told.total, told.more


def test_of_many_pages_the_first_are_those_of_few(
    world: World, stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        (one, who, sort, start)
        for one in _CHOSEN
        for who in (VISITOR, MEMBER, _GUEST)
        for sort in _ORDERS
        for start in (0, 2)
    ]
    whole = {one: _found(world, *one) for one in asked}
    assert whole[_CHOSEN[0], VISITOR, "path", 0] == (["p0", "p1", "p2"], 8, False)
    assert whole[_CHOSEN[0], MEMBER, "path", 0] == (["p0", "p1", "p2"], 10, False)
    values = world.catalogue.facets(["maturity"], _CHOSEN[0], VISITOR, TODAY, most=5)
    assert [(one.slug, one.count, one.more) for one in values["maturity"]] == [("idea", 5, True)]
    monkeypatch.setattr(facets, "MOST", 2)
    monkeypatch.setattr(lists, "_LONG", 1)
    # What was kept is not what is asked here.
    other = Projections(world.repository, tmp_path / "other", parts(), stores=stores)
    narrow = World(world.repository, other)
    for one, (rows, total, _more) in whole.items():
        shown, least, more = _found(narrow, *one)
        assert shown == rows, one
        assert least == (max(2, one[3] + len(rows)) if more else total)
        assert more or least == total
    monkeypatch.setattr(pagesamples, "LOOKED_AT", 3)
    world.write({"autre.md": page("# Autre\n", type="project", themes="[Eau]")})
    for one, (rows, _total, _more) in whole.items():
        assert _found(narrow, *one)[0] == rows, one
    other.close()


def test_what_is_closed_does_not_show_in_how_much_is_looked_at(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MOST", 4)
    monkeypatch.setattr(pagesamples, "LOOKED_AT", 5)
    world.write({"autre.md": page("# Autre\n", type="project", themes="[Eau]")})
    keys = ("theme", "territory", "maturity")

    def told() -> object:
        found = [_found(world, one, VISITOR, sort) for one in _CHOSEN for sort in _ORDERS]
        counts = (world.catalogue.facets(keys, one, VISITOR, TODAY, most=4) for one in _CHOSEN)
        return found, list(counts)

    before = told()
    head = {"type": "project", "themes": "[Sol, Air]", "territory": "Bretagne"}
    lines = "::: historique\n- 2026-12-30 idea\n:::\n"
    closed = page(f"# Titre 0\n\n{lines}", **head, visibility="members")
    world.write({f"clos-{number}.md": closed for number in range(12)})
    assert told() == before
    # A line that only some may see moves the page for these.
    world.write({"p7/clos.md": page(lines.replace("30", "31"), visibility="members")})
    assert told() == before
    assert (
        _found(world, _CHOSEN[0], MEMBER, "updated")[0]
        != _found(world, _CHOSEN[0], VISITOR, "updated")[0]
    )


def test_which_of_two_was_there_before_does_not_show_in_their_order(world: World) -> None:
    head = {"type": "project", "themes": "[Lac]"}
    world.write({"bord.md": page("# B\n", **head, visibility="members")})
    world.write({f"{name}.md": page("# N\n", **head) for name in ("aval", "bord")})
    for chosen in (select(["project"], {"theme": ["lac"]}), select(["project"])):
        assert _found(world, chosen, VISITOR, "updated")[0][:2] == ["aval", "bord"], chosen


def test_what_choices_have_in_common_far_down_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MOST", 1)
    monkeypatch.setattr(pagesamples, "LOOKED_AT", 1)
    monkeypatch.setattr(pagesamples, "LONGER", 1)
    head = {"type": "project", "themes": "[Eau]"}
    world.write({"z.md": page("# Zèbre\n", **head, territory="Bretagne")})
    others = {f"eau-{one}.md": page(f"# A{one}\n", **head, territory="Corse") for one in range(4)}
    for name, text in others.items():
        world.write({name: text})
    both = select(["project"], {"theme": ["eau"], "territory": ["Bretagne"]})
    for sort in ("updated", "title"):
        assert _found(world, both, VISITOR, sort) == (["z"], 1, False)


def test_where_one_choice_is_rare_each_of_its_pages_is_looked_up_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagesamples, "LOOKED_AT", 3)
    monkeypatch.setattr(facets, "MOST", 2)
    head = {"type": "project", "themes": "[Rare]", "territory": "Bretagne"}
    world.write({"rare.md": page("# Rare\n", **head)})
    rare = select(["project"], {"theme": ["rare"], "territory": ["Bretagne"]})
    tables = world.changes.tables
    if not isinstance(tables, FileTables):
        assert _found(world, rare, VISITOR, "title") == (["rare"], 1, False)
        return
    connection = tables.rows().connection
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    assert _found(world, rare, VISITOR, "title") == (["rare"], 1, False)
    connection.set_trace_callback(None)
    told = {one for one in asked if "EXISTS" in one and one.startswith("WITH")}
    assert told
    for sql in told:
        plan = [row[3] for row in connection.execute(f"explain query plan {sql}")]
        looked = [one for one in plan if "page=?" in one]
        assert looked and all("INDEX catalogue_page_value_page" in one for one in looked), plan
