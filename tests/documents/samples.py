"""Word documents made here: by pandoc, with what only Word writes put into them."""

import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO

from PIL import Image

from wiki.documents.pandoc import convert

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BY = 'w:author="Relectrice" w:date="2026-01-01T00:00:00Z"'
CHANGED = (
    '<w:p><w:r><w:t xml:space="preserve">Le prix est </w:t></w:r>'
    f'<w:del w:id="91" {_BY}><w:r><w:delText>cent</w:delText></w:r></w:del>'
    f'<w:ins w:id="92" {_BY}><w:r><w:t>quatre-vingts</w:t></w:r></w:ins></w:p>'
)
COMMENT = (
    f'<w:comments {_W}><w:comment w:id="0" {_BY}><w:p><w:r><w:t>Hors taxes &amp; net ?</w:t>'
    "</w:r></w:p></w:comment></w:comments>"
)


def picture(width: int = 60, kind: str = "PNG") -> bytes:
    """A plain picture."""
    out = BytesIO()
    Image.new("RGB", (width, 40), (13, 100, 108)).save(out, kind)
    return out.getvalue()


def word(markdown: str, *options: str, media: Mapping[str, bytes] | None = None) -> bytes:
    """What ``markdown`` is as a .docx of pandoc's, which is asked once in a process for each."""
    return _converted(markdown, options, tuple((media or {}).items()))


@cache
def _converted(
    markdown: str, options: tuple[str, ...], media: tuple[tuple[str, bytes], ...]
) -> bytes:
    files = {"input": markdown.encode(), **dict(media)}
    return convert(files, "markdown", "docx", options, seconds=200)


def with_parts(document: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same archive, its parts changed."""
    out = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(document)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part, change(part.filename, old.read(part)))
    return out.getvalue()


def reviewed(document: bytes) -> bytes:
    """The same, with a tracked change at its end and a comment."""

    def change(name: str, data: bytes) -> bytes:
        if name == "word/comments.xml":
            return COMMENT.encode()
        if name != "word/document.xml":
            return data
        text = data.decode()
        at = text.rindex("<w:sectPr")
        return (text[:at] + CHANGED + text[at:]).encode()

    return with_parts(document, change)


def bomb(size: int = 80_000_000) -> bytes:
    """A .docx of some hundred kilobytes that unpacks to ``size``."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * size)
    return out.getvalue()


def lying_bomb() -> bytes:
    """One whose directory says that it unpacks to a few bytes."""
    data = bytearray(bomb(40_000_000))
    size = (40_000_000).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(data)
