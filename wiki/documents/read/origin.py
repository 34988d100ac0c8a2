"""Where a document comes from, as it says itself: who wrote it, when, and its keywords."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from wiki.documents.read.archives import part_of
from wiki.documents.read.nodes import plain

_PARTS = {"docx": "docProps/core.xml", "docm": "docProps/core.xml", "odt": "meta.xml"}
#: their last words, by which Dublin Core, Office, OpenDocument and web pages call them
_AUTHOR = ("author", "initial-creator", "creator", "lastmodifiedby")
_MOMENT = ("modified", "modified_time", "changed", "date", "created", "published_time")
_KEYWORDS = ("keywords", "keyword")
#: bytes of what a document says of itself; characters of one thing that it says, and how many
_MOST, _LONG, _MANY = 200_000, 300, 30
#: programs write the first day that they know where they know none
_FIRST_YEAR = 1980


@dataclass(frozen=True)
class Origin:
    """What a document says of itself; "" and () where it says nothing."""

    author: str = ""
    when: str = ""
    keywords: tuple[str, ...] = ()


def origin_of(extension: str, data: bytes, meta: Mapping[str, Any]) -> Origin:
    """Of a checked document, or of a web page whose head pandoc read as ``meta``."""
    if extension in _PARTS:
        said = _said(part_of(data, _PARTS[extension]))
    else:
        said = {}
        for name, value in meta.items():
            said.setdefault(_last(name), []).append(plain(value.get("c", []))[:_LONG])
    when = next((found for name in _MOMENT if (found := _moment(said.get(name, [""])[0]))), "")
    author = next((said[name][0] for name in _AUTHOR if said.get(name, [""])[0]), "")
    words = [word.strip() for name in _KEYWORDS for one in said.get(name, ()) for word in _cut(one)]
    return Origin(author, when, tuple(dict.fromkeys(filter(None, words)))[:_MANY])


def _said(xml: bytes) -> dict[str, list[str]]:
    """The words of each element, by its name; nothing where it declares entities, or is no XML."""
    found: dict[str, list[str]] = {}
    name, words = "", ""
    parser = ParserCreate(namespace_separator=" ")

    def begin(element: str, _attributes: object) -> None:
        nonlocal name, words
        name, words = _last(element.rpartition(" ")[2]), ""

    def say(text: str) -> None:
        nonlocal words
        words = (words + text)[:_LONG]

    def end(_element: str) -> None:
        nonlocal name
        if name and words.strip():
            found.setdefault(name, []).append(" ".join(words.split()))
        name = ""

    def refuse(*_declared: object) -> None:
        raise ExpatError

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = say, refuse
    try:
        parser.Parse(xml[:_MOST])
    except (ExpatError, LookupError, ValueError):
        return {}
    return found


def _last(name: str) -> str:
    return re.split(r"[.:]", name)[-1].strip().lower().replace("creation-date", "created")


def _cut(words: str) -> list[str]:
    return re.split(r"[,;]", words)


def _moment(text: str) -> str:
    for words in (text.replace("Z", "+00:00"), text[:19], text[:10]):
        with suppress(ValueError):
            found = datetime.fromisoformat(words)
            found = found if found.tzinfo else found.replace(tzinfo=UTC)
            return found.isoformat() if found.year >= _FIRST_YEAR else ""
    return ""
