"""What is matched: a need, an offer or a person, as a value that holds its words (pure)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from wiki.api.meaning import fold, telling_words, text_digest
from wiki.api.paths import read_number, slug

NEED, OFFER, PERSON = "need", "offer", "person"
#: territories that match every other
EVERYWHERE = frozenset(("france-entiere", "a-distance"))
#: what is read of a text: whoever writes a novel is found by its beginning
_LONGEST = 2_000
_FULL_STOP = re.compile(r"[.!?;]\s+")


@dataclass(frozen=True)
class Text:
    """A need or an offer in words; ``id`` is its identity, or a person's page.

    ``availability`` is in requests a month, None where nothing is said.
    """

    id: str
    kind: str
    title: str
    body: str = ""
    keywords: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    lang: str = "fr"
    availability: int | None = None

    @property
    def said(self) -> str:
        """What an encoder reads: a line of keywords and title, which say what it is about, then
        the body. Where there is no such line the body stands alone."""
        keywords, title = (_line(part) for part in (", ".join(self.keywords), self.title))
        about = ". ".join(filter(None, (keywords, title)))
        return "\n".join(filter(None, (about, self.body.strip())))[:_LONGEST]

    @property
    def heading(self) -> str:
        """What it is about in few words: its title and keywords."""
        return "\n".join((self.title, ", ".join(self.keywords)))[:_LONGEST]

    @property
    def sought(self) -> "Text":
        """What a need asks for: its first sentence and keywords. The rest is who asks, where, and
        with what; it counts where they say nothing."""
        first = replace(self, title=_FULL_STOP.split(self.title, maxsplit=1)[0], body="")
        return first if telling_words(first.heading) else self

    @property
    def digest(self) -> bytes:
        """Sixteen bytes that stand for ``said``."""
        return text_digest(self.said)

    @property
    def territories(self) -> frozenset[str]:
        """Slugs of its places; empty where any place will do."""
        found = frozenset(filter(None, map(slug, self.places)))
        return frozenset() if found & EVERYWHERE else found


def _line(words: str) -> str:
    return " ".join(words.split())


def from_record(record: Mapping[str, Any], kind: str) -> Text:
    """The text of a line of a file; raises KeyError, TypeError or AttributeError for another."""
    places = record.get("territory") or ()
    return Text(
        id=str(record["id"]),
        kind=kind,
        title=str(record.get("title") or ""),
        body=str(record.get("body") or ""),
        keywords=_words(record.get("keywords") or ()),
        places=(places,) if isinstance(places, str) else _words(places),
        lang=str(record.get("language") or "fr"),
        availability=requests(record.get("availability")),
    )


def from_row(id_: str, kind: str, row: Mapping[str, Any]) -> Text:
    """The text that ``as_row`` was made of."""
    lists = {name: tuple(row.get(name, ())) for name in ("keywords", "places")}
    return Text(**{"id": id_, "kind": kind, "title": "", "lang": "", **row, **lists})


def as_row(text: Text) -> dict[str, Any]:
    """What ``text`` says beside its id and kind, as plain values, for JSON."""
    said = asdict(text).items()
    return {
        name: value
        for name, value in said
        if value not in ("", (), None) and name not in ("id", "kind")
    }


def _words(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


#: the words of the content format for how much time there is
_AVAILABLE = {"a little": 1, "un peu": 1, "occasional": 2, "ponctuelle": 2, "ponctuel": 2,
              "regular": 4, "reguliere": 4, "regulier": 4}  # fmt: skip


def requests(value: Any) -> int | None:
    """Requests a month that an availability means, in words or as a number; None for none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    word = fold(value).replace("-", " ").strip()
    number = read_number(word)
    return _AVAILABLE.get(word) if number is None else number
