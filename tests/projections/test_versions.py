"""An answer stands while none of its topics is bumped: for any history, what stands is true."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.cache.topics import HEAD, noting
from wiki.pages.access import ALL
from wiki.projections.base import Projections
from wiki.projections.catalogue import select, select_items
from wiki.projections.origins import origins
from wiki.projections.pagespan import levels
from wiki.projections.upkeep import doubled_identities
from wiki.projections.versions import PageVersions, State
from wiki.repository.repository import Repository

from .contract import AUDIENCES
from .histories import PATHS, Step, changes_of, steps
from .world import TODAY, VISITOR, WORDS, World, page, parts

ASKED = (*PATHS, "z", "z/b", "z/y", "ancien")
#: questions of one history
MOST = 80
SELECTIONS = (
    select(),
    select(types=["project"]),
    select(values={"theme": ["un"]}),
    select(values={"territory": ["Bretagne"]}, below="a"),
    select(ranges={"maturity": ("concept", "pilot")}),
    select(flags=["presented"]),
)
ITEMS = (
    select_items(),
    select_items(blocks=["besoins"]),
    select_items(subject="a"),
    select_items(path="a/b"),
    select_items(keywords=["un"], of=select(values={"theme": ["un"]})),
    select_items(blocks=["besoins"], heard="2026-01-01"),
    select_items(places=["Bretagne"]),
)
SORTS = ("title", "path", "updated", "created", "theme", "-theme", "since:state")
KEYS = ("type", "theme", "territory", "state", "presented", "keyword", "place", "block")


def questions(world: World) -> Iterator[tuple[tuple[Any, ...], Callable[[], Any]]]:
    """All that can be asked, each with its name: whatever is not asked here depends on the head."""
    repository, commit = world.repository, world.projections.commit()
    catalogue, links, changes = world.catalogue, world.links, world.changes
    for path in ASKED:
        yield ("access", path), partial(levels(repository, commit).access, path)
        for name in (f"{path}.md", f"{path}/index.md", path):
            yield ("stands", name), partial(repository.stands, name, commit)
            yield ("read", name), partial(repository.blob_id, name, commit)
        yield ("entries", path), partial(repository.entries, path, commit)
        yield ("times", path), partial(changes.times, path)
        yield ("told", path), partial(changes.told, [path])
        yield ("made", path), partial(changes.made, [path])
        yield ("teams", path), partial(catalogue.teams_of, path, TODAY)
    for word in WORDS:
        yield ("owner", word), partial(catalogue.identity_owner, word)
    for audience in AUDIENCES:
        for path in ASKED:
            asks: list[Callable[..., Any]] = [links.backlinks, links.redirect, links.resolve]
            asks += [changes.history, changes.contributors]
            asks += [catalogue.children, catalogue.pages_of]
            for ask in asks:
                yield (ask.__name__, path, audience), partial(ask, path, audience)
            yield ("below", path, audience), partial(changes.recent, audience, below=path)
            yield ("page", path, audience), partial(catalogue.page, path, audience, TODAY)
            yield ("titles", path, audience), partial(catalogue.titles, [path], audience)
        for word in WORDS:
            yield ("resolve", word, audience), partial(links.resolve, word, audience)
            yield ("item", word, audience), partial(catalogue.item, word, audience, TODAY)
        whom = (audience, TODAY)
        for n, chosen in enumerate(SELECTIONS):
            for sort in SORTS:
                yield ("find", n, sort, audience), partial(catalogue.find, chosen, *whom, sort, 3)
            for key in KEYS:
                yield ("facet", n, key, audience), partial(catalogue.facets, [key], chosen, *whom)
            yield ("count", n, audience), partial(catalogue.count, chosen, *whom)
        for n, some in enumerate(ITEMS):
            for sort in ("new", "old", "page", "date", "before"):
                yield ("items", n, sort, audience), partial(catalogue.items, some, *whom, sort, 2)
            for key in KEYS:
                facet = partial(catalogue.item_facets, [key], some, *whom)
                yield ("item facet", n, key, audience), facet
            yield ("by space", n, audience), partial(catalogue.item_counts, some, *whom)
            yield ("newest", n, audience), partial(catalogue.newest_items, some, *whom)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(steps, st.randoms(use_true_random=False))
def test_what_stands_is_what_would_be_answered_now(history: list[Step], random: Random) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        repository = Repository.create(folder / "content.git", folder / "lock")
        projections = Projections(repository, folder / "index", parts())
        world, versions = World(repository, projections), PageVersions(projections)
        present: dict[str, str] = {}
        kept: dict[Any, tuple[Any, frozenset[str], Any]] = {}
        chosen: set[Any] = set()
        try:
            for step in history:
                if not (changed := changes_of(step, present)):
                    continue
                world.write(changed)
                present = {**present, **changed}  # type: ignore[dict-item]
                present = {file: text for file, text in present.items() if text is not None}
                with projections.pinned("test"):
                    asked = dict(questions(world))
                    chosen = chosen or {*random.sample(sorted(asked, key=str), MOST)}
                    for key in chosen:
                        ask = asked[key]
                        with noting() as topics:
                            value = ask()
                        state = versions.now()
                        assert state is not None and HEAD not in topics
                        if key in kept:
                            before, noted, then = kept[key]
                            if versions.stands(then, noted) is not None:
                                assert before == value, (key, step, sorted(noted))
                                continue
                        kept[key] = value, versions.pick(topics), state
        finally:
            projections.close()
            repository.close()


def test_a_typo_corrected_in_one_page_leaves_what_others_show(world: World) -> None:
    team = "---\ntype: project\nteam: ['[[personnes/p]]']\n---\n# A\n\n::: besoins\n- un\n\n:::\n"
    world.write({"a.md": team, "a/b.md": "# B\n\nVers [[a]]\n", "b.md": "# C\n\nUn mto\n"})
    versions = PageVersions(world.projections)

    def ask() -> tuple[dict[Any, frozenset[str]], Any]:
        with world.projections.pinned("test"):
            noted = {}
            for key, question in questions(world):
                with noting() as topics:
                    question()
                noted[key] = versions.pick(topics)
            return noted, versions.now()

    noted, then = ask()
    world.write({"b.md": "# C\n\nUn mot\n"})
    _noted, _now = ask()
    gone = [key for key, topics in noted.items() if versions.stands(then, topics) is None]
    assert {key[:2] for key in gone if key[0] not in ("find", "items")} == {
        ("read", "b.md"),
        ("stands", "b.md"),
        ("times", "b"),
        ("told", "b"),
        ("made", "b"),
        ("history", "b"),
        ("contributors", "b"),
        ("below", "b"),
        ("below", "index"),
    }
    # By the last news, and by the age of items without identity: also among those without a day.
    assert {key[2] for key in gone if key[0] == "find"} == {"updated"}
    assert {key[2] for key in gone if key[0] == "items"} == {"new", "old", "before"}


def late(versions: PageVersions, then: State | None) -> bool:
    """Whether visitors may be shown what depends on the page ``a`` and was made at ``then``."""
    versions.follow()
    return versions.stands_late(then, {"page:a"}) is not None


def test_a_page_that_is_closed_is_never_shown_later(world: World) -> None:
    """``delay`` lets an edit wait, and nothing else."""
    clock = [0.0]
    versions = PageVersions(world.projections, delay=5, clock=lambda: clock[0])

    def now() -> State | None:
        with world.projections.pinned("test"):
            state = versions.now()
        assert versions.stands(state, {"page:a"}) == state
        versions.follow()
        return state

    world.write({"a.md": "# A\n", "b.md": "---\nvisibility: members\n---\n# B\n"})
    then = now()
    world.write({"a.md": "# Autre\n"})
    clock[0] = 4.9
    assert late(versions, then)
    for depends_on_everything in (versions.stands, versions.glance()):
        assert depends_on_everything(then, {HEAD}) is None
    assert versions.stands(then, {"page:a"}) is None
    assert versions.glance()(then, {"page:a"}) is None
    clock[0] = 5.0
    assert not late(versions, then)
    # What was for members alone is closed to nobody who visits.
    then = now()
    world.write({"b.md": None})
    assert late(versions, then)
    then = now()
    world.write({"a.md": "---\nvisibility: members\n---\n# A\n"})
    assert not late(versions, then)
    closed = now()
    world.write({"a.md": "# A\n"})
    assert late(versions, closed)
    open_ = now()
    world.write({"a.md": "---\nvisibility: members\n---\n# A\n"})
    assert not late(versions, open_)
    assert not late(versions, then)


def test_a_long_request_makes_nobody_else_late(world: World) -> None:
    clock = [0.0]
    versions = PageVersions(world.projections, delay=5, clock=lambda: clock[0])
    world.write({"a.md": "# A\n"})
    with world.projections.pinned("test"):
        then = versions.now()
        assert late(versions, then)
        world.write({"a.md": "# Autre\n"})
        clock[0] = 9.0
        assert versions.stands(then, {"page:a"}) == then
    assert not late(versions, then)


def test_what_was_not_asked_for_since_is_late_where_somebody_follows(world: World) -> None:
    clock = [0.0]
    versions = PageVersions(world.projections, delay=5, clock=lambda: clock[0])
    world.write({"a.md": "# A\n"})
    with world.projections.pinned("test"):
        then = versions.now()
    for _look in range(3):
        clock[0] += 60
        assert versions.follow() == world.repository.head()
    world.write({"a.md": "# Autre\n"})
    assert late(versions, then)
    clock[0] += 4
    versions.follow()
    clock[0] += 1
    assert not late(versions, then)


def test_what_stood_when_it_was_last_looked_is_as_late_as_that(world: World) -> None:
    """However long ago it was made, or asked for."""
    clock = [0.0]
    versions = PageVersions(world.projections, delay=5, clock=lambda: clock[0])
    world.write({"a.md": "# A\n", "b.md": "# B\n"})
    with world.projections.pinned("test"):
        then = versions.now()
    assert then is not None
    for number in range(9):
        clock[0] += 4
        world.write({"b.md": f"# B\n\n{number}\n"})
        assert versions.stands(then, {"file:b.md"}) is None
        found = versions.stands_late(then, {"file:a.md"})
        assert found is not None and found.commit == world.repository.head()
        for changed in ("file:b.md", HEAD):
            assert versions.stands_late(then, {"file:a.md", changed}) is None
    clock[0] += 5
    assert versions.stands_late(then, {"file:a.md"}) is None


def test_nobody_is_late_without_a_delay(world: World) -> None:
    versions = PageVersions(world.projections)
    world.write({"a.md": "# A\n"})
    with world.projections.pinned("test"):
        then = versions.now()
    assert not late(versions, then)


def test_many_changes_let_nothing_stand_rather_than_too_much(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiki.projections.versions._MOST", 30)
    world.write({"a.md": "# A\n", "b.md": "# B\n"})
    versions = PageVersions(world.projections)
    with world.projections.pinned("test"):
        then = versions.now()
    world.write({"b.md": "# B\n\nautre\n"})
    assert versions.stands(then, {"file:a.md"}) is not None
    for number in range(10):
        world.write({f"c{number}.md": "# C\n"})
        assert versions.stands(then, {"file:b.md"}) is None
    assert versions.stands(then, {"file:a.md"}) is None
    with world.projections.pinned("test"):
        now = versions.now()
    world.write({"b.md": "# B\n"})
    assert versions.stands(now, {"file:a.md"}) is not None


def test_what_says_nothing_depends_on_the_head(world: World) -> None:
    world.write({"a.md": "# A\n"})
    for ask in (
        lambda: origins(world.changes, ["a"], VISITOR),
        lambda: world.links.pairs(VISITOR),
        lambda: doubled_identities(world.catalogue),
        lambda: world.repository.files(world.projections.commit()).__next__(),
    ):
        with noting() as topics:
            ask()
        assert HEAD in topics


def test_all_is_bumped_where_a_projection_starts_over(world: World) -> None:
    world.write({"a.md": page("# A\n")})
    versions = PageVersions(world.projections)
    with world.projections.pinned("test"):
        then = versions.now()
    world.projections.rebuild("links")
    world.write({"b.md": "# B\n"})
    assert versions.stands(then, {"name:a"}) is None
    assert ALL in AUDIENCES[0]
