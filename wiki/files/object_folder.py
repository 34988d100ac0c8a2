"""Large files that a backup brought where no bucket is set: read in the instance's folder."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from wiki.errors import TooLarge
from wiki.files.object_store import PIECE, ObjectDamaged, ObjectLost
from wiki.files.pointer import Pointer
from wiki.translation import gettext as _


class ObjectFolder:
    """Files that are called by the sha256 of their bytes, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def stream(self, pointer: Pointer, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """See ObjectStore; no byte is given before all are looked at."""
        self.verify(pointer)
        return self._pieces(pointer, start, pointer.size if end is None else end)

    def read(self, pointer: Pointer, limit: int) -> bytes:
        """See ObjectStore."""
        if pointer.size > limit:
            raise TooLarge(_("This file is too large to be shown."))
        return b"".join(self.stream(pointer))

    def verify(self, pointer: Pointer) -> None:
        """See ObjectStore."""
        summed = sha256()
        try:
            for piece in self._pieces(pointer, 0, pointer.size + 1):
                summed.update(piece)
        except FileNotFoundError as error:
            words = _("This file is missing where large files are kept. Tell the operator.")
            raise ObjectLost(words) from error
        except OSError as error:
            raise self._damaged() from error
        if summed.hexdigest() != pointer.oid:
            raise self._damaged()

    def _pieces(self, pointer: Pointer, start: int, end: int) -> Iterator[bytes]:
        with (self.folder / pointer.oid).open("rb") as file:
            file.seek(start)
            while piece := file.read(min(PIECE, end - file.tell())):
                yield piece

    def _damaged(self) -> ObjectDamaged:
        return ObjectDamaged(
            _("This file is damaged where large files are kept. Tell the operator.")
        )
