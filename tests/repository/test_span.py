"""From one commit to another: state and story, over any history that git can hold."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.repository.objects import EMPTY, Author
from wiki.repository.process import GitFailed
from wiki.repository.repository import Repository
from wiki.repository.span import FileChange, Span
from wiki.repository.writing import Moved, commit

Save = Callable[..., str]
Git = Callable[..., str]


def moves(span: Span) -> list[list[tuple[str, str, str | None]]]:
    return [
        [(move.status, move.file, move.old_file) for move in story.files]
        for story in span.commits()
    ]


def test_nothing_lies_between_a_commit_and_itself(repository: Repository, save: Save) -> None:
    for here in (EMPTY, save({"a.md": b"a"})):
        span = Span(repository, here, here)
        assert list(span.changes()) == []
        assert list(span.commits()) == []
        assert span.ancestor
        assert span.known


def test_from_nothing_is_everything_and_back(repository: Repository, save: Save) -> None:
    head = save({"a.md": b"a", "d/b.md": b"b"})
    a, b = repository.blob_id("a.md", head), repository.blob_id("d/b.md", head)
    come = [FileChange("a.md", None, a), FileChange("d/b.md", None, b)]
    assert list(Span(repository, EMPTY, head).changes()) == come
    gone = [FileChange(change.file, change.after, None) for change in come]
    assert list(Span(repository, head, EMPTY).changes()) == gone
    assert not Span(repository, head, EMPTY).ancestor


def test_a_story_tells_each_commit_oldest_first(
    repository: Repository, save: Save, author: Author
) -> None:
    first = save({"a.md": b"a\n" * 30, "gone.md": b"g"}, "Début\n\navec : suite\n\nfin")
    second = save({"a.md": b"a\n" * 29 + b"b\n", "gone.md": None, "new.md": b"n"}, ":100644 faux")
    third = commit(repository, second, {"d/a.md": Moved("a.md")}, author, "")
    stories = list(Span(repository, EMPTY, third).commits())
    assert [story.commit for story in stories] == [
        repository.commit_info(id) for id in (first, second, third)
    ]
    assert moves(Span(repository, EMPTY, third)) == [
        [("A", "a.md", None), ("A", "gone.md", None)],
        [("M", "a.md", None), ("D", "gone.md", None), ("A", "new.md", None)],
        [("R", "d/a.md", "a.md")],
    ]
    (story,) = Span(repository, second, third).commits()
    assert story.files[0].before == repository.blob_id("a.md", second)
    assert story.files[0].after == repository.blob_id("d/a.md", third)


def test_a_move_with_an_edit_is_told_as_a_move(repository: Repository, save: Save) -> None:
    first = save({"a.md": b"".join(b"line %d\n" % number for number in range(40))})
    text = repository.read("a.md", first)
    assert text is not None
    head = save({"a.md": None, "b.md": text.data + b"aliases\n"})
    assert moves(Span(repository, first, head)) == [[("R", "b.md", "a.md")]]
    assert [change.file for change in Span(repository, first, head).changes()] == ["a.md", "b.md"]


def test_a_merge_tells_only_what_no_parent_had(
    repository: Repository, save: Save, author: Author, git: Git
) -> None:
    base = save({"a.md": b"a", "b.md": b"b", "c.md": b"c"})
    left = save({"a.md": b"left", "c.md": b"left"})
    git("update-ref", "refs/heads/main", base)
    right = save({"b.md": b"right", "c.md": b"right"})
    git("update-ref", "refs/heads/main", right)
    save({"a.md": b"left", "c.md": b"both"})
    tree = git("rev-parse", "main^{tree}")
    merged = git("commit-tree", tree, "-p", right, "-p", left, "-m", "ensemble")
    plain = git("commit-tree", f"{left}^{{tree}}", "-p", merged, "-p", left, "-m", "rien")
    span = Span(repository, base, plain)
    stories = {story.commit.message: story for story in span.commits()}
    assert len(stories) >= 3
    assert [(move.status, move.file) for move in stories["ensemble"].files] == [("M", "c.md")]
    assert stories["ensemble"].files[0].before == repository.blob_id("c.md", right)
    assert stories["rien"].files == ()
    order = [story.commit.id for story in span.commits()]
    assert order.index(left) < order.index(merged) < order.index(plain)
    assert stories["ensemble"].commit.parents == (right, left)


def test_history_rewritten(repository: Repository, save: Save, git: Git) -> None:
    kept = save({"a.md": b"a"})
    lost = save({"a.md": b"b", "lost.md": b"x"})
    git("update-ref", "refs/heads/main", kept)
    head = save({"a.md": b"c"})
    span = Span(repository, lost, head)
    assert not span.ancestor
    assert span.known
    assert [(change.file, change.after is None) for change in span.changes()] == [
        ("a.md", False),
        ("lost.md", True),
    ]
    assert [story.commit.id for story in span.commits()] == [head]


def test_a_commit_that_is_gone_for_good(repository: Repository, save: Save) -> None:
    head = save({"a.md": b"a"})
    span = Span(repository, "deadbeef" * 5, head)
    assert not span.known
    assert not span.ancestor
    with pytest.raises(GitFailed):
        list(span.changes())


def test_links_modes_and_submodules_are_no_files(repository: Repository, git: Git) -> None:
    blob = git("hash-object", "-w", "--stdin", given=b"target")
    other = "deadbeef" * 5
    trees = [
        f"100644 blob {blob}\tfile\n120000 blob {blob}\tlink\n160000 commit {other}\tsub\n",
        f"100755 blob {blob}\tfile\n100644 blob {blob}\tlink\n160000 commit {other}\tsub\n",
        f"120000 blob {blob}\tfile\n",
    ]
    head, told = EMPTY, []
    for tree in trees:
        made = git("mktree", "--missing", given=tree.encode())
        parent = [] if head == EMPTY else ["-p", head]
        after = git("commit-tree", made, *parent, "-m", "x")
        changes = [
            (change.file, change.after) for change in Span(repository, head, after).changes()
        ]
        story = [
            (move.file, move.after)
            for story in Span(repository, head, after).commits()
            for move in story.files
        ]
        assert sorted(changes, key=str) == sorted(story, key=str)
        told.append(changes)
        head = after
    assert told == [[("file", blob)], [("link", blob)], [("file", None), ("link", None)]]


def test_leaving_early_ends_git(repository: Repository, save: Save) -> None:
    head = save({f"{number:04d}-{'x' * 200}.md": b"%d" % number for number in range(1500)})
    changes = Span(repository, EMPTY, head).changes()
    assert next(changes).file.startswith("0000")
    changes.close()  # type: ignore[attr-defined]
    assert next(iter(repository.files(head)))[0].startswith("0000")


names = st.sampled_from(["a.md", "b.md", "d/a.md", "d/b.md", "é\n.md", "\udcff.md"])
step = st.dictionaries(names, st.none() | st.sampled_from([b"1", b"22", b"3" * 50]), max_size=4)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(step, min_size=1, max_size=5), cut=st.integers(0, 5))
def test_state_is_the_sum_of_the_story(
    repository: Repository, save: Save, steps: list[dict[str, bytes | None]], cut: int
) -> None:
    heads = [repository.head(), *(save(changes) for changes in steps)]
    since, to = heads[min(cut, len(heads) - 1)], heads[-1]
    before, after = dict(repository.files(since)), dict(repository.files(to))
    changed = {change.file: change for change in Span(repository, since, to).changes()}
    for file in before.keys() | after.keys():
        change = changed.get(file, FileChange(file, before.get(file), before.get(file)))
        assert (change.before, change.after) == (before.get(file), after.get(file))
    told = dict(before)
    for story in Span(repository, since, to).commits():
        for move in story.files:
            if move.old_file is not None:
                del told[move.old_file]
            if move.after is None:
                del told[move.file]
            else:
                told[move.file] = move.after
    assert told == after
