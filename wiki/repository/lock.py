"""One writer at a time: the queue before the repository, and what a dead writer left behind.

git fails at once where another git holds a ref's lock, and never removes the lock of a dead one.
So our writers queue on a file of our own with ``flock``, which the kernel gives out in order and
takes back from the dead. The file says ``writing`` while git writes: whoever finds that word on
taking the lock knows that the writer before died at it, and may clean up at once. The git child
inherits the open file, so that a writer killed while its git lives on still holds the queue.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import local

from wiki.disk.open_files import open_writable
from wiki.errors import HostFailed, StorageFailed, WikiError
from wiki.processes.deadline import holding
from wiki.repository.faults import not_saved
from wiki.repository.marks import mark_begun
from wiki.repository.objects import BRANCH
from wiki.repository.process import GitFailed
from wiki.repository.writes.branch import BranchLocked, HeadMoved
from wiki.repository.writes.pack import left_keeps, unfinished_packs

_WRITING = b"writing\n"
_REF_LOCKS = (f"{BRANCH}.lock", "HEAD.lock", "packed-refs.lock")
_MAINTENANCE_LOCKS = (
    "objects/info/commit-graph.lock",
    "objects/info/commit-graphs/commit-graph-chain.lock",
)
#: seconds after which the lock of a git that is not ours is taken for a dead one's
_STALE = 60.0
_MAINTENANCE_STALE = 6 * 3600.0


class WriteLock:
    """The queue of a repository's writers, threads and processes; re-entrant in a thread."""

    def __init__(self, path: Path, folder: Path) -> None:
        self._path = path
        self._folder = folder
        self._thread = local()
        #: called once something may have been written, before any writer is answered
        self.changed: Callable[[], object] = bool

    @property
    def file(self) -> int:
        """The open file that holds the lock, for a child to inherit."""
        return int(self._thread.file)

    @property
    def is_mine(self) -> bool:
        """Whether this thread holds it."""
        return getattr(self._thread, "file", None) is not None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Waits for its turn. Raises StorageFailed where the lock's file cannot be opened."""
        if self.is_mine:
            yield
            return
        file = self._open()
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file).st_size:
                try:
                    recover(self._folder, age=0)
                except OSError as error:
                    raise not_saved() from error
                _unmark(file)
            self._thread.file = file
            with holding():
                yield
        finally:
            self._thread.file = None
            os.close(file)
            self.changed()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While git writes: says so in the file, and cleans up where git was killed.

        A git that refused has removed its own locks; one that is left is somebody else's.
        """
        os.pwrite(self.file, _WRITING, 0)
        before = _begun_packs(self._folder)
        try:
            yield
        except BaseException as error:
            refused = isinstance(error, BranchLocked | HeadMoved | OSError | WikiError) or (
                isinstance(error, GitFailed) and error.status > 0
            )
            recover(self._folder, age=_STALE if refused else 0)
            if not isinstance(error, HeadMoved | HostFailed):
                # A full disk stays full otherwise. Should one be the background packing's, or
                # what another node saved, it only begins again.
                for path in _begun_packs(self._folder) - before:
                    path.unlink(missing_ok=True)
            raise
        else:
            if (self._folder / BRANCH).exists():
                mark_begun(self._folder)
        finally:
            _unmark(self.file)
            self.changed()

    def recover_if_free(self) -> None:
        """At start: removes what crashed writers left, unless someone is writing just now.

        Where nothing can be written it is left to the next writer.
        """
        try:
            file = self._open()
        except StorageFailed:
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        else:
            recover(self._folder, age=0 if os.fstat(file).st_size else _STALE)
            _unmark(file)
        finally:
            os.close(file)

    def _open(self) -> int:
        try:
            return open_writable(self._path)
        except OSError as error:
            raise not_saved() from error


def _unmark(file: int) -> None:
    """Nobody writes any more; where that cannot be said, the next one looks for what is left."""
    with suppress(OSError):
        os.ftruncate(file, 0)


def recover(folder: Path, age: float = _STALE) -> list[str]:
    """Removes locks of git's that are older than ``age`` seconds, and what a crash wrote.

    To be called by the holder of the lock. Returns what was removed.
    """
    removed = [name for name in _REF_LOCKS if _remove_older(folder / name, age)]
    removed += [
        name for name in _MAINTENANCE_LOCKS if _remove_older(folder / name, _MAINTENANCE_STALE)
    ]
    # A pack in the making may be maintenance's, at work just now; a report is nobody's.
    dead = (*folder.glob("fast_import_crash_*"), *unfinished_packs(folder), *left_keeps(folder))
    left = [(path, 0.0) for path in dead]
    left += [(path, _MAINTENANCE_STALE) for path in _begun_packs(folder)]
    return removed + [path.name for path, limit in left if _remove_older(path, limit)]


def stale_locks(folder: Path) -> list[str]:
    """The locks of git's that stand there for longer than any write of ours takes."""
    return [name for name in _REF_LOCKS if _age(folder / name) > _STALE]


def _begun_packs(folder: Path) -> set[Path]:
    packs = folder / "objects/pack"
    return {packs / name for name in os.listdir(packs) if name.startswith("tmp_")}  # noqa: PTH208


def _age(path: Path) -> float:
    """Seconds since it was written, or until then where the clock was put back; -1: it is gone."""
    try:
        return abs(time.time() - path.lstat().st_mtime)
    except OSError:
        return -1.0


def _remove_older(path: Path, age: float) -> bool:
    if _age(path) < age or not path.is_file():
        return False
    with suppress(OSError):
        path.unlink()
        return True
    return False
