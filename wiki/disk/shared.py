"""Files that all processes of an instance have open, whether the disk takes writing or not."""

import os


def open_shared(path: "str | os.PathLike[str]") -> tuple[int, bool]:
    """The open file, made where it is missing, and whether it can be written.

    Where it cannot it is read, if it is there. Raises OSError.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), True
    except OSError:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC), False
