"""The catalogue: what pages say of themselves and their spaces, for whom, on which day."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from wiki.projections.catalogue import ItemSelection, select, select_items
from wiki.projections.cataloguing.items import facets
from wiki.projections.cataloguing.items import lists as items
from wiki.projections.cataloguing.schema import Count, Listing, PageRow
from wiki.projections.upkeep import doubled_identities, unidentified_pages

from .world import ADMIN, MEMBER, TODAY, VISITOR, World, page


def paths(found: Listing[PageRow]) -> list[str]:
    return [row.path for row in found.rows]


def counts(facets: Mapping[str, Sequence[Count]], key: str) -> dict[str, int]:
    return {line.slug: line.count for line in facets[key]}


def history(*lines: str) -> str:
    return "::: historique\n" + "".join(f"- {line}\n" for line in lines) + "\n:::\n"


def three_projects(world: World) -> None:
    world.write(
        {
            "p/a.md": page(
                "",
                type="project",
                title="Écluse",
                themes="[IoT, Travail / Emploi]",
                territory="Bretagne",
            )
        }
    )
    world.write(
        {
            "p/b.md": page(
                "", type="project", title="abeille", themes="iot", territory="France entière"
            )
        }
    )
    world.write(
        {
            "p/c.md": page(
                "",
                type="project",
                title="Zoo",
                themes="travail-emploi",
                territory="Sénégal",
                presented="['[[e/rennes]]']",
            ),
            "e/rennes.md": page("", type="event", title="Rennes", starts="2026-10-01"),
        }
    )


def test_a_row_says_what_lists_show(world: World) -> None:
    world.write(
        {
            "p/a/index.md": page(
                "![i](photo.jpg)\n",
                type="project",
                title="Écluse",
                summary="Une phrase.",
                lang="en",
                source="r-1",
            )
        }
    )
    row = world.catalogue.page("p/a", VISITOR, TODAY)
    assert row is not None
    assert (row.title, row.type, row.summary, row.lang) == (
        "Écluse",
        "project",
        "Une phrase.",
        "en",
    )
    assert (row.file, row.image, row.space) == ("p/a/index.md", "p/a/photo.jpg", "p/a")
    assert row.blob == world.repository.blob_id("p/a/index.md", world.repository.head())
    assert world.catalogue.page("nowhere", ADMIN) is None
    assert world.catalogue.titles(["p/a", "nowhere"], VISITOR) == {"p/a": "Écluse"}


def test_filters_join_and_totals_follow(world: World) -> None:
    three_projects(world)
    find = world.catalogue.find
    projects = select(types=["project"])
    assert paths(find(projects, VISITOR, TODAY, "title")) == ["p/b", "p/a", "p/c"]
    assert paths(find(projects, VISITOR, TODAY, "updated")) == ["p/c", "p/b", "p/a"]
    assert paths(find(projects, VISITOR, TODAY, "created", limit=1, offset=1)) == ["p/b"]
    assert find(projects, VISITOR, TODAY, limit=1).total == 3
    iot = select(types=["project"], values={"theme": ["IoT"]})
    assert paths(find(iot, VISITOR, TODAY, "title")) == ["p/b", "p/a"]
    either = select(values={"theme": ["iot", "Travail  emploi"]})
    assert find(either, VISITOR, TODAY).total == 3
    both = select(values={"theme": ["travail / emploi"], "territory": ["Bretagne"]})
    assert paths(find(both, VISITOR, TODAY)) == ["p/a"]
    # "France entière" matches every territory.
    assert paths(find(select(values={"territory": ["bretagne"]}), VISITOR, TODAY, "title")) == [
        "p/b",
        "p/a",
    ]
    assert paths(find(select(flags=["presented"]), VISITOR, TODAY)) == ["p/c"]
    assert paths(find(select(values={"presented": ["e/rennes"]}), VISITOR, TODAY)) == ["p/c"]
    assert paths(find(select(below="e"), VISITOR, TODAY)) == ["e/rennes"]
    coming = select(types=["event"], ranges={"starts": ("2026-09", "")})
    assert paths(find(coming, VISITOR, TODAY, "starts")) == ["e/rennes"]
    past = select(types=["event"], ranges={"starts": ("", "2026-09-30")})
    assert paths(find(past, VISITOR, TODAY, "-starts")) == []
    assert find(select(values={"theme": ["nothing"]}), VISITOR, TODAY).total == 0


def test_facets_follow_the_other_filters(world: World) -> None:
    three_projects(world)
    chosen = select(types=["project"], values={"theme": ["iot"]})
    facets = world.catalogue.facets(
        ("type", "theme", "territory", "presented"), chosen, VISITOR, TODAY
    )
    assert counts(facets, "theme") == {"iot": 2, "travail-emploi": 2}
    # Everyone in "France entière" is found under each territory.
    assert counts(facets, "territory") == {"bretagne": 2, "france-entiere": 1}
    assert counts(facets, "presented") == {}
    assert counts(facets, "type") == {"project": 2}
    assert {line.value for line in facets["theme"]} == {"IoT", "Travail / Emploi"}


def test_state_and_maturity_are_those_of_the_day(world: World) -> None:
    world.write(
        {"p/index.md": page(history("2026-09-12 pilot", "2026-03-01 concept"), type="project")}
    )
    world.write({"q.md": page(history("2026-05-01 idea", "2027-06-01 market"), type="project")})
    ranged = select(ranges={"maturity": ("concept", "pilot")})
    on = world.catalogue.find
    assert paths(on(ranged, VISITOR, date(2026, 2, 28))) == []
    assert paths(on(ranged, VISITOR, date(2026, 3, 1))) == ["p"]
    assert paths(on(ranged, VISITOR, TODAY)) == ["p"]
    assert paths(on(select(ranges={"maturity": ("", "idea")}), VISITOR, TODAY)) == ["q"]
    assert paths(
        on(select(ranges={"maturity": ("pilot", "")}), VISITOR, date(2027, 6, 1), "title")
    ) == [
        "p",
        "q",
    ]
    assert paths(on(select(ranges={"maturity": ("nonsense", "")}), VISITOR, TODAY)) == []
    row = world.catalogue.page("p", VISITOR, date(2026, 9, 11))
    assert row is not None and row.first("state") == "concept"
    assert paths(on(select(types=["project"]), VISITOR, TODAY, "since:state")) == ["p", "q"]


def test_between_pages_the_root_speaks_first_then_by_path(world: World) -> None:
    world.write(
        {
            "p/index.md": page(history("2026-05-01 concept"), type="project"),
            "p/a.md": history("2026-05-01 idea", "2026-04-01 market"),
            "p/b.md": history("2026-06-01 prototype"),
            "p/c.md": history("2026-06-01 pilot"),
            "p/q/index.md": page(history("2026-07-01 market"), type="project"),
        }
    )

    def state(day: date) -> str:
        row = world.catalogue.page("p", VISITOR, day)
        return row.first("state") if row else "gone"

    assert state(date(2026, 4, 30)) == "market"
    assert state(date(2026, 5, 31)) == "concept"
    assert state(TODAY) == "prototype"  # of b, not of c, nor of the project below
    world.write({"p/b.md": None})
    assert state(TODAY) == "pilot"


def test_a_state_that_one_may_not_read_is_not_told_by_lists(world: World) -> None:
    world.write(
        {
            "p/index.md": page(history("2026-05-01 concept"), type="project"),
            "p/secret.md": page(history("2026-06-01 stopped"), visibility="members"),
        }
    )

    def state(audience: frozenset[str]) -> list[str]:
        row = world.catalogue.page("p", audience, TODAY)
        assert row is not None
        return list(row.facts["state"])

    assert state(VISITOR) == ["concept"]
    assert state(MEMBER) == ["stopped"]
    assert state(ADMIN) == ["stopped"]
    stopped = select(values={"state": ["stopped"]})
    assert world.catalogue.find(stopped, VISITOR, TODAY).total == 0
    assert world.catalogue.find(stopped, MEMBER, TODAY).total == 1
    facets = world.catalogue.facets(("state",), select(), VISITOR, TODAY)
    assert counts(facets, "state") == {"concept": 1}


def test_restricted_pages_are_in_no_list_count_or_facet(world: World) -> None:
    world.write(
        {
            "index.md": "",
            "p.md": page("- [ ] no", type="project", visibility="members", themes="iot"),
            "p/q.md": page("::: besoins\n- [ ] Un besoin #iot {#b-00000001}\n\n:::\n"),
        }
    )
    catalogue = world.catalogue
    assert catalogue.find(select(), VISITOR, TODAY).total == 1
    assert catalogue.facets(("theme", "type"), select(), VISITOR, TODAY) == {
        "theme": [],
        "type": [],
    }
    assert catalogue.items(select_items(), VISITOR, TODAY).total == 0
    assert catalogue.item("b-00000001", VISITOR, TODAY) is None
    assert catalogue.children("index", VISITOR) == []
    assert catalogue.pages_of("p", VISITOR) == []
    assert catalogue.count(select(), MEMBER, TODAY) == 3
    assert catalogue.items(select_items(), MEMBER, TODAY).total == 1
    guest = catalogue.items(select_items(), VISITOR | {"guest:p/q"}, TODAY).rows
    assert [(row.path, row.space, row.space_title) for row in guest] == [("p/q", None, "")]
    # Opening the parent opens what inherits from it, though no child changed.
    world.write({"p.md": page("", type="project")})
    assert world.catalogue.items(select_items(), VISITOR, TODAY).total == 1


def test_of_many_pages_some_are_looked_at_and_there_are_more(world: World) -> None:
    """What is kept is told exactly; beside a choice, of as many pages as there is time for."""
    world.write(
        {f"p{n}.md": page("", type="project", themes="Eau", territory="Corse") for n in range(5)}
    )
    chosen = select(types=["project"], values={"theme": ["Eau"]})
    keys = ("theme", "territory")
    few = world.catalogue.facets(keys, chosen, VISITOR, TODAY, most=3)
    assert few == {
        "theme": [Count("Eau", "eau", 5)],
        "territory": [Count("Corse", "corse", 3, more=True)],
    }
    exactly = world.catalogue.facets(keys, chosen, VISITOR, TODAY)
    assert exactly["territory"] == [Count("Corse", "corse", 5)]
    assert world.catalogue.facets(keys, chosen, VISITOR, TODAY, most=9) == exactly
    assert world.catalogue.count(chosen, VISITOR, TODAY) == 5


def test_spaces_follow_the_types_of_the_pages_above(world: World) -> None:
    world.write({"a/index.md": "", "a/b.md": "", "a/b/c.md": ""})
    assert world.catalogue.pages_of("a", VISITOR) == []
    world.write({"a/index.md": page("", type="project")})
    assert [row.path for row in world.catalogue.pages_of("a", VISITOR)] == ["a", "a/b", "a/b/c"]
    world.write({"a/b.md": page("", type="dossier")})
    assert [row.path for row in world.catalogue.pages_of("a", VISITOR)] == ["a"]
    assert [row.path for row in world.catalogue.pages_of("a/b", VISITOR)] == ["a/b", "a/b/c"]
    assert [row.path for row in world.catalogue.pages_of("a/b", VISITOR, after="a/b")] == ["a/b/c"]


def test_children_are_listed_by_title_in_pages(world: World) -> None:
    world.write(
        {
            f"a/{name}.md": page("", title=title)
            for name, title in (("x", "Zoo"), ("y", "écluse"), ("z", "Abeille"), ("w", "Écluse"))
        }
    )
    world.write({"a.md": "", "a/x/deeper.md": ""})
    found = world.catalogue.children("a", VISITOR, limit=3)
    assert [row.path for row in found] == ["a/z", "a/w", "a/y"]
    assert [row.path for row in world.catalogue.children("a", VISITOR, after="a/y")] == ["a/x"]
    assert [row.path for row in world.catalogue.children("index", VISITOR)] == ["a"]


def test_teams_are_found_by_the_person(world: World) -> None:
    world.write(
        {
            "personnes/marc.md": page("", type="person"),
            "p.md": page("", type="project", team="['[[personnes/marc]]']", visibility="team"),
            "q.md": page("", team="[personnes/marc, personnes/awa]"),
            "r.md": page("", team="['[[Marc]]']"),
            "s.md": "---\nteam: personnes/marc\nteam: x\n---\n",
        }
    )
    assert world.catalogue.teams_of("personnes/marc", TODAY) == ["p", "personnes/marc", "q"]
    assert world.catalogue.teams_of("personnes/awa", TODAY) == ["q"]
    assert world.catalogue.teams_of("", TODAY) == []


NEEDS = """::: besoins
- [ ] Un expert **LoRa** #LoRa #iot @Bretagne avant:2027-03-01 {#b-00000001}
- [x] Relecture #rgpd — faite {#b-00000002}
- Un lieu {#b-00000003}

:::

::: offres
- Une salle #lieux {#o-00000001}

:::
"""


def test_items_with_their_marks_their_page_and_their_space(world: World) -> None:
    world.write(
        {
            "p/index.md": page(
                "", type="project", title="Projet", territory="Occitanie", themes="agriculture"
            )
        }
    )
    world.write({"p/besoins.md": page(NEEDS, title="Nos besoins")})
    items = world.catalogue.items
    rows = items(select_items(blocks=["besoins", "needs"]), VISITOR, TODAY, "page").rows
    first = rows[0]
    assert (first.path, first.page_title) == ("p/besoins", "Nos besoins")
    assert (first.space, first.space_title, first.space_type) == ("p", "Projet", "project")
    assert (first.identity, first.state, first.line) == ("b-00000001", " ", 4)
    assert (first.keywords, first.places) == (("LoRa", "iot"), ("Bretagne",))
    assert first.marks == {"before": "2027-03-01"}
    assert "expert" in first.plain and "#" not in first.plain
    assert [row.state for row in rows] == [" ", "x", " "]
    assert items(select_items(), VISITOR, TODAY).total == 4
    open_needs = select_items(blocks=["besoins"], states=[" "])
    assert items(open_needs, VISITOR, TODAY).total == 2
    assert items(select_items(keywords=["lora"]), VISITOR, TODAY).total == 1
    # An item is where it says; where it says nothing, where its space is.
    assert items(select_items(blocks=["besoins"], places=["Bretagne"]), VISITOR, TODAY).total == 1
    assert items(select_items(blocks=["besoins"], places=["occitanie"]), VISITOR, TODAY).total == 2
    assert (
        items(select_items(of=select(values={"theme": ["agriculture"]})), VISITOR, TODAY).total == 4
    )
    assert items(select_items(of=select(values={"theme": ["x"]})), VISITOR, TODAY).total == 0
    assert items(select_items(subject="p", path="p/besoins"), VISITOR, TODAY).total == 4
    facets = world.catalogue.item_facets(
        ("keyword", "block", "state", "theme"), select_items(keywords=["iot"]), VISITOR, TODAY
    )
    assert counts(facets, "keyword") == {"iot": 1, "lieux": 1, "lora": 1, "rgpd": 1}
    assert counts(facets, "block") == {"besoins": 1}
    assert counts(facets, "theme") == {"agriculture": 1}


def test_new_items_come_first_however_the_page_was_edited(world: World) -> None:
    one, two, three = (f"::: besoins\n- [ ] n {{#b-0000000{n}}}\n\n:::\n" for n in (1, 2, 3))
    world.write({"a.md": one})
    world.write({"b.md": two})
    world.write({"a.md": one + "edited"})
    world.write({"a.md": three + one})
    rows = world.catalogue.items(select_items(), VISITOR, TODAY).rows
    assert [row.identity for row in rows] == ["b-00000003", "b-00000002", "b-00000001"]
    oldest = world.catalogue.items(select_items(), VISITOR, TODAY, "old").rows
    assert oldest == tuple(reversed(rows))


def test_an_identity_is_of_the_page_that_had_it_first(world: World) -> None:
    item = "::: besoins\n- [ ] Un besoin {#b-00000001}\n\n:::\n"
    world.write({"z.md": item, "help.md": "`{#b-00000009}`"})
    world.write({"a.md": item})
    assert world.catalogue.identity_owner("b-00000001") == "z"
    assert doubled_identities(world.catalogue) == [("b-00000001", ("z", "a"))]
    # It follows the page through a rename …
    world.write({"z.md": None, "y.md": item})
    assert world.catalogue.identity_owner("b-00000001") == "y"
    found = world.catalogue.item("b-00000001", VISITOR, TODAY)
    assert found is not None and found.path == "y"
    # … and what is no item holds none.
    assert world.catalogue.identity_owner("b-00000009") is None
    world.write({"y.md": None})
    assert world.catalogue.identity_owner("b-00000001") == "a"
    assert doubled_identities(world.catalogue) == []
    # Within one commit, by path.
    other = item.replace("b-00000001", "b-00000002")
    world.write({"n.md": other, "m.md": other})
    assert world.catalogue.identity_owner("b-00000002") == "m"


def test_items_without_identity_are_found(world: World) -> None:
    world.write(
        {"a.md": "::: besoins\n- x\n\n:::\n", "b.md": NEEDS, "c.md": "::: autre\n- x\n\n:::\n"}
    )
    assert unidentified_pages(world.catalogue, ["besoins", "offres"]) == ["a"]
    assert unidentified_pages(world.catalogue, ["besoins", "offres"], after="a") == []


def test_hostile_words_cost_nothing(world: World) -> None:
    world.write(
        {
            "a.md": '---\ntitle: "\\uD83D"\nthemes: ["", "%", "_", "\'", "💧", "'
            + "x" * 5000
            + '"]\n'
            "team: {a: b}\nstarts: [1, 2]\nterritory: {x: y}\n---\n",
            "b.md": "---\nthemes: [[[a]]]\nsummary: |\n  x\n  y\n---\n",
        }
    )
    assert world.catalogue.count(select(), ADMIN, TODAY) == 2
    for word in ("'", '"', "%", "\x00", "\ud800", "x" * 10_000, ""):
        chosen = select(values={"theme": [word], word: [word]}, ranges={word: (word, word)})
        assert world.catalogue.find(chosen, VISITOR, TODAY, word).total == 0
        assert world.catalogue.facets([word], select(), VISITOR, TODAY)[word] == []
        assert world.catalogue.items(select_items(keywords=[word]), VISITOR, TODAY, word).total == 0


def test_news_of_items_is_the_newest_day_that_they_name_or_that_of_their_first_commit(
    world: World,
) -> None:
    world.write(
        {
            "a.md": "::: besoins\n- deux vu:2020-01-01 avant:2020-03-01 {#b-aaaaaaaa}\n"
            "- 2020-02-01 un {#b-bbbbbbbb}\n- rien {#b-cccccccc}\n- [x] fait vu:2019-01-01\n\n:::\n"
        }
    )
    everything = world.catalogue.items(select_items(), VISITOR, TODAY).rows
    rows = {row.plain: row.heard for row in everything}
    assert date.fromisoformat(rows.pop("rien"))
    assert rows == {"deux": "2020-03-01", "un": "2020-02-01", "fait": "2019-01-01"}

    def found(*, heard: str = "", silent: str = "") -> set[str]:
        chosen = select_items(heard=heard, silent=silent)
        return {row.plain for row in world.catalogue.items(chosen, VISITOR, TODAY).rows}

    assert found(heard="2020-02-02") - {"rien"} == {"deux", "fait"}
    assert found(silent="2020-02-02") - {"rien"} == {"un", "fait"}
    assert found(silent="2020-04-01") - {"rien"} == {"deux", "un", "fait"}


def test_a_long_list_is_the_same_in_each_order_and_counted_no_further_than_needs_be(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = ["avant:2027-12-01", "avant:2020-01-01", "", "avant:2028-01-01", "", "avant:2027-12-01"]
    for number, mark in enumerate(marks):
        need = f"- [ ] Besoin {number} #eau {mark} {{#b-{number:08d}}}"
        text = f"::: besoins\n{need}\n- [x] Fait {{#b-1{number:07d}}}\n\n:::\n"
        world.write({f"p{number}.md": page(text, type="project", themes="[Sol, Air]")})
    chosen = [select_items(["besoins"], [" "]), select_items(of=select(values={"theme": ["sol"]}))]

    def found(sort: str, one: ItemSelection, start: int = 0) -> tuple[list[str], int, bool]:
        listing = world.catalogue.items(one, VISITOR, TODAY, sort, 3, start)
        return [row.plain for row in listing.rows], listing.total, listing.more

    asked = [
        (sort, one, start)
        for sort in ("new", "old", "before")
        for one in chosen
        for start in (0, 2, 5)
    ]
    whole = {one: found(*one) for one in asked}
    assert whole["before", chosen[0], 0][0] == ["Besoin 5", "Besoin 0", "Besoin 3"]
    assert whole["before", chosen[0], 2][0] == ["Besoin 3", "Besoin 4", "Besoin 2"]
    assert {one[1:] for one in whole.values()} == {(6, False), (12, False)}
    monkeypatch.setattr(items, "MOST", 4)
    # What was kept is asked anew.
    world.write({"autre.md": "::: besoins\n- [-] Retiré {#b-20000000}\n\n:::\n"})
    for one, (rows, total, _more) in whole.items():
        narrow = one[1] is chosen[1] and one[2] == 0
        assert found(*one) == (rows, 4 if narrow else total, narrow)
    facets = world.catalogue.item_facets(["keyword", "theme", "state"], chosen[1], VISITOR, TODAY)
    assert {(key, one.more) for key, values in facets.items() for one in values} == {
        ("keyword", True),
        ("state", True),
        ("theme", False),
    }
    kept = world.catalogue.item_facets(["theme"], chosen[0], VISITOR, TODAY)["theme"]
    assert [(one.slug, one.count, one.more) for one in kept] == [
        ("air", 6, False),
        ("sol", 6, False),
    ]


def test_numbers_outlast_commits_that_change_none_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    def counting(*asked: Any) -> dict[str, list[Count]]:
        counted.extend(asked[2])
        return item_facets(*asked)

    item_facets = facets.item_facets
    monkeypatch.setattr(facets, "item_facets", counting)
    needs, catalogue = select_items(blocks=["besoins"]), world.catalogue

    def keywords() -> dict[str, int]:
        projections = world.projections
        found = projections["catalogue"]
        assert found is catalogue
        return counts(catalogue.item_facets(["keyword"], needs, VISITOR, TODAY), "keyword")

    text = "::: besoins\n- [ ] Un capteur #eau\n\n:::\n"
    world.write({"a.md": text})
    assert keywords() == {"eau": 1}
    world.write({"b.md": "# Ailleurs\n", "a.md": f"{text}\nUn mot de plus.\n"})
    keywords()
    counted.clear()
    world.write({"b.md": "# Ailleurs\n\nEncore un mot.\n"})
    assert keywords() == {"eau": 1}
    assert counted == []
    with world.projections.pinned("before"):
        assert keywords() == {"eau": 1}
        world.write({"c.md": "::: besoins\n- [ ] Un autre #eau #sol\n\n:::\n"})
        with ThreadPoolExecutor(1) as other:
            assert other.submit(keywords).result() == {"eau": 2, "sol": 1}
        assert keywords() == {"eau": 1}, "this thread reads what was there"
    assert keywords() == {"eau": 2, "sol": 1}
    world.write({"a.md": page(text, visibility="members")})
    assert keywords() == {"eau": 1, "sol": 1}
