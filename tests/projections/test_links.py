"""Links by path, former path and title, each as its reader may see; broken links; redirects."""

from collections.abc import Sequence

import pytest

from wiki.projections.links import Name

from .world import ADMIN, MEMBER, VISITOR, World, page


def names(found: Sequence[Name]) -> list[str]:
    return [one.path for one in found]


def test_a_link_leads_by_path_then_former_path_then_title(world: World) -> None:
    world.write(
        {
            "a.md": page("", title="Un titre"),
            "b.md": page("", title="A", aliases="[ancien, projets/vieux]"),
            "c.md": page("", title="un  TITRE !"),
        }
    )
    assert world.links.resolve("a", VISITOR) == "a"
    assert world.links.resolve("ancien", VISITOR) == "b"
    assert world.links.resolve("projets/vieux", VISITOR) == "b"
    assert world.links.resolve("Un titre", VISITOR) == "a"
    assert world.links.resolve("UN TITRE", VISITOR) == "a"
    for nothing in ("nowhere", "", " ", "//", "../x", "-", "\ud800", "a\x00b", "x" * 3000):
        assert world.links.resolve(nothing, VISITOR) is None
    assert names(world.links.same_title("a", VISITOR)) == ["c"]


def test_what_one_may_not_see_is_as_if_it_were_not_there(world: World) -> None:
    world.write(
        {
            "a.md": page("", title="Titre", visibility="members"),
            "b.md": page("[[a]] [[vieux]] [[Titre]]", title="Titre"),
            "c.md": page("", aliases="[vieux]", visibility="members"),
            "d.md": page("[[b]]", visibility="members"),
        }
    )
    assert world.links.resolve("a", VISITOR) is None
    assert world.links.resolve("a", MEMBER) == "a"
    assert world.links.resolve("Titre", VISITOR) == "b"
    assert world.links.resolve("Titre", MEMBER) == "a"
    assert world.links.redirect("vieux", VISITOR) is None
    assert world.links.redirect("vieux", MEMBER) == "c"
    assert world.links.same_title("b", VISITOR) == []
    assert world.links.backlinks("b", VISITOR) == []
    assert names(world.links.backlinks("b", MEMBER)) == ["d"]
    assert names(world.links.backlinks("a", MEMBER)) == ["b"]
    broken, more = world.links.broken(VISITOR)
    assert [(one.path, one.target) for one in broken] == [("b", "a"), ("b", "vieux")]
    assert more is None
    assert world.links.broken(MEMBER) == ([], None)


def test_backlinks_by_every_way_and_in_pages(world: World) -> None:
    world.write({"a.md": page("", title="Un titre", aliases="[ancien]")})
    world.write(
        {
            "l1.md": "[[a]] and [[a]] again",
            "l2.md": "[[Un titre]]",
            "l3.md": "[[ancien|text]]",
            "l4.md": "[text](a.md)",
            "sub/l5.md": "[text](../a.md#part)",
            "l6.md": "`[[a]]` is code",
        }
    )
    every = ["l1", "l2", "l3", "l4", "sub/l5"]
    assert names(world.links.backlinks("a", VISITOR)) == every
    assert names(world.links.backlinks("a", VISITOR, limit=2)) == every[:2]
    assert names(world.links.backlinks("a", VISITOR, after="l2")) == every[2:]
    assert world.links.sources("a") == ["l1", "l4", "sub/l5"]
    # A page that comes to stand at the former path takes its links over.
    world.write({"ancien.md": "new"})
    assert names(world.links.backlinks("ancien", VISITOR)) == ["l3"]
    assert "l3" not in names(world.links.backlinks("a", VISITOR))
    assert world.links.redirect("ancien", VISITOR) is None
    # … and so does one that comes to stand where a title pointed.
    world.write({"Un titre.md": "new"})
    assert names(world.links.backlinks("a", VISITOR)) == ["l1", "l4", "sub/l5"]


def test_broken_links_are_told_in_bounded_steps(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiki.projections.links.SCANNED", 3)
    world.write({f"p{number}.md": "[[nowhere]] [[p1]] [[there]]" for number in range(4)})
    found = []
    after = ("", -1)
    while True:
        broken, more = world.links.broken(VISITOR, after, limit=2)
        assert len(broken) <= 2
        found += broken
        if more is None:
            break
        after = more
    assert [(one.path, one.target) for one in found] == [
        (f"p{number}", target) for number in range(4) for target in ("nowhere", "there")
    ]
    assert found[0].line == 0


def test_sources_below_a_path_include_attachments_whoever_may_see_them(world: World) -> None:
    world.write(
        {
            "x.md": "x",
            "x/y.md": "y",
            "x/plan.pdf": "%PDF",
            "xy.md": "other",
            "a.md": page("[plan](x/plan.pdf)", visibility="members"),
            "b.md": "[[x/y]]",
            "c.md": "[[xy]]",
        }
    )
    assert world.links.sources("x") == ["a", "b"]
    assert world.links.broken(ADMIN) == ([], None)


def test_what_is_wanted_and_what_is_alone_go_by_what_links_lead_to(world: World) -> None:
    world.write(
        {
            "index.md": "[[a]] [[Pas encore]]",
            "a.md": page("[[pas-encore]] [[pas-encore]] [x](rien.md)", aliases="[vieux]"),
            "b.md": page("[[vieux]] [[Caché]] [[b]]", title="Bé"),
            "c.md": page("[[Bé]]", visibility="members"),
            "d.md": page("", title="Caché", visibility="members"),
        }
    )
    for audience in (VISITOR, MEMBER, ADMIN):
        broken, _more = world.links.broken(audience)
        lost, wanted, alone = world.links.gaps(audience)
        assert lost == len(broken)
        assert wanted == len(world.links.wanted(audience, 100))
        assert alone == len(world.links.unlinked(audience, 100))
    visitors = world.links.wanted(VISITOR, 100)
    assert [one.name for one in visitors if one.pages == 1]
    assert {one.name for one in visitors} >= {"Caché"}, "one that is not seen is not there"
    assert "Caché" not in {one.name for one in world.links.wanted(MEMBER, 100)}
    assert world.links.unlinked(VISITOR, 100) == ["b"], "who links to it is not seen either"
    assert world.links.unlinked(MEMBER, 100) == ["c"]
    assert world.links.wanted(VISITOR, 1, 1) == visitors[1:2]
    world.write({"sub/e.md": page("[[e]] [[x/A]]", title="Autre")})
    for audience in (VISITOR, MEMBER):
        for by_name in (False, True):
            lost, _wanted, alone = world.links.gaps(audience, by_name=by_name)
            broken = world.links.broken(audience, limit=100, by_name=by_name)[0]
            assert lost == len(broken)
            every = world.catalogue.paths(audience)
            linked = {
                path for path in every if world.links.backlinks(path, audience, by_name=by_name)
            }
            unlinked = world.links.unlinked(audience, 100, by_name=by_name)
            assert len(unlinked) == alone
            assert sorted({*every} - linked - {"index"}) == unlinked


def test_a_deleted_page_leaves_no_name_behind(world: World) -> None:
    world.write({"a.md": page("[[b]]", title="Titre", aliases="[vieux]"), "b.md": "b"})
    world.write({"a.md": None})
    assert world.links.resolve("Titre", ADMIN) is None
    assert world.links.redirect("vieux", ADMIN) is None
    assert world.links.backlinks("b", ADMIN) == []


def test_the_name_of_a_file_leads_last_and_only_where_it_is_asked_for(world: World) -> None:
    world.write(
        {
            "b/note.md": page("", title="Autre"),
            "a/b/note.md": page("", title="Encore"),
            "cachee/plan.md": page("", title="Caché", visibility="members"),
            "x/plan.md": page("", title="Le plan"),
            "lien.md": page("[[Note]] [[plan]]", title="Lien"),
        }
    )
    links = world.links
    assert links.resolve("note", VISITOR) is None
    assert links.resolve("note", VISITOR, by_name=True) == "b/note"
    assert links.resolve("plan", MEMBER, by_name=True) == "cachee/plan"
    assert links.resolve("plan", VISITOR, by_name=True) == "x/plan"
    assert links.find_page("note", VISITOR, by_name=True) == Name("b/note", "Autre")
    assert links.backlinks("b/note", VISITOR) == []
    assert names(links.backlinks("b/note", VISITOR, by_name=True)) == ["lien"]
    assert names(links.backlinks("x/plan", VISITOR, by_name=True)) == ["lien"]
    assert names(links.backlinks("x/plan", MEMBER, by_name=True)) == []
    world.write({"z.md": page("", title="Note")})
    assert world.links.resolve("note", VISITOR, by_name=True) == "z"
    assert world.links.backlinks("b/note", VISITOR, by_name=True) == []
