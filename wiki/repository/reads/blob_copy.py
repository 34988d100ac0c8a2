"""A copy of a large file of git on disk: it is never in memory as a whole."""

from pathlib import Path
from shutil import copyfileobj
from typing import IO

from wiki.repository.faults import damaged
from wiki.repository.process import GitFailed, output_of


def copy_blob(folder: Path, id: str, target: IO[bytes]) -> None:
    """Writes the bytes of the blob ``id`` to ``target``. Raises StorageFailed."""
    try:
        with output_of(folder, "cat-file", "blob", id) as output:
            copyfileobj(output, target)
    except GitFailed as error:
        raise damaged() from error
