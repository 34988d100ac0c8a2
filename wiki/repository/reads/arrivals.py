"""What other processes have just saved: their small packs, read whole.

Each save is a pack of its own with all its objects (``writes/pack.py``), which a reader of the new
commit asks for one after the other: to ask git takes longer than to read the pack. Whatever is not
found here, git is asked.
"""

import os
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock

from wiki.repository.objects import object_hash
from wiki.repository.reads.packfile import unpack_objects

#: bytes of a pack beyond which it is no save's, and of what is in it
_LARGEST, _UNPACKED = 200_000, 1_000_000


class Arrivals:
    """The packs that come to the repository at ``folder``; thread-safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "objects/pack"
        self._guard = Lock()
        self._changed = 0
        self._known: frozenset[str] | None = None

    def read(self) -> dict[str, tuple[str, bytes]]:
        """Id → kind and bytes of the objects in packs that came since the last call."""
        with self._guard, suppress(OSError, IndexError, zlib.error):
            changed = os.stat(self._folder).st_mtime_ns  # noqa: PTH116 - asked for each object
            if changed != self._changed:
                names = frozenset(n for n in os.listdir(self._folder) if n.endswith(".idx"))  # noqa: PTH208
                new = names - (names if self._known is None else self._known)
                self._changed, self._known = changed, names
                return {
                    object_hash(kind, data): (kind, data)
                    for name in new
                    for kind, data in _objects(self._folder / f"{name[:-4]}.pack")
                }
        return {}

    def pass_over(self, name: str) -> None:
        """What is in the pack of that name is known: this process wrote it."""
        with self._guard:
            if self._known is not None:
                self._known |= {f"{name}.idx"}


def _objects(pack: Path) -> Iterator[tuple[str, bytes]]:
    """Kind and bytes of each object; none where it is no pack of a save's."""
    if pack.stat().st_size <= _LARGEST:
        yield from unpack_objects(pack.read_bytes(), _UNPACKED)
