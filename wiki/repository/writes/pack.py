"""New objects, and the one small pack of them that is written beside the others.

::

    blob, trees, commit ──add──▶ Pack ──written──▶ objects/pack/pack-ID.pack, then .idx
                                                   both synced before they get their names

Until the branch names what is in it, a ``.keep`` beside it tells any other git to leave it there:
``git repack -a -d`` or ``git gc --prune=now`` would throw it away.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wiki.disk.durable import sync_folder
from wiki.repository.objects import object_hash
from wiki.repository.reads.catfile import Object
from wiki.repository.reads.packfile import Packed, pack_objects

#: what the ``.keep`` of one says, to be told from those of others
_KEPT_FOR = b"save\n"


class Pack:
    """Objects that are not in the repository yet, each once."""

    def __init__(self) -> None:
        self.objects: dict[str, Object] = {}
        #: that of its files, once they are written
        self.name = ""

    def add(self, kind: str, data: bytes) -> str:
        """Takes in a ``commit``, ``tree`` or ``blob``; returns its id."""
        id = object_hash(kind, data)
        self.objects[id] = Object(kind, data)
        return id

    def packed(self) -> Packed:
        """The pack, as it is written and sent elsewhere."""
        return pack_objects((id, *one) for id, one in self.objects.items())

    @contextmanager
    def written(self, folder: Path) -> Iterator[None]:
        """Writes the pack into the repository ``folder``: it lasts a power failure.

        Inside, nobody throws it away. Raises OSError; nothing is left then, but what a git would
        clear away.
        """
        with self.begun(folder, self.packed()) as sync:
            sync()
            yield

    @contextmanager
    def begun(self, folder: Path, packed: Packed) -> Iterator[Callable[[], None]]:
        """As ``written``, of what ``packed`` gave; it is there and lasts once what is given ended.

        Until then it is in files that no git reads, so that a full disk is found at once.
        """
        self.name = packed.name
        path = folder / "objects/pack" / self.name
        keep = path.with_suffix(".keep")
        try:
            keep.write_bytes(_KEPT_FOR)
            with _begun_pair(path, packed) as sync:
                yield sync
        finally:
            with suppress(OSError):
                keep.unlink(missing_ok=True)

    def remove(self, folder: Path) -> None:
        """Takes back what was written, which no branch came to name."""
        for suffix in (".idx", ".pack"):
            with suppress(OSError):
                (folder / "objects/pack" / self.name).with_suffix(suffix).unlink()


def left_keeps(folder: Path) -> list[Path]:
    """The ``.keep`` files of writers that were killed; for who holds the queue."""
    found = (folder / "objects/pack").glob("pack-*.keep")
    return [path for path in found if _first_bytes(path) == _KEPT_FOR]


def unfinished_packs(folder: Path) -> list[Path]:
    """The packs of such writers that have no index yet: no git reads them.

    One without a ``.keep`` has lost its index.
    """
    packs = (keep.with_suffix(".pack") for keep in left_keeps(folder))
    return [path for path in packs if path.exists() and not path.with_suffix(".idx").exists()]


def _first_bytes(path: Path) -> bytes:
    with suppress(OSError), path.open("rb") as file:
        return file.read(len(_KEPT_FOR) + 1)
    return b""


@contextmanager
def _begun_pair(path: Path, packed: Packed) -> Iterator[Callable[[], None]]:
    begun: list[tuple[int, Path, Path]] = []
    ended = False

    def sync() -> None:
        nonlocal ended
        for file, _before, _after in begun:
            os.fsync(file)
        # A pack counts from the moment that it has an index; alone it would seem to have lost it.
        for _file, before, after in begun:
            before.rename(after)
        ended = True
        sync_folder(path.parent)

    try:
        for suffix, data in ((".pack", packed.pack), (".idx", packed.idx)):
            before = path.with_name(f"tmp_{suffix[1:]}_{os.getpid()}_{path.name}")
            # Nobody changes it.
            file = os.open(before, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444)
            begun.append((file, before, path.with_suffix(suffix)))
            write_whole(file, data)
        yield sync
    finally:
        for file, before, after in begun:
            os.close(file)
            for left in () if ended else (before, after):
                with suppress(OSError):
                    left.unlink(missing_ok=True)


def write_whole(file: int, data: bytes) -> None:
    """Writes all of ``data``, in as many turns as the system takes. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
