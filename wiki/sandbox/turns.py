"""Turns: how many children work at once for one process, and for all of an instance; who waits.

Where memory is scarce, one child at a time works in all processes of a server, and once there is
room for what it takes.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import BoundedSemaphore

from wiki.config.memory import SCARCE, get_limit, is_short_of
from wiki.disk.open_files import open_shared

#: seconds between looks at a lock of a file, and at memory
_PAUSE, _LOOK = 0.02, 0.1
#: the same file in all processes that are forked from this one; it needs no disk, which may be full
_between = os.memfd_create("turns") if hasattr(os, "memfd_create") else -1


class Busy(Exception):
    """Too many wait already, or the turn did not come in time."""


class Turns:
    """``at_once`` work, ``waiting`` more wait; the threads of a worker are left for other pages.

    ``room``: bytes that are free when one begins.
    """

    def __init__(self, at_once: int, waiting: int, room: int = 0) -> None:
        self._room = room
        self._turns = BoundedSemaphore(at_once)
        self._places = BoundedSemaphore(at_once + waiting)

    @contextmanager
    def take(self, seconds: float) -> Iterator[None]:
        """A turn. Raises Busy at once where too many wait, or after ``seconds``."""
        until = time.monotonic() + seconds
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            if not self._turns.acquire(timeout=seconds):
                raise Busy
            try:
                with _with_room(self._room, until):
                    yield
            finally:
                self._turns.release()
        finally:
            self._places.release()


@contextmanager
def hold_one(folder: Path, names: list[str], deadline: float) -> Iterator[None]:
    """The lock of one of the files ``names`` in ``folder``, given back by the dead too.

    Raises Busy where none was free until ``deadline``, by the monotonic clock. Where the disk takes
    no such file there is none to wait for: each process has its own turns.
    """
    with suppress(OSError):
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    while (held := _try(folder, names)) is None:
        if time.monotonic() > deadline:
            raise Busy
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        if held >= 0:
            os.close(held)


def _try(folder: Path, names: list[str]) -> int | None:
    """The open file of a lock; None where all are held, -1 where there can be none."""
    for name in names:
        try:
            file, _writable = open_shared(folder / name)
        except OSError:
            return -1
        if _lock(file):
            return file
        os.close(file)
    return None


@contextmanager
def _with_room(room: int, until: float) -> Iterator[None]:
    """Waits for so many free bytes, and to be alone where there are few. Raises Busy."""
    alone = (get_limit() or SCARCE) < SCARCE and _between >= 0
    # Opened anew: a lock is of one opening, and keeps threads apart as it does processes.
    file = os.open(f"/proc/self/fd/{_between}", os.O_RDWR) if alone else -1
    try:
        while is_short_of(room) or not (file < 0 or _lock(file)):
            if time.monotonic() > until:
                raise Busy
            time.sleep(_LOOK)
        yield
    finally:
        if file >= 0:
            os.close(file)


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
