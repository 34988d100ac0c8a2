"""A number that is another one as soon as anything has changed, shared by all processes.

::

    who writes ──▶ beat() ──▶ index/pulse ◀── number ── who found that an answer stood at a number
                                  ▲                     need not look again while it is the same
    watch() ── each 50 ms: whatever was changed otherwise, such as the branch by another git

Where other nodes change things too, a number is certain no longer than the lease (``lease.py``)
that held when it was looked: a process that was stopped may be asked before it looks again.

Reading it is reading memory. Each call of the system, however short, lets another thread have the
interpreter first: with five of them a kept answer took twice its time, and many times that while a
page was being made.
"""

import logging
import mmap
import os
from collections.abc import Callable, Hashable
from contextlib import suppress
from itertools import count
from pathlib import Path
from threading import Event, Lock, Thread

from wiki.cache.lease import Lease, moment
from wiki.disk.open_files import open_shared

_log = logging.getLogger(__name__)

#: bytes of the number, and of the file
_SIZE, _PAGE = 8, mmap.PAGESIZE
#: the number in a file that is not used any more, and in a new one
_LOST = bytes(_SIZE)
#: seconds between looks at what nobody has told
LOOK = 0.05

#: changes seen by this process alone, and the number that all share
Number = tuple[int, bytes]


class Pulse:
    """The number in ``file``; thread-safe, and made again where the file is lost."""

    def __init__(self, file: Path, lease: Lease | None = None) -> None:
        """``lease``: until when what other nodes change is known."""
        self._lease = lease
        #: when that ends, as it was seen last
        self._ends = 0
        self._path = os.fspath(file)
        self._lock = Lock()
        self._file: int | None = None
        self._writable = False
        self._map: mmap.mmap | None = None
        self._identity: Hashable = None
        self._changes = count(1)
        self._seen = 0
        self._watched = False

    def beat(self) -> None:
        """Tells all processes that something has changed; call it once it has.

        Where that fails, those who watch find out by themselves.
        """
        with suppress(OSError), self._lock:
            # By chance: it tells neither when nor who.
            os.pwrite(self._open(write=True), os.urandom(_SIZE), 0)
        self._seen = next(self._changes)

    @property
    def number(self) -> Number | None:
        """The present number; None where nobody watches in this process, and so none is certain."""
        memory = self._map
        if not self._watched or memory is None or (number := memory[:_SIZE]) == _LOST:
            return None
        if self._lease is not None and moment() >= self._ends:
            return None
        return self._seen, number

    def watch(self, look: Callable[[], Hashable], ended: Event | None = None) -> Thread:
        """Looks again and again, in a thread of its own, whether ``look`` says otherwise.

        From then on there is a number in this process, until ``ended``; none while ``look`` says
        None, since it cannot tell.
        """
        thread = Thread(target=self._watch, args=(look, ended or Event()), daemon=True)
        thread.start()
        return thread

    def _watch(self, look: Callable[[], Hashable], ended: Event) -> None:
        last: Hashable = None
        try:
            while not ended.is_set():
                if not self._finds():
                    ended.wait(LOOK)
                    continue
                if self._lease is not None:
                    self._ends = self._lease.ends
                if (now := (self._identity, look())) != last:
                    last = now
                    self._seen = next(self._changes)
                self._watched = now[1] is not None
                ended.wait(LOOK)
        except Exception:
            _log.exception("changes are not watched any more: each answer looks for itself")
        finally:
            self._watched = False

    def _finds(self) -> bool:
        """Whether there is a file to look at; its folder may be gone, for a moment."""
        try:
            with self._lock:
                self._open()
        except OSError:
            self._watched = False
            return False
        return True

    def close(self) -> None:
        """Lets go of the file; it is opened again where it is asked for."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
        # Others may be reading: the memory goes once they have.
        self._file = self._map = self._identity = None

    def _open(self, *, write: bool = False) -> int:
        """The open file, made where there is none; another one where it was replaced.

        Where it cannot be written it is read, and opened again by who writes to it.
        """
        with suppress(FileNotFoundError):
            if self._file is not None and _identity(os.stat(self._path)) == self._identity:  # noqa: PTH116
                if self._writable or not write:
                    return self._file
                self._close()
        if self._file is not None and self._writable:
            # Who watches the file that was lost hears of nothing there, and is told so.
            os.pwrite(self._file, _LOST, 0)
        self._close()
        Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        file, self._writable = open_shared(self._path)
        try:
            if self._writable:
                # All of it on disk: a page that a full disk cannot hold would kill who writes.
                os.posix_fallocate(file, 0, _PAGE)
                if os.pread(file, _SIZE, 0) == _LOST:
                    os.pwrite(file, os.urandom(_SIZE), 0)
            self._map = mmap.mmap(file, _PAGE, prot=mmap.PROT_READ)
        except BaseException:
            os.close(file)
            raise
        self._file, self._identity = file, _identity(os.fstat(file))
        return file


def _identity(status: os.stat_result) -> Hashable:
    return status.st_dev, status.st_ino, status.st_size
