"""Which files may be attached: a kind is told by the name *and* by what is inside, or refused.

Everything is served so that a browser never runs it (``headers.py``); this list keeps out what
would be dangerous on the reader's disk (programs, macros), pages in disguise, and files that are
two things at once.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import SEEK_END
from mmap import ACCESS_READ, mmap
from typing import IO, Any

import filetype

from wiki.errors import BadUpload, TooLarge
from wiki.files.archives import check_office, check_open_document
from wiki.files.pointer import is_like_pointer
from wiki.files.vectors import check_svg
from wiki.translation import gettext as _


@dataclass(frozen=True)
class FileType:
    """``media`` is the content type it is served with; a ``picture`` is shown in pages."""

    extension: str
    media: str
    picture: bool = False


#: the bytes of a file: held, or looked at where they lie on a disk
Content = bytes | mmap
Check = Callable[[Any, str], bool]
#: bytes of a file that may be held at once
HELD = 32_000_000

#: what makes a browser take text for a page (WHATWG MIME Sniffing, 7.1), and other programs run it
_LIKE_CODE = re.compile(
    rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*"
    rb"(?:<(?:!doctype|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|svg|meta"
    rb"|object|embed|form|\?php|%)[\s>/]|<!--|%!ps|%pdf|#!|\{\\rtf|mz)",
    re.IGNORECASE | re.DOTALL,
)
_TEXT_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def _sniffed(data: Content, extension: str) -> bool:
    found = filetype.guess(data[:8192])
    return found is not None and found.extension == _SNIFFED_AS.get(extension, extension)


def _pdf(data: Content, extension: str) -> bool:
    # Readers take a header within 1,024 bytes: room for the beginning of something else.
    return data[:5] == b"%PDF-" and b"%%EOF" in data[-1024:] and b"PK\5\6" not in data[-70:]


def _text(data: bytes, extension: str) -> bool:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    like_code = _LIKE_CODE.match(text.encode())
    return not like_code and not _TEXT_CONTROLS.search(text)


def _heard(data: Content, extension: str) -> bool:
    """Sound and film: what the head says, and no archive or page tied to the end."""
    tail = data[-66_000:]
    return _sniffed(data, extension) and b"PK\5\6" not in tail and b"<script" not in tail.lower()


#: names that the filetype library gives to what we call otherwise
_SNIFFED_AS = {"jpeg": "jpg", "oga": "ogg", "opus": "ogg", "mp4": "mp4"}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
_PICTURES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}
_TYPES: dict[str, tuple[str, Check]] = {
    **{extension: (media, _sniffed) for extension, media in _PICTURES.items()},
    "svg": ("image/svg+xml", check_svg),
    "pdf": ("application/pdf", _pdf),
    "docx": (f"{_OFFICE}.wordprocessingml.document", check_office),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", check_office),
    "pptx": (f"{_OFFICE}.presentationml.presentation", check_office),
    "odt": (f"{_OPEN}.text", check_open_document),
    "ods": (f"{_OPEN}.spreadsheet", check_open_document),
    "odp": (f"{_OPEN}.presentation", check_open_document),
    "txt": ("text/plain; charset=utf-8", _text),
    "csv": ("text/csv; charset=utf-8", _text),
    "tsv": ("text/tab-separated-values; charset=utf-8", _text),
    "json": ("application/json", _text),
    "geojson": ("application/geo+json", _text),
    "mp3": ("audio/mpeg", _heard),
    "ogg": ("audio/ogg", _heard),
    "oga": ("audio/ogg", _heard),
    "opus": ("audio/ogg", _heard),
    "flac": ("audio/flac", _heard),
    "wav": ("audio/x-wav", _heard),
    "m4a": ("audio/mp4", _heard),
    "mp4": ("video/mp4", _heard),
    "webm": ("video/webm", _heard),
}
#: kinds of which the beginning, the end and the list of parts are looked at
_IN_PART = {
    extension
    for extension, (_media, check) in _TYPES.items()
    if check in (_pdf, _heard, check_office, check_open_document)
}
EXTENSIONS = tuple(sorted(_TYPES))
_UNKNOWN = FileType("", "application/octet-stream")


@contextmanager
def content_of(file: IO[bytes]) -> Iterator[Content]:
    """The bytes of what was sent, a large file's where they lie on the disk."""
    size = file.seek(0, SEEK_END)
    file.seek(0)
    if size <= HELD:
        yield file.read()
        return
    with closing(mmap(file.fileno(), size, access=ACCESS_READ)) as data:
        yield data


def by_name(name: str) -> FileType:
    """The type that the name alone tells: for what lies in the repository already, however it
    came there. Anything not on the list is bytes to be saved, nothing more."""
    extension = _extension(name)
    if extension not in _TYPES:
        return _UNKNOWN
    return FileType(extension, _TYPES[extension][0], extension in _PICTURES)


def identify(name: str, data: Content, *, max_bytes: int) -> FileType:
    """What an upload is. Raises TooLarge, or BadUpload where name and content disagree or the
    kind is not accepted."""
    kind = by_name(name)
    most = max_bytes if kind.extension in _IN_PART else min(max_bytes, HELD)
    if len(data) > (most if isinstance(data, mmap) else max_bytes):
        raise TooLarge(
            _("The file is larger than {size} MB. Nothing was saved.").format(
                size=most // 1_000_000
            )
        )
    if not kind.extension:
        raise BadUpload(
            _("Files of this kind are not accepted. These are: {kinds}.").format(
                kinds=", ".join(EXTENSIONS)
            )
        )
    if is_like_pointer(data[:1024]):
        raise BadUpload(
            _(
                "This file is a note of Git LFS that stands for another file, and does not hold it."
                " Send the file itself."
            )
        )
    if not len(data) or not _TYPES[kind.extension][1](data, kind.extension):
        raise BadUpload(
            _("This file is not what its name says ({kind}). Nothing was saved.").format(
                kind=kind.extension
            )
        )
    return kind


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
