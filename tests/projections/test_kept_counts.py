"""Kept counts through the changes that random histories seldom meet."""

from .contract import check_counts, check_tallies
from .world import World, page


def _write(world: World, files: dict[str, str | None]) -> None:
    world.write(files)
    for part in world.projections:
        assert world.projections.catch_up(part)
    check_tallies(world.catalogue)
    check_counts(world.catalogue)


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
