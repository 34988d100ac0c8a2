"""Blobs wherever they stand: the files that ever held one, and those of a size."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from wiki.repository.faults import damaged
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


def files_now(folder: Path, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    """Which of ``ids`` stands at which name at the head of the repository at ``folder``."""
    with output_of(folder, "ls-tree", "-r", "-z", "HEAD", timeout=STREAM_TIME) as output:
        for field in fields(output):
            meta, _tab, name = field.partition(b"\t")
            if (id := meta.rpartition(b" ")[2].decode("ascii")) in ids:
                yield id, decode_name(name)


def files_ever(folder: Path, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    """Likewise, wherever one ever stood in the history of that head; slow."""
    asked = ("log", "--format=", "--raw", "--no-abbrev", "--no-renames", "-z", "-m", "HEAD")
    with output_of(folder, *asked, timeout=STREAM_TIME) as output:
        changes = (one for field in fields(output) if (one := field.lstrip(b"\n")))
        for change in changes:
            name = next(changes, b"")
            if (id := change.split(b" ")[3].decode("ascii")) in ids:
                yield id, decode_name(name)


def blobs_of_size(folder: Path, least: int, most: int) -> Iterator[str]:
    """The blobs of ``least`` to ``most`` bytes that are there, whatever names them.

    Raises StorageFailed where git cannot tell of each object what it is.
    """
    asked = ("cat-file", "--batch-all-objects", "--unordered", f"--batch-check={_OF_ALL}")
    with output_of(folder, *asked, timeout=STREAM_TIME) as output:
        for line in output:
            kind, *more = line.decode("ascii").split()
            if len(more) == 1:  # “<id> missing”: its file is there, and empty
                raise damaged(kind)
            size, name = more
            if kind == "blob" and least <= int(size) <= most:
                yield name
