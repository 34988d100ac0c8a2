"""An old state answers while nothing was closed since, and nobody where something was."""

import sqlite3
from pathlib import Path

import pytest

from wiki.projections.base import Busy, Projections
from wiki.projections.catalogue import Catalogue
from wiki.projections.search import SearchProjection
from wiki.projections.secrecy import is_narrower
from wiki.repository.objects import EMPTY

from .world import VISITOR, World

Files = dict[str, str | None]
TEAM = "---\ntype: project\nteam: [personnes/ada, personnes/bob]\n---\n# T\n"
START: Files = {
    "index.md": "# Accueil\n",
    "p.md": "---\nsummary: Un\n---\n# P\n",
    "a/x.md": "# X\n",
    "b.md": "# B\n",
    "b/x.md": "# X\n",
    "t.md": TEAM,
    "a/x.txt": "un\n",
}
CLOSING: dict[str, Files] = {
    "closed": {"p.md": "---\nvisibility: members\n---\n# P\n"},
    "closed by a head that cannot be read": {"p.md": "---\nvisibility: [\n---\n# P\n"},
    "closed from above": {"b.md": "---\nvisibility: members\n---\n# B\n"},
    "closed by a page that is new above": {"a.md": "---\nvisibility: team\nteam: [x]\n---\n# A\n"},
    "everything closed": {"index.md": "---\nvisibility: members\n---\n# Accueil\n"},
    "gone": {"p.md": None},
    "moved": {"p.md": None, "q.md": "# P\n"},
    "someone left a team": {"t.md": TEAM.replace(", personnes/bob", "")},
    "a team that cannot be read": {"t.md": TEAM.replace("team:", "team: x\nteam:")},
    "no project any more": {"t.md": TEAM.replace("type: project\n", "")},
    "too much to be looked at": {f"n{number}.md": "# N\n" for number in range(501)},
}
HARMLESS: dict[str, Files] = {
    "words": {"p.md": "---\nsummary: Deux\ntitle: P\n---\n# P\n\nCorrigé\n"},
    "a new page": {"n.md": "---\nvisibility: members\n---\n# N\n"},
    "a new page below": {"b/n.md": "---\nvisibility: members\n---\n# N\n"},
    "a new page above": {"a.md": "# A\n"},
    "the other file of a page": {"b.md": None, "b/index.md": "# B\n"},
    "a file": {"a/x.txt": None, "a/y.txt": "deux\n"},
}


@pytest.mark.parametrize(
    ("files", "closes"),
    [
        *((files, True) for files in CLOSING.values()),
        *((files, False) for files in HARMLESS.values()),
    ],
    ids=[*CLOSING, *HARMLESS],
)
def test_what_closes_something(world: World, files: Files, closes: bool) -> None:
    since = world.write(START)
    to = world.write(files)
    assert is_narrower(world.repository, since, to) is closes
    assert not is_narrower(world.repository, to, to)
    assert is_narrower(world.repository, "1" * 40, to), "a commit that nobody knows"


@pytest.mark.parametrize("again", [False, True])
def test_who_cannot_catch_up_tells_of_no_page_that_was_closed(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """Nor while it is worked out ``again``, from nothing."""
    monkeypatch.setattr("wiki.projections.table.PATIENCE", 0.05)
    first = world.write(START)
    assert world.links.resolve("p", VISITOR) == "p"
    part = world.projections.part("links")
    if again:
        part.reset()
        assert part.reflects() == EMPTY
    assert part.holds() == first
    other = sqlite3.connect(tmp_path / "index" / "tables.db", isolation_level=None)
    other.execute("begin immediate")
    world.write({"p.md": "---\nsummary: Deux\n---\n# P\n"})
    assert world.links.resolve("p", VISITOR) == "p", "its people are the same"
    last = world.write({"p.md": "---\nvisibility: members\n---\n# P\n"})
    with pytest.raises(Busy):
        world.projections["links"]
    other.execute("rollback")
    other.close()
    world.projections.catch_up("links")
    head = world.write({"q.md": "# Q\n"})
    assert world.links.resolve("p", VISITOR) is None
    assert part.holds() == part.reflects() == head != last


def test_a_search_that_starts_over_says_what_it_holds(world: World, tmp_path: Path) -> None:
    first = world.write(START)
    found = SearchProjection()
    projections = Projections(world.repository, tmp_path / "other", [Catalogue(), found])
    assert found.holds() == EMPTY
    assert projections["search"].reflects() == first
    found.reset()
    assert (found.reflects(), found.holds()) == (EMPTY, first)
    assert projections["search"].reflects() == found.holds() == first
    projections.close()
