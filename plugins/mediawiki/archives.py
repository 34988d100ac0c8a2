"""An export as it was sent: plain, packed, in a ZIP or in a folder; unpacked as it is read."""

import bz2
import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext as _

_PIECE = 1 << 16
_DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError)
_ENDINGS = (".xml", ".xml.gz", ".xml.bz2", ".xml.xz")


@contextmanager
def open_dump(path: Path) -> Iterator[IO[bytes]]:
    """The XML of an export: a file, perhaps packed, a ZIP or a folder with one in it.

    Raises BadRequest.
    """
    with ExitStack() as stack:
        with _told_as_damage():
            file = _opened(path, stack)
        yield file


def _opened(path: Path, stack: ExitStack) -> IO[bytes]:
    if path.is_dir():
        path = next(iter(sorted(one for one in path.iterdir() if is_dump(one.name))), path)
    if not zipfile.is_zipfile(path):
        return _unpacked(stack.enter_context(path.open("rb")), path.name)
    archive = stack.enter_context(zipfile.ZipFile(path))
    names = [one.filename for one in archive.infolist() if is_dump(one.filename)]
    if not names:
        raise BadRequest(_("There is no export (.xml) in this archive."))
    name = min(names, key=lambda name: (name.count("/"), name))
    return _unpacked(stack.enter_context(archive.open(name)), name)


@contextmanager
def _told_as_damage() -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise BadRequest(
            _("This file is damaged or was cut: it cannot be unpacked to its end. Export it again.")
        ) from error


def read_piece(file: IO[bytes], length: int = _PIECE) -> bytes:
    """The next bytes of what ``open_dump`` opened. Raises BadRequest."""
    with _told_as_damage():
        return file.read(length)


def is_dump(name: str) -> bool:
    """Whether a file of an archive is called like an export."""
    return name.lower().endswith(_ENDINGS) and not name.rpartition("/")[2].startswith(".")


def _unpacked(file: IO[bytes], name: str) -> IO[bytes]:
    if name.lower().endswith(".gz"):
        return cast(IO[bytes], gzip.GzipFile(fileobj=file))
    if name.lower().endswith(".bz2"):
        return cast(IO[bytes], bz2.BZ2File(file))
    return cast(IO[bytes], lzma.LZMAFile(file)) if name.lower().endswith(".xz") else file
