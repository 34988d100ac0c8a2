"""New objects, and the one small pack of them that is written beside the others.

::

    blob, trees, commit ──add──▶ Pack ──write──▶ objects/pack/pack-ID.pack, then .idx
                                                 both synced before they get their names
"""

import os
from collections import namedtuple
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from gitdb.pack import PackEntity

from wiki.repository.catfile import Object
from wiki.repository.objects import object_hash

_NUMBERS = {"commit": 1, "tree": 2, "blob": 3}


#: an object as gitdb wants it
_Packed = namedtuple("_Packed", "binsha type_id size stream")


class Pack:
    """Objects that are not in the repository yet, each once."""

    def __init__(self) -> None:
        self.objects: dict[str, Object] = {}

    def add(self, kind: str, data: bytes) -> str:
        """Takes in a ``commit``, ``tree`` or ``blob``; returns its id."""
        id = object_hash(kind, data)
        self.objects[id] = Object(kind, data)
        return id

    def write(self, folder: Path) -> None:
        """Writes the pack into the repository ``folder``: it lasts a power failure.

        Raises OSError; nothing is left then, but what a git would clear away.
        """
        packs = folder / "objects/pack"
        packed, index = bytearray(), bytearray()
        made = [
            _Packed(bytes.fromhex(id), _NUMBERS[one.type], len(one.data), BytesIO(one.data))
            for id, one in self.objects.items()
        ]
        name, _sum = PackEntity.write_pack(made, packed.extend, index.extend, len(made))
        path = packs / f"pack-{name.hex()}"
        begun: list[Path] = []
        try:
            for suffix, data in ((".pack", packed), (".idx", index)):
                begun.append(packs / f"tmp_{suffix[1:]}_{os.getpid()}_{name.hex()}")
                _write_synced(begun[-1], data)
            # A pack counts from the moment that it has an index.
            for suffix, file in zip((".pack", ".idx"), begun, strict=True):
                file.rename(path.with_suffix(suffix))
        except BaseException:
            for file in begun:
                with suppress(OSError):
                    file.unlink(missing_ok=True)
            raise
        sync_folder(packs)


def _write_synced(path: Path, data: bytes | bytearray) -> None:
    """A new file that nobody changes, on disk."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o444)
    try:
        write_whole(file, data)
        os.fsync(file)
    finally:
        os.close(file)


def write_whole(file: int, data: bytes | bytearray) -> None:
    """Writes all of ``data``, in as many turns as the system takes. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def sync_folder(folder: "os.PathLike[str]") -> None:
    """Makes the names in ``folder`` last a power failure; git syncs the files alone."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
