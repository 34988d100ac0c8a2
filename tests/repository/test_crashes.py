"""What a dead writer, a full disk or a read-only one leaves: a whole wiki, and words."""

import multiprocessing
import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wiki.errors import StorageFailed
from wiki.repository.commit import commit
from wiki.repository.importing import ARGUMENTS, stream_commits, sweep_imports
from wiki.repository.lock import WriteLock, recover
from wiki.repository.objects import EMPTY, Author
from wiki.repository.process import GitFailed, run, start
from wiki.repository.repository import Repository

Save = Callable[..., str]

NOBODY = 65534
AUTHOR = Author("a", "a@people.invalid")


def old_file(path: Path, seconds: float) -> None:
    path.write_bytes(b"")
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_writer_killed_with_git_at_work_is_recovered_at_once(
    repository: Repository, tmp_path: Path, save: Save
) -> None:
    head = save({"index.md": b"un"})
    context = multiprocessing.get_context("fork")
    child = context.Process(target=_die_while_writing, args=(repository.folder, tmp_path / "lock"))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    assert (repository.folder / "refs/heads/main.lock").exists()
    assert (tmp_path / "lock").read_bytes() == b"writing\n"

    assert repository.head() == head
    saved = save({"index.md": b"deux"})
    assert repository.head() == saved
    assert not (repository.folder / "refs/heads/main.lock").exists()
    assert (tmp_path / "lock").read_bytes() == b""


def test_a_lock_from_before_the_clock_was_put_back_is_removed(
    repository: Repository, tmp_path: Path, save: Save
) -> None:
    old_file(repository.folder / "refs/heads/main.lock", -3600)
    (tmp_path / "lock").write_bytes(b"writing\n")
    assert save({"index.md": b"un"}) == repository.head()


def _die_while_writing(folder: Path, lock: Path) -> None:
    """As if killed in the middle: the word in the file, git's lock on the branch, then death."""
    writer = WriteLock(lock, folder)
    with writer.held(), writer.writing():
        (folder / "refs/heads/main.lock").write_bytes(b"")
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_git_that_outlives_its_writer_still_holds_the_queue(
    repository: Repository, tmp_path: Path
) -> None:
    lock = WriteLock(tmp_path / "other-lock", repository.folder)
    with lock.held():
        child = start(
            repository.folder,
            ARGUMENTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[lock.file],
        )
    (tmp_path / "other-lock").write_bytes(b"writing\n")
    lock.recover_if_free()
    assert (tmp_path / "other-lock").read_bytes() == b"writing\n", "held by the child"
    child.communicate(b"done\n")
    lock.recover_if_free()
    assert (tmp_path / "other-lock").read_bytes() == b""


def test_a_git_killed_as_it_moves_the_branch_leaves_no_trace(
    repository: Repository, save: Save, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    head = save({"index.md": b"un"})
    dies = 'case "$3" in import) touch "$GIT_DIR/refs/heads/main.lock"; kill -9 $$;; esac'
    _put_before_git(monkeypatch, tmp_path, "update-ref", dies)
    with pytest.raises(StorageFailed), stream_commits(repository, head) as imported:
        imported.commit({"index.md": b"deux"}, AUTHOR, "x", datetime.now(UTC))
    monkeypatch.undo()
    assert not (repository.folder / "refs/heads/main.lock").exists()
    assert repository.head() == head
    assert save({"index.md": b"deux"}) != head


def test_what_a_killed_import_left_beside_the_branch_goes_while_none_is_at_work(
    repository: Repository, save: Save, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    head = save({"index.md": b"un"})

    def imports() -> None:
        with stream_commits(repository, head) as imported:
            imported.commit({"index.md": b"deux"}, AUTHOR, "x", datetime.now(UTC))

    def left() -> bytes:
        return run(repository.folder, "for-each-ref", "refs/imports")[1]

    # All commits are there, and the branch is about to move.
    _put_before_git(monkeypatch, tmp_path, "rev-parse", "kill -9 $PPID; exit 1")
    child = multiprocessing.get_context("fork").Process(target=imports)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL
    monkeypatch.undo()
    assert left() and repository.head() == head

    sweep_imports(repository.folder)
    assert not left()
    imports()
    head = repository.head()
    with stream_commits(repository, head) as imported:
        imported.commit({"index.md": b"trois"}, AUTHOR, "x", datetime.now(UTC))
        run(repository.folder, "update-ref", "refs/imports/another", head)
        sweep_imports(repository.folder)
        assert b"another" in left()
    assert repository.head() != head


def test_a_git_that_never_answers_is_ended(
    repository: Repository, save: Save, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    head = save({"index.md": b"un"})
    _put_before_git(monkeypatch, tmp_path, "fast-import", "exec tail -f /dev/null")
    with pytest.raises(GitFailed) as told:
        run(repository.folder, "fast-import", timeout=0.2)
    assert told.value.status == -signal.SIGKILL
    monkeypatch.undo()
    assert repository.head() == head


def _put_before_git(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, script: str
) -> None:
    """A ``git`` that does this when that command is asked for, and is the real one otherwise."""
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True)
    folder = tmp_path / "bin"
    folder.mkdir()
    fake = folder / "git"
    fake.write_text(
        f'#!/bin/sh\ncase "$1" in {command}) {script};; esac\nexec {real.stdout.strip()} "$@"\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_a_lock_of_another_git_is_respected_until_it_is_stale(
    repository: Repository, save: Save, tmp_path: Path
) -> None:
    head = save({"index.md": b"un"})
    lock = repository.folder / "refs/heads/main.lock"
    old_file(lock, 5)
    with pytest.raises(StorageFailed):
        save({"index.md": b"deux"})
    assert lock.exists()
    assert repository.head() == head
    assert not list(repository.folder.glob("fast_import_crash_*"))

    old_file(lock, 3600)
    assert save({"index.md": b"deux"}) != head
    assert not lock.exists()

    old_file(lock, 3600)
    assert "a lock was left behind: refs/heads/main.lock" in repository.check()
    Repository.open(repository.folder, tmp_path / "lock").close()
    assert not lock.exists()


def test_recover_removes_what_is_dead_and_nothing_else(repository: Repository) -> None:
    folder = repository.folder
    old_file(folder / "HEAD.lock", 3600)
    old_file(folder / "packed-refs.lock", 1)
    old_file(folder / "fast_import_crash_77", 1)
    old_file(folder / "objects/pack/tmp_pack_dead", 7 * 3600)
    old_file(folder / "objects/pack/tmp_pack_alive", 60)
    # One that was killed between the names of its two files, and one whose index was lost.
    old_file(folder / "objects/pack/pack-dead.pack", 60)
    (folder / "objects/pack/pack-dead.keep").write_bytes(b"save\n")
    old_file(folder / "objects/pack/pack-alone.pack", 7 * 3600)
    for suffix in ("pack", "idx"):
        old_file(folder / f"objects/pack/pack-whole.{suffix}", 7 * 3600)
    gone = ["HEAD.lock", "fast_import_crash_77"]
    gone += ["pack-dead.keep", "pack-dead.pack", "tmp_pack_dead"]
    assert sorted(recover(folder)) == gone
    assert (folder / "objects/pack/pack-alone.pack").exists()
    assert (folder / "objects/pack/pack-whole.pack").exists()
    assert (folder / "packed-refs.lock").exists()
    assert (folder / "objects/pack/tmp_pack_alive").exists()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter; pytest's own are for one alone."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _outcome(action: Callable[[], None]) -> int:
    """What happens when a child process does this: 0 saved, 3 told, else something broke."""
    child = multiprocessing.get_context("fork").Process(target=_run, args=(action,))
    child.start()
    child.join(60)
    assert child.exitcode is not None
    return child.exitcode


def _run(action: Callable[[], None]) -> None:
    try:
        action()
    except StorageFailed:
        os._exit(3)
    os._exit(0)


def test_a_disk_that_takes_no_more_is_told(open_folder: Path) -> None:
    repository = Repository.create(open_folder / "content.git", open_folder / "lock")
    head = commit(repository, EMPTY, {"index.md": b"un"}, AUTHOR, "x")
    large = os.urandom(200_000)

    def save() -> None:
        # No file may grow beyond this: git is killed at it or reads "file too large".
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        commit(repository, head, {"plan.pdf": large}, AUTHOR, "x")

    assert _outcome(save) == 3
    assert repository.head() == head
    assert not (repository.folder / "refs/heads/main.lock").exists()
    assert repository.check() == []
    assert commit(repository, head, {"plan.pdf": large}, AUTHOR, "x") == repository.head()
    repository.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_told(open_folder: Path) -> None:
    size = ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(open_folder)]
    if subprocess.run(size, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        repository = Repository.create(open_folder / "content.git", open_folder / "lock")
        head = commit(repository, EMPTY, {"index.md": b"un"}, AUTHOR, "x")
        with pytest.raises(StorageFailed):
            commit(repository, head, {"plan.pdf": os.urandom(2_000_000)}, AUTHOR, "x")
        assert repository.head() == head
        assert commit(repository, head, {"index.md": b"deux"}, AUTHOR, "x") == repository.head()
        assert repository.check() == []
        subprocess.run(["mount", "-o", "remount,ro", str(open_folder)], check=True)
        with pytest.raises(StorageFailed):
            commit(repository, repository.head(), {"index.md": b"trois"}, AUTHOR, "x")
        assert repository.read("index.md", repository.head()) is not None
        repository.close()
    finally:
        subprocess.run(["umount", "-l", str(open_folder)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="the test becomes an ordinary account")
def test_a_read_only_repository_is_read_and_told(open_folder: Path) -> None:
    repository = Repository.create(open_folder / "content.git", open_folder / "lock")
    head = commit(repository, EMPTY, {"index.md": b"un"}, AUTHOR, "x")
    (open_folder / "lock").chmod(0o666)

    def save() -> None:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        reader = Repository(open_folder / "content.git", open_folder / "lock")
        assert reader.read("index.md", head) is not None
        reader.upkeep.start()
        commit(reader, head, {"index.md": b"deux"}, AUTHOR, "x")

    assert _outcome(save) == 3
    (open_folder / "lock").unlink()
    assert _outcome(save) == 3
    assert repository.head() == head
    repository.close()


def test_the_background_work_is_one_at_a_time(repository: Repository, tmp_path: Path) -> None:
    commit(repository, EMPTY, {"index.md": b"un"}, AUTHOR, "x")
    other = Repository.open(repository.folder, tmp_path / "lock")
    repository.upkeep.start()
    first = [child for child in repository.upkeep._running if child.poll() is None]
    repository.upkeep.start()
    # While one is still at it, nothing is begun; one that is done meanwhile holds nobody up.
    still = [child for child in first if child.poll() is None]
    assert not still or set(repository.upkeep._running) <= set(first)
    other.close()
    repository.close()
    assert repository.upkeep._running == []


def test_many_saves_are_packed_by_themselves(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wiki.repository.upkeep._MANY_PACKS", 5)
    for number in range(12):
        commit(repository, repository.head(), {f"{number}.md": b"x"}, AUTHOR, "x")
        repository.upkeep.wait()
    assert len(list((repository.folder / "objects/pack").glob("*.pack"))) < 8
    assert repository.check() == []
