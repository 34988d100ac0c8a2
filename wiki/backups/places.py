"""Folders that are worked in for a while: gone afterwards, or the next time if one is killed."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

_BACKUP, _TRIAL = ".backup-", ".trial-"
_LOCK = "lock"
#: seconds in which one that is just being made has no lock yet
_JUST_MADE = 60.0


@contextmanager
def workplace(instance: Path, *, trial: bool = False) -> Iterator[Path]:
    """An empty folder on the instance's disk, for its owner alone, gone in the end."""
    sweep(instance)
    folder = Path(mkdtemp(dir=instance, prefix=_TRIAL if trial else _BACKUP))
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        work = folder / "work"
        work.mkdir(mode=0o700)
        yield work
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(instance: Path) -> None:
    """Removes what those have left that were killed: whoever lives holds its lock."""
    for folder in (*instance.glob(f"{_BACKUP}*"), *instance.glob(f"{_TRIAL}*")):
        with suppress(OSError):
            if not (folder / _LOCK).exists():
                if time.time() - folder.stat().st_mtime > _JUST_MADE:
                    shutil.rmtree(folder, ignore_errors=True)
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
