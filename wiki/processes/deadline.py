"""Limits of time that the kernel keeps: past them it ends the process, whatever that is doing.

An expression over a stranger's text may hold the interpreter until it is done. No thread of the
process runs meanwhile and no signal is handled, but one whose default action is to end it.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident

_most_held = 0.0
#: the threads that hold something, with what the process had computed when each began
_held: dict[int, float] = {}
_lock = Lock()


@contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """Has this process ended by SIGALRM where the block takes longer; one such block at a time."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def limit_holding(seconds: float) -> None:
    """From now on this process is ended where it computes for longer while ``holding``.

    For one that works beside requests: they wait for what it holds. What counts is the time of the
    processor, which a busy machine does not add to.
    """
    global _most_held
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    _most_held = seconds


@contextmanager
def holding() -> Iterator[None]:
    """While this thread holds what requests wait for: a write transaction, the writers' lock."""
    thread = get_ident()
    if not _most_held or thread in _held:
        yield
        return
    with _lock:
        _held[thread] = time.process_time()
        _set_timer()
    try:
        yield
    finally:
        with _lock:
            del _held[thread]
            _set_timer()


def _set_timer() -> None:
    """To the end of whoever has held something the longest: others may begin before it ends."""
    left = 0.0
    if _held:
        left = max(_most_held - (time.process_time() - min(_held.values())), 1e-6)
    signal.setitimer(signal.ITIMER_PROF, left)
