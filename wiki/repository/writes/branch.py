"""The branch, moved by git's own protocol: a lock file that becomes the ref.

Any git at the same repository makes the same ``main.lock`` before it moves the branch, and fails
where there is one; so do we.
"""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wiki.disk.durable import sync_folder
from wiki.repository.faults import too_busy
from wiki.repository.objects import BRANCH, EMPTY
from wiki.repository.writes.pack import write_whole

#: seconds that another git may take for its own move
_PATIENCE = 0.5
_LOOK = 0.005
_NONE = "0" * 40
#: times that a save is made anew on top of other nodes', and seconds between, at most, at first
_ATTEMPTS, _REST = 20, 0.02


class BranchLocked(Exception):
    """Another git has the branch's lock."""


class HeadMoved(Exception):
    """The branch is not where the writer saw it; ``head`` is where it is. Nothing was written."""

    def __init__(self, head: str) -> None:
        super().__init__(head)
        self.head = head


class Overtaken(HeadMoved):
    """Another node was first at the shared repository; ``head`` is what it has now."""


def rest_from(attempt: int, error: Overtaken) -> None:
    """Waits by chance before the next attempt, longer each time. Raises StorageFailed at last."""
    if attempt > _ATTEMPTS:
        raise too_busy() from error
    time.sleep(random.uniform(0, _REST * attempt))  # noqa: S311 - nothing secret


class LockedBranch:
    """The branch while nobody else may move it; see ``locked_branch``."""

    def __init__(self, folder: Path, lock: Path, file: int) -> None:
        self._folder = folder
        self._lock = lock
        self._file = file
        self._named = ""
        self.moved = False

    def name(self, new: str) -> None:
        """Has where it is to be moved on disk, and moves nothing. Raises OSError."""
        write_whole(self._file, f"{new}\n".encode("ascii"))
        os.fsync(self._file)
        self._named = new

    def move(self, old: str, new: str, who: bytes, why: str) -> None:
        """Moves the branch from ``old`` to ``new``; on disk when this returns. Raises OSError.

        ``who`` is the committer's line, for the log that undoes bad moves.
        """
        if self._named != new:
            self.name(new)
        before = _NONE if old == EMPTY else old
        line = f"{before} {new} ".encode("ascii") + who + f"\t{why}\n".encode("ascii")
        for name in (BRANCH, "HEAD"):
            _append(self._folder / "logs" / name, line)
        self._lock.rename(self._folder / BRANCH)
        self.moved = True
        sync_folder(self._lock.parent)


@contextmanager
def locked_branch(folder: Path) -> Iterator[LockedBranch]:
    """Nobody else moves the branch inside; raises BranchLocked where another git is at it."""
    lock = folder / f"{BRANCH}.lock"
    file = _make(lock)
    branch = LockedBranch(folder, lock, file)
    try:
        yield branch
    finally:
        os.close(file)
        if not branch.moved:
            lock.unlink(missing_ok=True)


def _make(lock: Path) -> int:
    until = time.monotonic() + _PATIENCE
    while True:
        with suppress(FileExistsError):
            return os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        if time.monotonic() > until:
            raise BranchLocked
        time.sleep(_LOOK)


def _append(path: Path, line: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    try:
        file = os.open(path, flags, 0o666)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, flags, 0o666)
    try:
        write_whole(file, line)
    finally:
        os.close(file)
