"""Whether a disk takes anything more, and how much."""

import errno
import os
from pathlib import Path
from typing import NamedTuple

_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


def is_writable(path: Path) -> bool:
    """Whether ``path`` may be written, or made; there may be no room for it.

    A disk whose file system has found an error is mounted as before, and lets no file be opened.
    """
    try:
        # A file without a name, which nobody sees. Not ``path``: closing it would drop the locks
        # that SQLite holds on it.
        flags = os.O_RDWR | os.O_CLOEXEC | getattr(os, "O_TMPFILE", 0)
        os.close(os.open(path.parent, flags, 0o600))
    except OSError as error:
        if error.errno in _READ_ONLY:
            return False
    folder = os.access(path.parent, os.W_OK | os.X_OK)
    # Asked in this order: a file that somebody makes just now may be written before and after.
    return folder and (not path.exists() or os.access(path, os.W_OK))


class Space(NamedTuple):
    """What a disk has free for whoever is not root, and in all: bytes, and files."""

    free: int
    size: int
    free_files: int
    files: int

    @property
    def left(self) -> float:
        """The part that is free, of bytes or of files: the smaller one. 0 to 1."""
        # Some file systems make files as long as there is room: they count none.
        parts = ((self.free, self.size), (self.free_files, self.files))
        return min((free / whole for free, whole in parts if whole), default=1.0)


def measure_space(folder: Path) -> Space:
    """What the disk of ``folder`` has left. Raises OSError."""
    found = os.statvfs(folder)
    block = found.f_frsize
    return Space(found.f_bavail * block, found.f_blocks * block, found.f_favail, found.f_files)
