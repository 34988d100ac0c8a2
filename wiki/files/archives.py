"""Office files are ZIP archives: looked into, never unpacked, taken only if no more."""

import struct
import zipfile
from collections.abc import Iterable
from io import BytesIO
from mmap import mmap
from typing import IO, cast

_MAX_PARTS = 10_000
_MAX_UNPACKED = 500_000_000
_END = b"PK\x05\x06"
#: the end record: 22 bytes, the last two giving the length of a comment
_END_LENGTH = 22
#: what stands before it in archives beyond 4 GB, and says other numbers than it does
_END_64, _END_64_LENGTH = b"PK\x06\x07", 20
#: bytes of the list of parts, which is read whole before anything of it is known
_MAX_LIST = 2_000_000
_MAIN_PART = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
}
_MEDIA = {"odt": b"text", "ods": b"spreadsheet", "odp": b"presentation"}
#: programs inside documents
_MACROS = ("vbaproject.bin", "vbadata.xml")
_MACRO_FOLDERS = ("basic/", "scripts/", "activex/")


def check_office(data: bytes | mmap, extension: str, *, programs: bool = False) -> bool:
    """Whether ``data`` is of Office Open XML; one with macros is none without ``programs``."""
    names = _parts(data, programs=programs)
    return names is not None and "[Content_Types].xml" in names and _MAIN_PART[extension] in names


def check_open_document(data: bytes | mmap, extension: str, *, programs: bool = False) -> bool:
    """Whether ``data`` is an OpenDocument file, by its first part; with macros as above."""
    names = _parts(data, programs=programs)
    media = b"application/vnd.oasis.opendocument." + _MEDIA[extension]
    return names is not None and names[:1] == ["mimetype"] and data[38 : 38 + len(media)] == media


def has_programs(names: Iterable[str]) -> bool:
    """Whether a document with parts of these names has programs (macros) in it."""
    return any(map(_runs, names))


def _parts(data: bytes | mmap, *, programs: bool) -> list[str] | None:
    """The names of the parts of an archive that starts and ends where the file does, else None."""
    if data[:4] != b"PK\x03\x04" or not _ends_with_archive(data):
        return None
    try:
        file = BytesIO(data) if isinstance(data, bytes) else cast(IO[bytes], data)
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError):
        return None
    if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
        return None
    names = [part.filename for part in parts]
    if len(set(names)) != len(names) or any(map(_climbs, names)):
        return None
    if not programs and has_programs(names):
        return None
    return names if min(part.header_offset for part in parts) == 0 else None


def _ends_with_archive(data: bytes | mmap) -> bool:
    begin = max(len(data) - 66_000, 0)
    at = data.rfind(_END, begin)
    if at < 0 or len(data) < at + _END_LENGTH:
        return False
    size, offset, comment = struct.unpack_from("<IIH", data, at + 12)
    if size > _MAX_LIST or data[max(at - _END_64_LENGTH, 0) :].startswith(_END_64):
        return False
    return bool(offset + size == at and at + _END_LENGTH + comment == len(data) and comment == 0)


def _climbs(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")


def _runs(name: str) -> bool:
    lowered = name.lower()
    return lowered.endswith(_MACROS) or any(
        f"/{folder}" in f"/{lowered}" for folder in _MACRO_FOLDERS
    )
