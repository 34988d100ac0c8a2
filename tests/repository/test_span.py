"""From one commit to another: state and story, over any history that git can hold."""

import io
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.repository.commit import Moved, commit
from wiki.repository.objects import (
    EMPTY,
    LONGEST_MESSAGE,
    LONGEST_NAME,
    READ_MESSAGE,
    READ_NAME,
    Author,
    encode_name,
)
from wiki.repository.process import GitFailed, fields
from wiki.repository.rawlog import raw_commits
from wiki.repository.repository import Repository
from wiki.repository.span import FileChange, Span

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


def test_endless_words_are_cut_and_what_follows_is_told(
    repository: Repository, save: Save, git: Git
) -> None:
    """Commits as they may stand in a repository from before there was a bound."""
    first = save({"a.md": b"a"})
    tree = git("rev-parse", f"{first}^{{tree}}")
    who = f"{'n' * 70_000} <{'m' * 70_000}> 1700000000 +0000"
    raw = f"tree {tree}\nparent {first}\nauthor {who}\ncommitter {who}\n\n{'x' * 3_000_000}"
    long = git("hash-object", "-t", "commit", "-w", "--stdin", given=raw.encode())
    git("update-ref", "refs/heads/main", long)
    last = save({"b.md": b"b"}, "court")
    told = [story.commit for story in Span(repository, first, last).commits()]
    raw_told = [
        one.commit for one in raw_commits(repository, first, last, merges="combined", moves=True)
    ]
    for commits in (told, raw_told):
        assert [one.id for one in commits] == [long, last]
        assert commits[0].message == "x" * READ_MESSAGE
        assert commits[0].author_name == "n" * READ_NAME
        assert commits[0].author_mail == "m" * READ_NAME
        assert commits[1].message == "court"
    assert repository.commit_info(long).message == "x" * READ_MESSAGE
    assert commit(repository, last, {"c": b"c"}, Author("o" * 400, "p" * 400), "y" * 20_000)
    saved = repository.commit_info(repository.head())
    assert (len(saved.message), len(saved.author_name)) == (LONGEST_MESSAGE, LONGEST_NAME)


@pytest.mark.parametrize("pieces", [1, 3, 7, 100])
@given(st.lists(st.binary(max_size=12).map(lambda raw: raw.replace(b"\0", b"."))))
def test_fields_are_those_that_were_sent(pieces: int, sent: list[bytes]) -> None:
    """However the bytes come in."""
    raw = b"".join(field + b"\0" for field in sent)
    parts = iter([raw[at : at + pieces] for at in range(0, len(raw), pieces)])

    class Output(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            return next(parts, b"")

    assert list(fields(Output(), most=8)) == [field[:8] for field in sent]


def test_leaving_early_ends_git(repository: Repository, save: Save) -> None:
    head = save({f"{number:04d}-{'x' * 200}.md": b"%d" % number for number in range(1500)})
    changes = Span(repository, EMPTY, head).changes()
    assert next(changes).file.startswith("0000")
    changes.close()  # type: ignore[attr-defined]
    assert next(iter(repository.files(head)))[0].startswith("0000")


def test_where_a_folder_is_lost_nothing_is_gone_from_it(repository: Repository, git: Git) -> None:
    blob = git("hash-object", "-w", "--stdin", given=b"text")
    lost = git("mktree", given=f"100644 blob {blob}\ta.md\n".encode())
    heads = [
        git("commit-tree", git("mktree", given=listing.encode()), "-m", "x")
        for listing in (f"040000 tree {lost}\td\n", f"100644 blob {blob}\tb.md\n")
    ]
    (repository.folder / "objects" / lost[:2] / lost[2:]).unlink()
    with pytest.raises(GitFailed):
        list(Span(repository, *heads).changes())


names = st.sampled_from(
    ["a/b.md", "a0.md", "a.md", "b.md", "d/a.md", "d/b.md", "é\n.md", "\udcff.md"]
)
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
    changes = list(Span(repository, since, to).changes())
    assert [one.file for one in changes] == sorted((one.file for one in changes), key=encode_name)
    changed = {change.file: change for change in changes}
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
