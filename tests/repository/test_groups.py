"""Saves that wait together: each has its commit, its author and its own answer."""

import multiprocessing
import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from wiki.errors import StorageFailed
from wiki.repository.commit import commit
from wiki.repository.objects import EMPTY, Author
from wiki.repository.repository import Repository
from wiki.repository.writes.branch import HeadMoved, LockedBranch
from wiki.repository.writes.group import Wish
from wiki.repository.writes.pack import Pack

Git = Callable[..., str]

WRITERS = 6


def author(number: int) -> Author:
    return Author(f"Voix {number}", f"{number}@people.invalid")


def begin(repository: Repository) -> str:
    """A repository with a file for each writer."""
    files = {f"{number}.md": b"vide\n" for number in range(WRITERS)}
    return commit(repository, EMPTY, files, author(99), "avant")


def wish(number: int, data: bytes, **more: Any) -> Wish:
    """What writer ``number`` wants saved; it fits as long as nobody else wrote the same file."""
    file = f"{number}.md"
    given = {"fit": lambda _head, others: None if file in others else data, **more}
    return Wish(file, author=author(number), message=f"dit par {number}", **given)


def together(repository: Repository, wishes: Sequence[Wish]) -> list[Future[str]]:
    """Their answers, once they have all waited for one turn in the queue."""
    with ThreadPoolExecutor(len(wishes)) as pool:
        with repository.lock():
            answers = [pool.submit(repository.group.commit, one) for one in wishes]
            until = time.monotonic() + 60
            while len(repository.group._waiting) < len(wishes):
                assert time.monotonic() < until
                time.sleep(0.001)
        return answers


def packs(repository: Repository) -> set[str]:
    return {path.name for path in (repository.folder / "objects/pack").glob("*.pack")}


def told(repository: Repository, id: str) -> tuple[str, str, bytes]:
    """Who and why, and the bytes that its author saved."""
    found = repository.commit_info(id)
    number = found.author_mail.partition("@")[0]
    blob = repository.read(f"{number}.md", id)
    assert blob is not None
    return found.author_name, found.message, blob.data


def test_those_that_wait_share_a_pack_and_each_has_a_commit(
    repository: Repository, git: Git
) -> None:
    head, before = begin(repository), packs(repository)
    wishes = [wish(number, b"de %d\n" % number) for number in range(WRITERS)]
    answers = [one.result() for one in together(repository, wishes)]
    assert len(packs(repository) - before) == 1
    assert len(set(answers)) == WRITERS
    for number, id in enumerate(answers):
        assert told(repository, id) == (
            f"Voix {number}",
            f"dit par {number}",
            b"de %d\n" % number,
        )
    assert repository.head() in answers
    assert git("rev-list", "--count", f"{head}..main") == str(WRITERS)
    assert git("reflog", "main").count("\n") == 1, "a group is one move of the branch"
    # What this process never read again is what git reads.
    assert git("show", "main:3.md") == "de 3"
    assert git("fsck", "--strict", "--full", "--no-dangling") == ""


def test_one_that_does_not_hold_or_breaks_is_refused_alone(
    repository: Repository, git: Git
) -> None:
    head = begin(repository)

    def breaks(_head: str, _others: Mapping[str, bytes]) -> bytes:
        raise ZeroDivisionError

    wishes = [
        wish(0, b"de 0\n"),
        wish(1, b"de 1\n", fit=lambda _head, _others: None),
        wish(0, b"encore 0\n"),
        wish(2, b"de 2\n", fit=breaks),
        wish(3, b"de 3\n"),
    ]
    # The first that comes is not asked: it is saved onto what it was prepared from.
    commit(repository, head, {"autre.md": b"x"}, author(98), "entre-temps")
    answers = together(repository, wishes)
    errors = [answer.exception() for answer in answers]
    assert isinstance(errors[1], HeadMoved)
    assert isinstance(errors[3], ZeroDivisionError)
    assert errors[4] is None
    assert {type(errors[0]), type(errors[2])} == {type(None), HeadMoved}
    assert git("rev-list", "--count", f"{head}..main") == "3"
    assert repository.check() == []


def test_who_holds_the_queue_waits_for_nobody(repository: Repository) -> None:
    begin(repository)
    with repository.lock():
        first = repository.group.commit(wish(0, b"de 0\n"))
        assert repository.head() == first


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", name]
        if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("mounting is not allowed here")
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "-l", name], check=True)


def test_a_disk_that_fills_is_told_to_whom_it_concerns() -> None:
    with small_disk("1200k") as folder:
        repository = Repository.create(folder / "content.git", folder / "lock")
        begin(repository)
        wishes = [
            wish(0, b"de 0\n"),
            wish(1, os.urandom(2_000_000)),
            wish(2, b"de 2\n"),
        ]
        errors = [answer.exception() for answer in together(repository, wishes)]
        assert isinstance(errors[1], StorageFailed)
        assert errors[0] is errors[2] is None
        kept = [repository.read(f"{number}.md", repository.head()) for number in range(3)]
        assert [one and one.data for one in kept] == [b"de 0\n", b"vide\n", b"de 2\n"]
        assert repository.check() == []
        assert not list((repository.folder / "objects/pack").glob("tmp_*"))
        repository.close()


def test_a_group_that_nothing_can_be_written_of_tells_each(repository: Repository) -> None:
    head = begin(repository)
    child = multiprocessing.get_context("fork").Process(target=_write_on_full, args=(repository,))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    assert repository.head() == head
    assert repository.check() == []
    assert not (repository.folder / "refs/heads/main.lock").exists()
    assert repository.group.commit(wish(0, b"de 0\n")) == repository.head()


def _write_on_full(repository: Repository) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
    wishes = [wish(number, os.urandom(500)) for number in range(WRITERS)]
    errors = [answer.exception() for answer in together(repository, wishes)]
    os._exit(0 if all(isinstance(one, StorageFailed) for one in errors) else 1)


#: where a writer is killed: before its objects, between them and the branch, and at the branch
DEATHS = {
    "the pack": (Pack, "begun"),
    "the branch": (LockedBranch, "move"),
    "the rename": (Path, "rename"),
}


@pytest.mark.parametrize("where", DEATHS)
def test_a_writer_killed_in_a_group_leaves_a_whole_wiki(
    repository: Repository, tmp_path: Path, where: str, git: Git
) -> None:
    head = begin(repository)
    child = multiprocessing.get_context("fork").Process(target=_die_at, args=(repository, where))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert repository.head() == head
    assert (repository.folder / "refs/heads/main.lock").exists()
    other = Repository(repository.folder, tmp_path / "lock")
    saved = other.group.commit(wish(1, b"de 1\n"))
    assert other.head() == saved
    assert not list((repository.folder / "objects/pack").glob("*.keep"))
    assert git("fsck", "--strict", "--full", "--no-dangling") == ""
    other.close()


def _die_at(repository: Repository, where: str) -> None:
    place, name = DEATHS[where]
    setattr(place, name, lambda *_given: os.kill(os.getpid(), signal.SIGKILL))
    together(repository, [wish(number, b"x") for number in range(WRITERS)])


def test_a_git_that_tidies_up_meanwhile_takes_nothing_away(
    repository: Repository, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the halves of ``git gc --prune=now`` do with what no branch names yet."""
    begin(repository)
    move = LockedBranch.move

    def tidied(branch: LockedBranch, *given: Any) -> None:
        git("repack", "-a", "-d", "--quiet")
        git("prune", "--expire=now")
        move(branch, *given)

    monkeypatch.setattr(LockedBranch, "move", tidied)
    saved = repository.group.commit(wish(0, b"de 0\n"))
    assert commit(repository, saved, {"neuf.md": b"x"}, author(1), "seul") == repository.head()
    assert git("fsck", "--strict", "--full", "--no-dangling") == ""
    assert not list((repository.folder / "objects/pack").glob("*.keep"))


def save_at_last(repository: Repository, number: int, data: bytes) -> str:
    """As the door in does: prepared anew where the branch has moved."""
    while True:
        one = wish(number, data, fit=lambda _head, _others: data)
        with suppress(HeadMoved):
            return repository.group.commit(one)


def test_another_git_that_pushes_meanwhile_loses_nothing_either(
    repository: Repository, tmp_path: Path, git_at: Callable[[Path], Git]
) -> None:
    begin(repository)
    git_at(tmp_path)("clone", "--quiet", str(repository.folder), "copie")
    copy = git_at(tmp_path / "copie")
    pushed, saved = 0, 0
    with ThreadPoolExecutor(1) as pool:
        for turn in range(6):
            copy("pull", "--quiet", "--rebase")
            (tmp_path / "copie" / f"poussé-{turn}.md").write_text("x")
            copy("add", "-A")
            copy("commit", "--quiet", "-m", f"poussé {turn}")
            going = pool.submit(subprocess.run, ["git", "-C", str(tmp_path / "copie"), "push"])
            for number in range(WRITERS):
                saved += bool(save_at_last(repository, number, b"%d\n" % turn))
            pushed += going.result().returncode == 0
    assert saved == 6 * WRITERS
    copy("fetch", "--quiet")
    assert copy("rev-list", "--count", "origin/main") == str(1 + saved + pushed)
    assert repository.check() == []
