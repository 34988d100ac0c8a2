"""A TAR archive, perhaps packed (``.tar.gz``, ``.tgz``, ``.tar.bz2``, ``.tar.xz``), as its files.

It is unpacked once into a file without a name, bounded, so that each of its files can be read for
itself; nothing is ever written by the names that are in it.
"""

import bz2
import gzip
import lzma
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from wiki.errors import BadRequest, TooLarge
from wiki.translation import gettext as _

#: bytes of the archive, unpacked
_MOST = 20_000_000_000
_PIECE = 1 << 20
_PACKED: tuple[tuple[bytes, Callable[[Any], Any]], ...] = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
_DAMAGED = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, tarfile.TarError)


@dataclass(frozen=True)
class Slice:
    """The bytes of one file, in the archive that was unpacked."""

    archive: IO[bytes]
    start: int
    size: int

    def pieces(self, size: int) -> Iterator[bytes]:
        """Its bytes as they come: others may read of the archive between two of them."""
        for at in range(0, self.size, size):
            self.archive.seek(self.start + at)
            yield self.archive.read(min(self.size - at, size))


@dataclass(frozen=True)
class Member:
    """A file of the archive; ``content`` is None for what is no plain file, such as a link."""

    name: str
    seconds: float
    content: Slice | None


def is_tarball(path: Path) -> bool:
    """Whether the file is a TAR archive; looks at the first block of it alone."""
    with suppress(*_DAMAGED), path.open("rb") as file, closing(_unpacked(file)) as plain:
        tarfile.TarInfo.frombuf(plain.read(tarfile.BLOCKSIZE), "utf-8", "surrogateescape")
        return True
    return False


def unpack_tarball(path: Path) -> IO[bytes]:
    """The archive without its packing, to be closed. Raises BadRequest, TooLarge."""
    too_large = _("Unpacked, this would be larger than {size} GB. Nothing was read of it.")
    whole = TemporaryFile()  # noqa: SIM115 - who asked closes it
    try:
        with path.open("rb") as file, closing(_unpacked(file)) as plain:
            while piece := plain.read(_PIECE):
                if whole.tell() + len(piece) > _MOST:
                    raise TooLarge(too_large.format(size=_MOST // 1_000_000_000))
                whole.write(piece)
    except _DAMAGED as error:
        whole.close()
        raise _damaged() from error
    except BaseException:
        whole.close()
        raise
    return whole


def list_members(archive: IO[bytes]) -> Iterator[Member]:
    """All that lies in an archive which ``unpack_tarball`` gave. Raises BadRequest."""
    archive.seek(0)
    try:
        tar: Any
        with tarfile.TarFile(fileobj=archive, errors="surrogateescape") as tar:
            while (one := tar.next()) is not None:
                tar.members.clear()  # it would keep them all
                plain = one.isreg() and not one.issparse()
                if not one.isdir():
                    content = Slice(archive, one.offset_data, one.size) if plain else None
                    yield Member(one.name, float(one.mtime), content)
        archive.seek(-tarfile.BLOCKSIZE, os.SEEK_END)
        if archive.read().strip(b"\0"):
            raise tarfile.ReadError  # one that is whole ends in empty blocks
    except _DAMAGED as error:
        raise _damaged() from error


def _damaged() -> BadRequest:
    return BadRequest(_("This archive is damaged, or was cut off. Make it again, and send that."))


def _unpacked(file: IO[bytes]) -> Any:
    start = file.read(6)
    file.seek(0)
    return next((made(file) for mark, made in _PACKED if start.startswith(mark)), file)
