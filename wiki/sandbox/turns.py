"""Turns: how many children work at once for one process, and how many requests wait for them.

Where memory is scarce, one child at a time works in all processes of a server, and once there is
room for what it takes.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from threading import BoundedSemaphore, Lock

from wiki.config.memory import SCARCE, get_limit, is_short_of

_PAUSE = 0.1
#: the same file in all processes that are forked from this one: a lock of it is its process's alone
with TemporaryFile() as _file:
    _between = os.dup(_file.fileno())
_within = Lock()


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
def _with_room(room: int, until: float) -> Iterator[None]:
    """Waits for so many free bytes, and to be alone where there are few. Raises Busy."""
    alone = (get_limit() or SCARCE) < SCARCE
    if alone and not _within.acquire(timeout=max(0.0, until - time.monotonic())):
        raise Busy
    try:
        while not _begins(room, alone=alone):
            if time.monotonic() > until:
                raise Busy
            time.sleep(_PAUSE)
        yield
    finally:
        if alone:
            fcntl.lockf(_between, fcntl.LOCK_UN)
            _within.release()


def _begins(room: int, *, alone: bool) -> bool:
    if is_short_of(room):
        return False
    try:
        if alone:
            fcntl.lockf(_between, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
