"""Turns: how many children work at once for one process, and how many requests wait for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore


class Busy(Exception):
    """Too many wait already, or the turn did not come in time."""


class Turns:
    """``at_once`` work, ``waiting`` more wait; the threads of a worker are left for other pages."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._turns = BoundedSemaphore(at_once)
        self._places = BoundedSemaphore(at_once + waiting)

    @contextmanager
    def take(self, seconds: float) -> Iterator[None]:
        """A turn. Raises Busy at once where too many wait, or after ``seconds``."""
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            if not self._turns.acquire(timeout=seconds):
                raise Busy
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._places.release()
