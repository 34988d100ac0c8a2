"""A branch pushed by force: what is kept by numbers of its story goes by those of the new one."""

import subprocess
from collections.abc import Callable
from pathlib import Path

from wiki.projections.base import Projections
from wiki.projections.catalogue import Catalogue
from wiki.projections.cataloguing import facets, lists
from wiki.projections.cataloguing.selection import select
from wiki.projections.interface import Projection
from wiki.repository.repository import Repository

from .contract import check_counts, check_pages, check_samples, check_tallies
from .stores import IN_DATABASE, Place, files, schemas
from .world import TODAY, VISITOR, World, page, parts

_NEED = "::: besoins\n- [ ] Un besoin #un @Bretagne {#b-00000000}\n\n:::\n"
_TOLD = "::: historique\n- 2025-05-01 idea — fait\n\n:::\n"
_FILES: dict[str, str | None] = {
    "a.md": page(_TOLD, title="Un titre", type="project", themes="[Un]"),
    "b.md": page(_NEED, title="deux", type="project", themes="[Un, deux]"),
    "c d.md": page("", title="trois", type="project", themes="[deux]"),
    "d.md": page("", title="quatre", type="project", themes="[deux]", visibility="members"),
}
_OPEN = {"a", "b", "c d"}


def test_copies_of_a_story_are_made_anew(tmp_path: Path) -> None:
    _rewrite(tmp_path, files)


@IN_DATABASE
def test_copies_of_a_story_are_made_anew_in_a_database(tmp_path: Path) -> None:
    _rewrite(tmp_path, schemas)


def _rewrite(folder: Path, place: Callable[[], Place]) -> None:
    with place() as stores:
        first, second = (
            Repository.create(folder / f"{name}.git", folder / f"{name} lock")
            for name in ("content", "other")
        )
        projections = Projections(first, folder / "index", parts(), stores=stores)
        try:
            world, other = World(first, projections), World(second, projections)
            for file in _FILES:
                world.write({file: _FILES[file]})
            _check(world)
            # The same pages in another order, of which nothing is known here.
            for file in reversed(_FILES):
                other.write({file: _FILES[file]}, message="again")
            git = ["git", "-C", str(first.folder), "fetch", "-q"]
            subprocess.run([*git, str(second.folder), "+main:main"], check=True)
            # Before the copies are made anew their numbers are those of other pages.
            assert projections.catch_up("changes")
            assert _listed(projections.part("catalogue")) <= _OPEN
            _check(world)
            assert _listed(world.catalogue) == _OPEN
        finally:
            projections.close()
            first.close()
            second.close()


def _listed(catalogue: Projection) -> set[str]:
    """What a visitor finds by the rows of values, in each order."""
    assert isinstance(catalogue, Catalogue)
    with catalogue.reading() as rows:
        asking = catalogue._asking(VISITOR, TODAY)
        chosen = select(types=("project",), values={"theme": ("un", "deux")})
        few = facets.take(rows, asking, chosen, bounded=True)
        return {
            row.path
            for sort in ("updated", "title", "created")
            for row in lists.find(rows, asking, chosen, few, sort, 9, 0).rows
        }


def _check(world: World) -> None:
    for part in world.projections:
        assert world.projections.catch_up(part)
    for check in (check_tallies, check_counts, check_pages, check_samples):
        check(world.catalogue)
