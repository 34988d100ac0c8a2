"""Whether a disk takes anything more."""

import errno
import os
from pathlib import Path

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
    return folder and (os.access(path, os.W_OK) or not path.exists())
