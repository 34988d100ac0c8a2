"""A save: what it writes, what it refuses, and that nobody is overwritten."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiki.errors import AlreadyExists, BadPath
from wiki.repository.commit import Change, Moved, blob_hash, commit
from wiki.repository.importing import stream_commits
from wiki.repository.objects import EMPTY, Author
from wiki.repository.repository import Repository
from wiki.repository.writes.branch import HeadMoved

Save = Callable[..., str]
Git = Callable[..., str]


def files(repository: Repository) -> dict[str, bytes]:
    """Everything that stands at the head."""
    return {file: repository.read_blob(id) for file, id in repository.files(repository.head())}


def test_a_save_is_one_commit_with_everything(
    repository: Repository, author: Author, save: Save, git: Git
) -> None:
    first = save({"index.md": b"un", "projets/a.md": b"a", "projets/b.md": b"b"})
    when = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    helper = Author("Un bénévole", "b@people.invalid")
    changes: dict[str, Change] = {
        "index.md": b"deux",
        "projets/a.md": None,
        'été "x"\\.md': b"\0\xff",
    }
    second = commit(repository, first, changes, author, "Pourquoi", when, [helper])
    assert repository.head() == second
    assert files(repository) == {
        "index.md": b"deux",
        "projets/b.md": b"b",
        'été "x"\\.md': b"\0\xff",
    }
    told = repository.commit_info(second)
    assert told.when == when
    assert told.when.utcoffset() == timedelta(hours=2)
    assert told.message == "Pourquoi\n\nCo-authored-by: Un bénévole <b@people.invalid>"
    assert told.parents == (first,)
    assert git("fsck", "--strict") == ""
    assert git("reflog", "main").count("\n") == 1, "a move of the branch can be undone"
    assert not list(repository.folder.glob("index"))


def test_a_save_that_changes_nothing_is_no_commit(repository: Repository, save: Save) -> None:
    head = save({"index.md": b"un"})
    assert save({"index.md": b"un"}) == head
    assert save({"nowhere.md": None}) == head
    assert save({}) == head
    assert repository.head() == head


def test_a_stale_writer_is_told_and_nothing_is_written(
    repository: Repository, author: Author, save: Save
) -> None:
    first = save({"index.md": b"un"})
    second = save({"index.md": b"deux"})
    for stale in (first, EMPTY, "0" * 40):
        with pytest.raises(HeadMoved) as told:
            commit(repository, stale, {"other.md": b"x"}, author, "x")
        assert told.value.head == second
    assert files(repository) == {"index.md": b"deux"}


def test_a_stale_writer_does_not_bring_purged_commits_back(
    repository: Repository, author: Author, save: Save, git: Git
) -> None:
    kept = save({"index.md": b"un"})
    purged = save({"secret.md": b"x"})
    git("update-ref", "refs/heads/main", kept)
    with pytest.raises(HeadMoved):
        commit(repository, purged, {"other.md": b"x"}, author, "x")
    assert files(repository) == {"index.md": b"un"}


@pytest.mark.parametrize(
    "name", ["", "/a", "a/", "a//b", "..", "a/../b", "./a", ".git/config", "a/.GIT/x", "a\0b"]
)
def test_a_name_that_git_cannot_keep_is_refused(
    repository: Repository, author: Author, save: Save, name: str
) -> None:
    head = save({"index.md": b"un"})
    with pytest.raises(BadPath):
        commit(repository, head, {name: b"x", "good.md": b"y"}, author, "x")
    with pytest.raises(BadPath), stream_commits(repository, head) as imported:
        imported.commit({name: b"x"}, author, "x", datetime.now(UTC))
    assert repository.head() == head


def test_a_file_never_takes_the_place_of_a_folder(
    repository: Repository, author: Author, save: Save
) -> None:
    head = save({"projets/a/index.md": b"a", "plan": b"p"})
    blocked: tuple[dict[str, Change], ...] = (
        {"projets": b"x"},
        {"projets/a": b"x"},
        {"plan/index.md": b"x"},
        {"plan/a/b.md": b"x"},
        {"plan": Moved("projets")},
        {"projets/a": Moved("plan")},
        {"plan/x": Moved("projets/a/index.md")},
    )
    for changes in blocked:
        with pytest.raises(AlreadyExists):
            commit(repository, head, changes, author, "x")
    assert repository.head() == head
    # What leaves in the same save makes room.
    commit(repository, head, {"plan": None, "plan/index.md": b"x", "projets": None}, author, "x")
    assert files(repository) == {"plan/index.md": b"x"}


def test_moves(repository: Repository, author: Author, save: Save) -> None:
    head = save({"a/index.md": b"A", "a/x.md": b"X", "a/y.md": b"Y", "b.md": b"B", "c.md": b"C"})
    changes: dict[str, Change] = {
        "d/e": Moved("a"),
        "d/e/index.md": b"A, moved",
        "d/e/y.md": None,
        "b.md": Moved("c.md"),
        "c.md": Moved("b.md"),
    }
    with pytest.raises(AlreadyExists):
        commit(repository, head, changes, author, "a swap is two saves")
    del changes["b.md"], changes["c.md"]
    commit(repository, head, changes, author, "x")
    assert files(repository) == {
        "d/e/index.md": b"A, moved",
        "d/e/x.md": b"X",
        "b.md": b"B",
        "c.md": b"C",
    }
    with pytest.raises(BadPath):
        commit(repository, repository.head(), {"z.md": Moved("nowhere.md")}, author, "x")


names = st.sampled_from(["a", "b", "d/a", "d/b", "d/e/a", 'é "q"\n', "\udcff"])
change = st.one_of(st.none(), st.binary(max_size=8), st.sampled_from([b"", b"\n", b"data 3\n"]))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.dictionaries(names, change, max_size=4), max_size=4))
def test_any_saves_leave_exactly_what_they_say(
    repository: Repository, author: Author, steps: list[dict[str, bytes | None]]
) -> None:
    expected = files(repository)
    for step in steps:
        head = commit(repository, repository.head(), step, author, "x")
        expected |= {name: data for name, data in step.items() if data is not None}
        expected = {
            name: data for name, data in expected.items() if step.get(name, b"") is not None
        }
        assert files(repository) == expected
        assert repository.head() == head


@pytest.mark.parametrize(
    ("name", "mail"),
    [
        ("", ""),
        ("<script>", "a>b <c"),
        ("a\nauthor evil <e>", "x\ncommitter evil"),
        ("\udcff", "é"),
    ],
)
def test_no_author_or_message_forges_a_commit(
    repository: Repository, name: str, mail: str, git: Git
) -> None:
    message = "x\0\nfrom 0000\ndone\nauthor evil <evil> 0 +0000\n\udcff"
    head = commit(repository, EMPTY, {"a.md": b"a"}, Author(name, mail), message)
    told = repository.commit_info(head)
    assert "evil" not in told.author_mail.split()
    assert "\n" not in told.author_name
    assert told.message.startswith("x\nfrom 0000")
    assert told.parents == ()
    assert git("cat-file", "commit", "main").count("\nauthor ") == 2, "one is in the message"


@pytest.mark.parametrize(
    "when",
    [
        datetime(1789, 7, 14, tzinfo=UTC),
        datetime(9999, 12, 31, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=23, minutes=59))),
        datetime(2026, 1, 1, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
    ],
)
def test_any_time_can_be_saved(repository: Repository, author: Author, when: datetime) -> None:
    head = commit(repository, EMPTY, {"a.md": b"a"}, author, "x", when)
    told = repository.commit_info(head).when
    assert told.timestamp() == max(0, when.timestamp())


def test_what_is_written_is_what_git_would_write(
    repository: Repository, author: Author, save: Save, git: Git
) -> None:
    when = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))
    # "a-" comes before the folder "a", whose name counts with a slash.
    names = ("a/x.md", "a-", "a.md", "a0", "é/b/c.md", "z/y.md")
    step: dict[str, bytes | None] = {name: name.encode() for name in names}
    save(step)
    git("tag", "ours")
    git("update-ref", "-d", "refs/heads/main")
    (repository.folder / "begun").unlink()
    with stream_commits(repository, EMPTY) as imported:
        imported.commit(step, author, "un", when)
    assert git("rev-parse", "main^{tree}") == git("rev-parse", "ours^{tree}")
    after = {"a/x.md": b"neuf", "a/y.md": b"", "a-": None, "z/y.md": None}
    head = repository.head()
    ours = commit(repository, head, after, author, "deux", when)
    git("update-ref", "refs/heads/main", head)
    with stream_commits(repository, head) as imported:
        imported.commit(after, author, "deux", when)
    assert repository.head() == ours
    assert git("fsck", "--strict", "--full", "--no-dangling") == ""
    assert git("rev-parse", "--verify", "main@{0}") == ours
    git("gc", "--quiet", "--prune=now")
    assert save(dict.fromkeys(("a/x.md", "a/y.md", "a.md", "a0", "é/b/c.md"))) != ours
    assert files(repository) == {}
    assert git("fsck", "--strict", "--full", "--no-dangling") == ""


def test_the_hash_is_gits(git: Git) -> None:
    assert blob_hash(b"bonjour\n") == git("hash-object", "--stdin", given=b"bonjour\n")


def test_an_import_is_many_commits_and_one_move(
    repository: Repository, author: Author, save: Save
) -> None:
    head = save({"index.md": b"un"})
    start = datetime(2020, 1, 1, tzinfo=UTC)
    with stream_commits(repository, head) as imported:
        for day in range(200):
            imported.commit({f"{day % 7}.md": b"%d" % day}, author, "x", start + timedelta(day))
        assert repository.head() == head, "nobody sees half an import"
    assert repository.commit_info(repository.head()).when == start + timedelta(199)
    assert files(repository)["3.md"] == b"199"
    assert files(repository)["index.md"] == b"un"
    with stream_commits(repository, repository.head()) as imported:
        pass
    assert not list((repository.folder / "refs").glob("imports/*"))


def test_an_import_equals_another(repository: Repository, author: Author, save: Save) -> None:
    heads: list[str] = []
    for _round in range(2):
        with stream_commits(repository, EMPTY if not heads else repository.head()) as imported:
            imported.commit({"a.md": b"a"}, author, "x", datetime(2020, 1, 1, tzinfo=UTC))
        heads.append(repository.head())
    assert repository.commit_info(heads[1]).parents == (heads[0],)
    assert dict(repository.files(heads[0])) == dict(repository.files(heads[1]))


def test_an_import_that_fails_leaves_nothing(
    repository: Repository, author: Author, save: Save
) -> None:
    head = save({"index.md": b"un"})
    with pytest.raises(ZeroDivisionError), stream_commits(repository, head) as imported:
        imported.commit({"a.md": b"a"}, author, "x", datetime.now(UTC))
        raise ZeroDivisionError
    assert repository.head() == head
    # Someone saves while the import runs: theirs stays, the import is told.
    with pytest.raises(HeadMoved), stream_commits(repository, head) as imported:
        imported.commit({"a.md": b"a"}, author, "x", datetime.now(UTC))
        saved = save({"index.md": b"deux"})
    assert repository.head() == saved
    assert files(repository) == {"index.md": b"deux"}
    assert not list((repository.folder / "refs").glob("imports/*"))
    assert not list(repository.folder.glob("fast_import_crash_*"))
    assert repository.check() == []
