"""A span read as pages: one page a change, and the pages that inherit something else."""

from wiki.projections.pagespan import PageChange, page_changes, pages_below
from wiki.projections.spans import SharedSpan
from wiki.repository.objects import EMPTY
from wiki.repository.span import Span

from .world import World, page


def changed(world: World, since: str = EMPTY) -> dict[str, PageChange]:
    span = Span(world.repository, since, world.repository.head())
    found = list(page_changes(world.repository, span))
    assert len({change.path for change in found}) == len(found)
    return {change.path: change for change in found}


def test_of_two_files_the_first_is_the_page(world: World) -> None:
    first = world.write({"a/index.md": "folder", "b.md": "b"})
    assert changed(world)["a"].after.file == "a/index.md"  # type: ignore[union-attr]
    second = world.write({"a.md": "leaf"})
    change = changed(world, first)["a"]
    assert (change.before.text, change.after.text) == ("folder", "leaf")  # type: ignore[union-attr]
    third = world.write({"a/index.md": "hidden"})
    assert changed(world, second) == {}
    world.write({"a.md": None})
    change = changed(world, third)["a"]
    assert (change.before.text, change.after.text) == ("leaf", "hidden")  # type: ignore[union-attr]
    assert set(changed(world)) == {"a", "b"}


def test_pages_below_come_where_they_inherit_something_else(world: World) -> None:
    first = world.write(
        {
            "a/index.md": "a",
            "a/b.md": "b",
            "a/b/c.md": "c",
            "a/d/index.md": "d",
            "ab.md": "",
            "a.png": "",
        }
    )
    second = world.write({"a/index.md": page("a, edited", title="New")})
    assert set(changed(world, first)) == {"a"}
    third = world.write({"a/index.md": page("a", visibility="members")})
    found = changed(world, second)
    assert set(found) == {"a", "a/b", "a/b/c", "a/d"}
    assert all(change.access.group == "members" for change in found.values() if change.access)
    assert all(found[path].before is found[path].after for path in ("a/b", "a/b/c", "a/d"))
    world.write({"a/index.md": page("a", visibility="members", type="project"), "a/b.md": "edited"})
    found = changed(world, third)
    assert {change.space for change in found.values()} == {"a"}
    assert found["a/b"].before is not found["a/b"].after
    fourth = world.repository.head()
    world.write({"a/index.md": None})
    found = changed(world, fourth)
    assert found["a"].after is None and found["a"].access is None
    assert {change.space for change in found.values()} == {None}
    assert found["a/b/c"].access is not None and found["a/b/c"].access.group == "public"


def test_the_root_is_above_all(world: World) -> None:
    first = world.write({"x.md": "x", "y/z.md": "z"})
    world.write({"index.md": page("", visibility="members")})
    assert set(changed(world, first)) == {"index", "x", "y/z"}


def test_pages_below_are_each_once(world: World) -> None:
    world.write({"a.md": "", "a/index.md": "", "a/b.md": "", "a/b/index.md": "", "a/b/c/d.md": ""})
    found = [
        path for path, _file, _id in pages_below(world.repository, "a", world.repository.head())
    ]
    assert sorted(found) == ["a/b", "a/b/c/d"]
    files = {
        path: file
        for path, file, _id in pages_below(world.repository, "index", world.repository.head())
    }
    assert files == {"a": "a.md", "a/b": "a/b.md", "a/b/c/d": "a/b/c/d.md"}


def test_a_page_far_too_large_is_for_administrators(world: World) -> None:
    world.write({"a.md": "x" * 10_000_001, "a/b.md": "below"})
    groups = {path: change.access.group for path, change in changed(world).items() if change.access}
    assert groups == {"a": "admins", "a/b": "admins"}


def test_a_shared_span_says_what_git_says(world: World) -> None:
    text = "a text long enough to be known again\n" * 5
    commits = [EMPTY]
    for files in (
        {"a.md": text},
        {"a.md": text + "more"},
        {"b.md": text, "a.md": None},
        {"c.md": "c"},
        {"c.md": None},
        {"b.md": "other", "d.md": "d"},
    ):
        commits.append(world.write(files))
    for since in commits:
        for to in commits[commits.index(since) :]:
            plain, shared = (kind(world.repository, since, to) for kind in (Span, SharedSpan))
            assert list(shared.changes()) == list(plain.changes())
            assert list(shared.commits()) == list(plain.commits())
            assert list(shared.commits()) == list(plain.commits())
