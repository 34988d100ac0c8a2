"""Kept counts, and rows of values, through the changes that random histories seldom meet."""

from wiki.repository.objects import WIKI_AUTHOR

from .contract import check_counts, check_pages, check_tallies
from .world import World, page


def _write(world: World, files: dict[str, str | None], mail: str = "main@people.invalid") -> None:
    world.write(files, mail=mail)
    for part in world.projections:
        assert world.projections.catch_up(part)
    check_tallies(world.catalogue)
    check_counts(world.catalogue)
    check_pages(world.catalogue)


def _lines(*lines: str) -> str:
    return "::: historique\n" + "".join(f"- {line}\n" for line in lines) + ":::\n"


def test_facts_with_an_end_come_and_go(world: World) -> None:
    first, then = "2025-01-02 idea", "2025-03-04 prototype"
    _write(world, {"a.md": page(_lines(first), type="project"), "z.md": "Un\n"})
    _write(world, {"a.md": page(_lines(first, then), type="project")})
    _write(world, {"a.md": page(_lines(then), type="project")})
    _write(world, {"a.md": None})


def test_items_follow_what_their_space_says(world: World) -> None:
    """Though their own page stays as it is."""
    need = "# B\n\n::: besoins\n- un\n:::\n"
    _write(world, {"a.md": page("# A\n", type="project", theme="un"), "a/b.md": need})
    _write(world, {"a.md": page("# A\n", type="project", theme="deux")})
    _write(world, {"a.md": page("# A\n", type="project", theme="deux", visibility="members")})
    _write(world, {"a.md": page(_lines("2025-01-02 idea"), type="project")})
    _write(world, {"a.md": None})


def test_pages_follow_their_news(world: World) -> None:
    """Imported ones the lines of their stories, those that somebody may see, from their days on."""
    said, head = "2025-01-02 idea", {"type": "project", "themes": "[Un]", "territory": "Sénégal"}
    imported: dict[str, str | None] = {
        f"{name}.md": page(_lines(f"2025-0{month}-02 idea", f"2026-0{month}-03 concept"), **head)
        for month, name in enumerate("dacb", 1)
    }
    _write(world, imported, WIKI_AUTHOR.mail)
    _write(world, {"a/clos.md": page(_lines("2026-11-01 pilot"), visibility="members")})
    _write(world, {"b/x.md": "Un mot\n"})
    _write(world, {"c.png": "une image"})
    _write(world, {"d/i.png": "une autre"})
    _write(world, {"b.md": page(_lines(said, "2026-12-31 concept", "2027-06-01 pilot"), **head)})
    _write(world, {"c/y.md": page("# Y\n", type="event", territory="Sénégal")}, WIKI_AUTHOR.mail)
    _write(world, {"a.md": page(_lines(said), **head), "a/clos.md": None})
