"""Files that all processes of an instance have open, whether the disk takes writing or not."""

import os

from wiki.disk.places import clear_place

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC


def open_shared(path: "str | os.PathLike[str]") -> tuple[int, bool]:
    """The open file, made where it is missing, and whether it can be written.

    Where it cannot it is read, if it is there. Raises OSError.
    """
    try:
        return open_writable(path), True
    except OSError:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC), False


def open_writable(path: "str | os.PathLike[str]") -> int:
    """The open file, made where it is missing; a folder in its place is laid aside.

    Raises OSError.
    """
    try:
        return os.open(path, _FLAGS, 0o600)
    except IsADirectoryError:
        clear_place(path)
        return os.open(path, _FLAGS, 0o600)
