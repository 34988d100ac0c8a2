"""Blobs wherever they stand: the files that ever held one, and those of a size."""

from collections.abc import Iterator
from pathlib import Path

from wiki.repository.objects import EMPTY, decode_name
from wiki.repository.process import STREAM_TIME, fields, output_of

_OF_ALL = "%(objecttype) %(objectsize) %(objectname)"


def files_with(folder: Path, blob: str, head: str) -> set[str]:
    """The names under which ``blob`` ever stood in the history of ``head``; slow."""
    if head == EMPTY:
        return set()
    asked = ("log", "--format=", "--name-only", "--no-renames", "-z", "-m", f"--find-object={blob}")
    with output_of(folder, *asked, "--end-of-options", head, timeout=60) as output:
        return {decode_name(field.lstrip(b"\n")) for field in fields(output) if field.strip()}


def blobs_of_size(folder: Path, least: int, most: int) -> Iterator[str]:
    """The blobs of ``least`` to ``most`` bytes that are there, whatever names them."""
    asked = ("cat-file", "--batch-all-objects", "--unordered", f"--batch-check={_OF_ALL}")
    with output_of(folder, *asked, timeout=STREAM_TIME) as output:
        for line in output:
            kind, size, name = line.decode("ascii").split()
            if kind == "blob" and least <= int(size) <= most:
                yield name
