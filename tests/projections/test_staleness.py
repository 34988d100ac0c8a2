"""An old state answers while nothing was closed since, and nobody where something was."""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from wiki.pages.access import access, team_of_head, visible
from wiki.projections.base import Projections
from wiki.projections.catalogue import Catalogue
from wiki.projections.interface import Busy
from wiki.projections.pagespan import levels
from wiki.projections.search import SearchProjection
from wiki.projections.secrecy import closings, concern
from wiki.repository.objects import EMPTY
from wiki.repository.repository import Repository

from .world import ADMIN, MEMBER, VISITOR, World

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
    found = closings(world.repository, since, to)
    assert bool(found) is closes
    assert not concern(found, ADMIN), "who reads all may read on"
    assert not closings(world.repository, to, to)
    assert concern(closings(world.repository, "1" * 40, to), VISITOR), "a commit that nobody knows"


BOB = MEMBER | {"team:t"}
GUEST = MEMBER | {"guest:p"}


@pytest.mark.parametrize(
    ("name", "lose", "keep"),
    [
        ("closed", (VISITOR,), (MEMBER, BOB)),
        ("closed from above", (VISITOR,), (MEMBER, BOB)),
        ("closed by a page that is new above", (VISITOR, MEMBER, BOB), (MEMBER | {"team:a"},)),
        ("closed by a head that cannot be read", (VISITOR, MEMBER, BOB), (ADMIN,)),
        ("everything closed", (VISITOR,), (MEMBER,)),
        ("gone", (VISITOR, MEMBER, GUEST), (ADMIN,)),
        ("someone left a team", (BOB, MEMBER | {"reads:t"}), (VISITOR, MEMBER)),
        ("too much to be looked at", (VISITOR, MEMBER, BOB), (ADMIN,)),
    ],
)
def test_who_may_read_on(
    world: World, name: str, lose: Iterable[frozenset[str]], keep: Iterable[frozenset[str]]
) -> None:
    found = closings(world.repository, world.write(START), world.write(CLOSING[name]))
    assert [one for one in lose if not concern(found, one)] == []
    assert [one for one in keep if concern(found, one)] == []


_Head = dict[str, object]
_OF_ADA: _Head = {"team": ["ada"], "visibility": "team"}
_OF_BOB: _Head = {"team": ["bob"], "visibility": "team"}
_PATHS = ("index", "a", "a/b", "a/b/c")
#: a project in a project, each with its own rights, before and after
_HEADS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(("project", "person")),
        "team": st.lists(st.sampled_from(("ada", "bob")), min_size=1, max_size=2, unique=True),
        "visibility": st.sampled_from(("public", "members", "team")),
    },
)
_TREES = st.fixed_dictionaries(
    {"a": _HEADS, "a/b": _HEADS}, optional={"index": _HEADS, "a/b/c": _HEADS}
)


def _audience(repository: Repository, commit: str, page: str) -> frozenset[str]:
    """Of the member whose person page is ``page``, as the heads of ``commit`` have it."""
    at = levels(repository, commit)
    heads = ((path, at.head(path)) for path in _PATHS)
    teams = [path for path, head in heads if head and page in (team_of_head(head) or ())]
    return MEMBER | {f"team:{path}" for path in teams}


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(before={"a": _OF_ADA, "a/b": _OF_BOB}, changed="a", head={"team": ["ada"]})
@given(before=_TREES, changed=st.sampled_from(_PATHS), head=_HEADS)
def test_whoever_an_old_state_would_tell_too_much_is_refused(
    world: World, before: dict[str, _Head], changed: str, head: _Head
) -> None:
    """For each page, and those below it: who could read it, and cannot any more, is concerned."""
    after = {**before, changed: head}
    commits: list[str] = []
    for tree in (before, after):
        files: Files = {f"{path}.md": None for path in _PATHS}
        for path, head in tree.items():
            lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in head.items())
            files[f"{path}.md"] = f"---\n{lines}---\n# {path}\n"
        commits.append(world.write({**files, "n.md": f"# {len(commits)}\n"}))
    since, to = commits
    found = closings(world.repository, since, to)
    for person in ("", "ada", "bob"):
        was = _audience(world.repository, since, person) if person else VISITOR
        now = _audience(world.repository, to, person) if person else VISITOR
        for path in _PATHS:
            if path not in before:
                continue
            old, new = (_group(world.repository, commit, path) for commit in commits)
            lost = visible(old, path, was) and not visible(new, path, now)
            assert not lost or concern(found, was), (path, old, new, person)


def _group(repository: Repository, commit: str, path: str) -> str:
    at = levels(repository, commit)
    return access(path, [*at.above(path), (path, at.head(path))]).group


@pytest.mark.parametrize("again", [False, True])
def test_who_cannot_catch_up_tells_of_no_page_that_was_closed(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """Nor while it is worked out ``again``, from nothing."""
    monkeypatch.setattr("wiki.projections.tables.file.PATIENCE", 0.05)
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
