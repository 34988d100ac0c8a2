"""SVG is a program that draws: taken only where nothing in it runs, loads or refers outside.

It is served as an attachment besides (``headers.py``), where a browser shows it in an ``img`` at
most, and runs nothing of it there.
"""

import re
from xml.parsers import expat

_SVG = "http://www.w3.org/2000/svg "
#: and whatever begins with ``animate``
_REFUSED = {
    *("script", "handler", "listener", "set", "discard"),
    *("foreignobject", "iframe", "embed", "object", "audio", "video"),
}
_OUTSIDE = re.compile(
    r"@import|url\(\s*['\"]?(?!#)|image-set\(|\b(?:image|src)\(\s*['\"]|expression|javascript:",
    re.IGNORECASE,
)
#: a letter of a style by its number, or as itself (CSS Syntax Module, 4.3.7); no end of line is one
_ESCAPE = re.compile(
    r"\\(?:([0-9a-f]{1,6})(?:\r\n|[ \t\r\n\f])?|\r\n|(.))", re.IGNORECASE | re.DOTALL
)
_INSIDE_LINK = re.compile(r"#[\w.-]*|data:image/(?:png|jpeg|gif|webp);base64,[\w+/=\s]*")
_MAX_DEPTH = 200


class _Refused(Exception):
    """Raised inside the parser's callbacks to end the reading."""


def check_svg(data: bytes, extension: str) -> bool:
    """Whether ``data`` is an SVG picture in which nothing runs and nothing refers outside."""
    reading = _Reading()
    try:
        reading.read(data)
    except (_Refused, expat.ExpatError, ValueError, LookupError):
        return False
    return reading.found


class _Reading:
    def __init__(self) -> None:
        self.found = False
        self.depth = 0
        self.texts: list[str] = []

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self.doctype
        parser.ProcessingInstructionHandler = self.instruction
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.texts.append
        parser.Parse(data, True)
        if _leads_outside("".join(self.texts)):
            raise _Refused

    def doctype(self, *_: object) -> None:
        """A document type may define entities: bombs, and words that are not what they seem."""
        raise _Refused

    def instruction(self, *_: object) -> None:
        """A processing instruction may name a style sheet that runs."""
        raise _Refused

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.depth == 0:
            self.found = name == _SVG + "svg"
        self.depth += 1
        local = name.rpartition(" ")[2].lower()
        # Drawing programs leave elements of their own; those of HTML would be HTML.
        if local in _REFUSED or local.startswith("animate") or "xhtml" in name:
            raise _Refused
        if self.depth > _MAX_DEPTH:
            raise _Refused
        for key, value in attributes.items():
            self.attribute(key.rpartition(" ")[2].lower(), value)

    def attribute(self, name: str, value: str) -> None:
        if name.startswith("on") or _leads_outside(value):
            raise _Refused
        if name in {"href", "src", "base"} and not _INSIDE_LINK.fullmatch(value.strip()):
            raise _Refused

    def end(self, _: str) -> None:
        self.depth -= 1


def _leads_outside(style: str) -> bool:
    """Whether a style, or what may be one, loads anything: as written, and as it is read."""
    return bool(_OUTSIDE.search(style) or _OUTSIDE.search(_ESCAPE.sub(_letter, style)))


def _letter(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return "" if escape[2] in (None, "\n", "\f") else escape[2]
    number = int(escape[1], 16)
    return chr(number) if 0 < number < 0xD800 or 0xDFFF < number <= 0x10FFFF else "\ufffd"
