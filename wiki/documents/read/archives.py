"""Documents that are archives (.docx, .odt): looked into before any program unpacks them.

A small file can hold a huge one. What an archive says of itself is not believed: its parts are
unpacked here, piece by piece, and no further than the limits.
"""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from wiki.errors import BadUpload, TooLarge
from wiki.files.archives import check_office, check_open_document
from wiki.translation import gettext as _

_PARTS = 2_000
#: all parts together, and those of text, which programs hold many times over
_UNPACKED = 200_000_000
_TEXT = 30_000_000
#: how much larger than its archive a document of some size is: text alone reaches 20
_RATIO = 100
_SMALL = 5_000_000
_PIECE = 1 << 16
#: elements in elements: a table takes three, and what Word writes reaches some thirty
_DEEPEST = 300
_CHECKS = {"docx": check_office, "docm": check_office, "odt": check_open_document}
_DAMAGED = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, RuntimeError)


def check_container(data: bytes, extension: str) -> None:
    """Raises BadUpload for what is no such document, TooLarge for one that unpacks to too much."""
    # Programs in it (macros) run nowhere here: pandoc reads its text and nothing else of it.
    if not _CHECKS[extension](data, extension.replace("docm", "docx"), programs=True):
        raise BadUpload(
            _(
                "This file is not a document that can be read: it is damaged, protected by a"
                " password, or something else. Save it again as .docx or .odt."
            )
        )
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > _PARTS:
            raise _bomb()
        most = min(_UNPACKED, max(_SMALL, _RATIO * len(data)))
        total = text = 0
        for part in parts:
            is_text = part.filename.endswith((".xml", ".rels"))
            depth = _Depth() if is_text else None
            for piece in _pieces(archive, part):
                total += len(piece)
                text += len(piece) if is_text else 0
                if total > most or text > _TEXT:
                    raise _bomb()
                if depth is not None:
                    depth.feed(piece)


def pictures(data: bytes) -> dict[str, bytes]:
    """The pictures inside a checked document: name in its text → bytes."""
    found = {}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        for part in archive.infolist():
            folder, _slash, name = part.filename.rpartition("/")
            if name and folder in ("word/media", "Pictures"):
                found[part.filename.removeprefix("word/")] = archive.read(part)
    return found


def part_of(data: bytes, name: str) -> bytes:
    """One part of a checked document; nothing where it has none such."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        try:
            return archive.read(name)
        except KeyError:
            return b""


def parts_of(data: bytes) -> list[str]:
    """The names of all parts of a checked document."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.namelist()


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(part) as file:
            while piece := file.read(_PIECE):
                yield piece
    except _DAMAGED as error:
        raise BadUpload(_("This file is damaged: it cannot be unpacked.")) from error


class _Depth:
    """Reads XML as it comes. Raises BadUpload where its elements are nested beyond reason.

    The time that pandoc takes for tables in tables grows by the square of their depth.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._parser: XMLParserType | None = ParserCreate()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        # Entities of its own could say more than is read here.
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, piece: bytes) -> None:
        if self._parser is None:
            return
        try:
            self._parser.Parse(piece)
        except ExpatError:
            self._parser = None  # pandoc reads no further either, and says so
        except (LookupError, ValueError):
            # In an encoding that is unknown here, or of several bytes: pandoc may know it.
            self._refuse()

    def _begin(self, _name: str, _attributes: object) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            self._refuse()

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _refuse(self, *_declared: object) -> None:
        raise BadUpload(_("This document is made in a way that could not be read."))


def _bomb() -> TooLarge:
    return TooLarge(_("Unpacked, this document would be far too large. Nothing was read of it."))
