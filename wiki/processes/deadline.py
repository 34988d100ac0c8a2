"""Limits of time that the kernel keeps: past them it ends the process, whatever that is doing.

An expression over a stranger's text may hold the interpreter until it is done. No thread of the
process runs meanwhile and no signal is handled, but one whose default action is to end it.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_most_held = 0.0
_depth = 0


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
    """While this process holds what requests wait for: a write transaction, the writers' lock."""
    global _depth
    if not _most_held:
        yield
        return
    _depth += 1
    if _depth == 1:
        signal.setitimer(signal.ITIMER_PROF, _most_held)
    try:
        yield
    finally:
        _depth -= 1
        if not _depth:
            signal.setitimer(signal.ITIMER_PROF, 0)
