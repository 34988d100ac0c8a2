"""SVG is a program that draws: taken only where nothing in it runs, loads or refers outside.

It is served as an attachment besides (``serving.py``), where a browser shows it in an ``img`` at
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
_OUTSIDE = re.compile(r"@import|url\(\s*['\"]?(?!#)|expression|javascript:", re.IGNORECASE)
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
        if _OUTSIDE.search("".join(self.texts)):
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
        if name.startswith("on") or _OUTSIDE.search(value):
            raise _Refused
        if name in {"href", "src", "base"} and not _INSIDE_LINK.fullmatch(value.strip()):
            raise _Refused

    def end(self, _: str) -> None:
        self.depth -= 1
