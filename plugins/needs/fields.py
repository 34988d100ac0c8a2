"""A need or an offer as the fields of a form, and as the lines that say the same (pure).

::

    what is typed ──typed()──▶ Fields ──written()──▶ - [ ] … #word @Place avant:… {#b-…}
                                 ▲                          │
                                 └───────fields_of()◀── the page's one reading

Nobody has to know how it is written; who does may type marks where they will. ``typed`` puts them
where they belong, so that what is written is read as the same fields again.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from wiki.api.errors import BadField
from wiki.api.pages.items import Item, read_item
from wiki.api.paths import read_number
from wiki.api.translation import gettext

from .model import NEED, Kind

WHAT_LENGTH, DETAILS_LENGTH = 300, 4000
#: keywords, or places, of one item, and letters of each
MOST_WORDS, _WORD_LENGTH = 12, 60
#: of a line that is typed: some identities that are taken out of it beside its words
_MOST_TYPED = 10 * WHAT_LENGTH
_SPLIT = re.compile(r"[,;\n]")
#: identities are the wiki's to give: those that are typed, or pasted, are taken out
_IDENTITY = re.compile(r"(?:(?<!\s)\s++)?\{#[^{}\n]*\}")
_BARE_PLACE = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
#: words for the numbers of requests a month that have one
_AVAILABILITY = {
    "fr": {1: "un-peu", 2: "ponctuelle", 4: "régulière"},
    "en": {1: "a-little", 2: "occasional", 4: "regular"},
}
#: the names of marks
_MARKS = {
    "fr": {"before": "avant", "availability": "dispo", "seen": "vu"},
    "en": {"before": "before", "availability": "availability", "seen": "seen"},
}


@dataclass(frozen=True)
class Fields:
    """What a form asks: ``what`` is one line of Markdown without marks, ``details`` stand below.

    ``seen`` and ``day`` (a date that the line begins with) are kept, and asked of nobody.
    """

    what: str
    details: str = ""
    keywords: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    before: str = ""
    availability: int | None = None
    seen: str = ""
    day: str = ""


@dataclass(frozen=True)
class Shape:
    """How a line is begun and ended: what stands before its marker, the marker, its state."""

    state: str = " "
    before: str = ""
    marker: str = "-"
    identity: str = ""
    lang: str = "fr"


def fields_of(item: Item) -> Fields:
    """What an item says, as fields."""
    words = item.marks.get("availability")
    return Fields(
        what=" ".join(item.text.split()),
        details=item.nested,
        keywords=item.keywords,
        places=item.places,
        before=item.marks.get("before", ""),
        availability=int(words) if words is not None else None,
        seen=item.marks.get("seen", ""),
        day=item.date or "",
    )


def typed(
    kind: Kind,
    *,
    what: str,
    details: str = "",
    keywords: str = "",
    places: str = "",
    before: str = "",
    availability: str = "",
) -> Fields:
    """The fields that someone typed, marks in ``what`` put where they belong.

    Raises BadField for what cannot be written; no word of what was typed is lost.
    """
    line = _one_line(what)
    if not any(char.isalnum() for char in line):
        raise BadField(
            "what",
            gettext("Say in a sentence what you need.")
            if kind is NEED
            else gettext("Say in a sentence what you offer."),
        )
    if len(line) > WHAT_LENGTH:
        raise BadField("what", gettext("One sentence is enough here: put the rest in the details."))
    read = fields_of(read_item(f"[ ] {line}"))
    number = _number(availability)
    fields = Fields(
        what=read.what,
        details=_tidy(details),
        keywords=_distinct((*read.keywords, *_keywords(keywords)))[:MOST_WORDS],
        places=_distinct((*read.places, *_places(places)))[:MOST_WORDS],
        before=_day(before) or read.before,
        availability=read.availability if number is None else number,
        seen=read.seen,
        day=read.day,
    )
    if not any(char.isalnum() for char in fields.what):
        raise BadField("what", gettext("Say it in words too, beside the keywords."))
    return fields


def written(fields: Fields, shape: Shape) -> list[str]:
    """The lines of the item, first and further ones."""
    names = _MARKS["fr" if shape.lang != "en" else "en"]
    parts = [fields.day, fields.what] if fields.day else [fields.what]
    parts += [f"#{word}" for word in fields.keywords]
    parts += [_place_mark(place) for place in fields.places]
    if fields.before:
        parts.append(f"{names['before']}:{fields.before}")
    if fields.availability is not None:
        words = _AVAILABILITY["fr" if shape.lang != "en" else "en"]
        said = words.get(fields.availability, str(fields.availability))
        parts.append(f"{names['availability']}:{said}")
    if fields.seen:
        parts.append(f"{names['seen']}:{fields.seen}")
    if shape.identity:
        parts.append(f"{{#{shape.identity}}}")
    lines = [f"{shape.before}{shape.marker} [{shape.state}] {' '.join(parts)}"]
    if fields.details:
        inside = shape.before + " " * (len(shape.marker) + 1)
        lines.append(shape.before.rstrip())
        lines += [f"{inside}{line}".rstrip() for line in fields.details.split("\n")]
    return lines


def _one_line(text: str) -> str:
    # Again and again: what stands around one that is taken out may be one by then. More than fits
    # is refused anyhow, and each round would cost its whole length.
    while len(text) <= _MOST_TYPED and text != (text := _IDENTITY.sub("", text)):
        pass
    return " ".join(_plain(text).split())


def _tidy(text: str) -> str:
    """Details as they are written: LF, no blanks at line ends, no blank lines around."""
    if len(text) > DETAILS_LENGTH:
        raise BadField(
            "details", gettext("This is long for a line: put it in a page, and link it.")
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [_plain(line).rstrip() for line in text.split("\n")]
    while lines != (lines := [_IDENTITY.sub("", line).rstrip() for line in lines]):
        pass
    indents = [len(line) - len(line.lstrip()) for line in lines if line]
    indent = min(indents, default=0)
    return "\n".join(line[indent:] for line in lines).strip("\n")


def _plain(text: str) -> str:
    """``text`` without control characters, and with ordinary blanks for the odd ones."""
    return "".join(
        " " if unicodedata.category(char)[0] in "CZ" and char not in "\u00a0\u202f" else char
        for char in text
    )


def _keywords(text: str) -> list[str]:
    words = []
    for part in _SPLIT.split(text):
        folded = "-".join(_plain(part).replace("#", " ").split())
        kept = "".join(
            char
            for char in folded
            if char.isalnum() or char == "-" or unicodedata.category(char)[0] == "M"
        )
        kept = re.sub("-{2,}", "-", kept).strip("-")[:_WORD_LENGTH].strip("-")
        if any(char.isalnum() for char in kept):
            words.append(kept)
    return words


def _places(text: str) -> list[str]:
    found = []
    for part in _SPLIT.split(text):
        place = " ".join(_plain(part).replace('"', " ").replace("@", " ").split())
        place = place[:_WORD_LENGTH].strip()
        if any(char.isalnum() for char in place):
            found.append(place)
    return found


def _place_mark(place: str) -> str:
    return f"@{place}" if _BARE_PLACE.fullmatch(place) else f'@"{place}"'


def _day(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadField("before", gettext("Choose a day, such as 2027-03-01.")) from error


def _number(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    number = read_number(text)
    if number is None or number > 999:
        raise BadField("availability", gettext("Say it as a number of requests a month."))
    return number


def _distinct(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
