"""Files and names that last a power failure."""

import os
from pathlib import Path

from wiki.disk.places import clear_place


def write_file(path: Path, data: bytes) -> None:
    """Writes ``path``, its owner's alone; it is whole, or as it was, whatever happens meanwhile.

    On disk when this returns; a folder in its place is laid aside. Raises OSError.
    """
    unfinished = path.with_name(f"{path.name}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    with os.fdopen(os.open(unfinished, flags, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    clear_place(path)
    unfinished.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: "os.PathLike[str]") -> None:
    """Makes the names in ``folder`` last. Raises OSError."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
