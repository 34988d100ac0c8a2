"""The bytes of a table as text, in whatever encoding its program wrote them (pure).

A byte order mark decides; then UTF-16 by its zeros; then each line is UTF-8 where it can be. A file
of older programs is in one of two encodings, which a library tells apart by how French looks in it.
"""

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

#: longest first: the mark of UTF-16 is the beginning of that of UTF-32
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: what a library has to look at: more would tell it nothing new
_SAMPLE = 100_000
_ZEROS = 0.3
_OLD = {"cp1252": "cp1252", "mac_roman": "mac_roman"}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Decoded:
    """``text`` with LF alone; ``odd``: numbers of the lines that were in another encoding."""

    text: str
    odd: tuple[int, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of ``data``; what fits no encoding is replaced, and its lines are told."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            if name != "utf-8":
                return Decoded(_tidy(data[len(mark) :].decode(name, "replace")))
            data = data[len(mark) :]
    if (wide := _utf16(data[:_SAMPLE])) is not None:
        return Decoded(_tidy(data.decode(wide, "replace")))
    try:
        return Decoded(_tidy(data.decode("utf-8")))
    except UnicodeDecodeError:
        return _by_line(data)


def _utf16(sample: bytes) -> str | None:
    """The kind of UTF-16 whose letters have their zeros there; None for other text."""
    if sample.count(0) < _ZEROS * len(sample):
        return None
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def _by_line(data: bytes) -> Decoded:
    """Lines of UTF-8 as they are, the others in the old encoding of the file."""
    lines: list[str | None] = []
    old: list[bytes] = []
    modern = False
    raw = data.split(b"\n")
    for line in raw:
        try:
            lines.append(line.decode("utf-8"))
            modern = modern or not line.isascii()
        except UnicodeDecodeError:
            lines.append(None)
            old.append(line)
    name = _older(b"\n".join(old))
    text = [
        bytes_.decode(name, "replace") if line is None else line
        for line, bytes_ in zip(lines, raw, strict=True)
    ]
    odd = tuple(at for at, line in enumerate(lines, 1) if line is None) if modern else ()
    return Decoded(_tidy("\n".join(text)), odd)


def _older(data: bytes) -> str:
    """Windows' encoding, or that of old Macs where it reads better."""
    best = from_bytes(data[:_SAMPLE], cp_isolation=list(_OLD), enable_fallback=False).best()
    return _OLD.get(best.encoding, "cp1252") if best is not None else "cp1252"


def _tidy(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"))
