"""Blobs wherever they stand: the files that ever held one, and those of a size."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from wiki.repository.objects import EMPTY, decode_name
from wiki.repository.process import STREAM_TIME, fields, output_of, run

_OF_ALL = "%(objecttype) %(objectsize) %(objectname)"


def files_with(folder: Path, blob: str, head: str) -> set[str]:
    """The names under which ``blob`` ever stood in the history of ``head``; slow."""
    if head == EMPTY:
        return set()
    asked = ("log", "--format=", "--name-only", "--no-renames", "-z", "-m", f"--find-object={blob}")
    with output_of(folder, *asked, "--end-of-options", head, timeout=60) as output:
        return {decode_name(field.lstrip(b"\n")) for field in fields(output) if field.strip()}


def existing(folder: Path, ids: Sequence[str]) -> set[str]:
    """Those of ``ids`` that the repository at ``folder`` holds as blobs."""
    asked = "".join(f"{id}\n" for id in ids).encode("ascii")
    format = "--batch-check=%(objectname) %(objecttype)"
    _status, said = run(folder, "cat-file", format, given=asked)
    lines = (line.split() for line in said.decode("ascii").splitlines())
    return {name for name, kind, *_rest in lines if kind == "blob"}


def blobs_of_size(folder: Path, least: int, most: int) -> Iterator[str]:
    """The blobs of ``least`` to ``most`` bytes that are there, whatever names them."""
    asked = ("cat-file", "--batch-all-objects", "--unordered", f"--batch-check={_OF_ALL}")
    with output_of(folder, *asked, timeout=STREAM_TIME) as output:
        for line in output:
            kind, size, name = line.decode("ascii").split()
            if kind == "blob" and least <= int(size) <= most:
                yield name
