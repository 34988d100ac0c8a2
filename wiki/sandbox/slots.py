"""Locks of files: how many children work at once for all processes of an instance."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wiki.disk.open_files import open_shared
from wiki.sandbox.turns import Busy

_PAUSE = 0.02


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
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            continue
        return file
    return None
