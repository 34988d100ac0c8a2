"""What a page's front matter says and nothing else shows: at its foot, as it was written."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wiki.hookspecs.pages import Aside
from wiki.pages.head.yaml_subset import Value
from wiki.pages.markdown.syntax import trimmed
from wiki.pages.page import Page
from wiki.pages.paths import title_from_path
from wiki.pages.urls import page_url
from wiki.pages.words import fold
from wiki.reading import Reader
from wiki.reading.pages import get_title, resolve_target
from wiki.translation import lazy

#: keys shown of one page, values of one key, characters of one text, links that are looked up
KEYS, VALUES, LENGTH, LINKS = 40, 40, 500, 60

#: what is for the wiki itself, or stands above every page
_NEVER = frozenset(
    (
        *("type", "title", "summary", "visibility", "editors", "lang", "aliases", "source"),
        "readers",
        # what other software wrote for itself
        *("dialect", "published", "editor", "datecreated"),
    )
)
#: what stands in the head of a space, by the type of its page
_IN_HEAD = frozenset(["themes", "territory", "team", "presented", "place", "kind"])
_IN_HEAD_OF = {
    "person": frozenset(["skills", "roles", "availability", "organisation"]),
    # After the first three: what the panels of an event say (register, apply, programme).
    "event": frozenset(
        (
            "starts",
            "ends",
            "cancelled",
            "registration",
            "inscriptions",
            "capacity",
            "places",
            "applications",
            "candidatures",
            "programme",
            "announced",
        )
    ),
}
_LABELS = {
    "website": lazy("Website"),
    "site": lazy("Website"),
    "repository": lazy("Code repository"),
    "depot": lazy("Code repository"),
    "audiences": lazy("Audiences"),
    "publics": lazy("Audiences"),
    "technologies": lazy("Technologies"),
    "sponsors": lazy("Sponsors"),
    "porteurs": lazy("Sponsors"),
    "accessibility": lazy("Accessibility"),
    "accessibilite": lazy("Accessibility"),
    "domain": lazy("Domain"),
    "domaine": lazy("Domain"),
    "acronym": lazy("Acronym"),
    "sigle": lazy("Acronym"),
    "siret": lazy("SIRET"),
    "programme": lazy("Programme"),
    "themes": lazy("Themes"),
    "territory": lazy("Territory"),
    "team": lazy("Team"),
    "presented": lazy("Presented at"),
    "place": lazy("Place"),
    "kind": lazy("Kind"),
    "skills": lazy("Knows about"),
    "roles": lazy("Takes part as"),
    "availability": lazy("Time"),
    "starts": lazy("Begins"),
    "ends": lazy("Ends"),
    "license": lazy("Licence"),
    "licence": lazy("Licence"),
    "rhythm": lazy("Rhythm"),
    "rythme": lazy("Rhythm"),
}
_PART = re.compile(
    r"\[\[(?P<target>[^\[\]|#]+)(?:#[^\[\]|]*)?(?:\|(?P<text>[^\[\]]+))?\]\]"
    r"|(?P<url>https?://[^\s<>\"“”«»]+)",
    re.I,
)
_SCHEME = re.compile(r"^https?://(?:www\.)?", re.I)

#: words, perhaps with the ``url`` that they lead to, perhaps ``outside`` of the wiki
Piece = dict[str, Any]


def further(reader: Reader, page: Page, asides: Iterable[Aside]) -> list[dict[str, Any]]:
    """``label`` and ``pieces`` of each key that a reader of ``page`` sees nowhere else.

    Not those that one of ``asides`` shows.
    """
    shown = _NEVER.union(key for one in asides for key in one.keys)
    if page.type:
        shown |= _IN_HEAD | _IN_HEAD_OF.get(page.type, frozenset())
    if any(block.name == "programme" for block in page.document.blocks):
        shown |= {"programme"}
    showing = _Showing(reader)
    told = []
    for key in [one for one in page.head if one.casefold() not in shown][:KEYS]:
        if pieces := showing.value(page.head[key]):
            told.append({"label": _label(key), "pieces": pieces})
    return told


def _label(key: str) -> str:
    if (known := _LABELS.get(fold(key))) is not None:
        return str(known)
    words = " ".join(re.split(r"[\s_-]+", key.strip()))[:80]
    return words[:1].upper() + words[1:]


class _Showing:
    """Values of one page as pieces of text and links; looks up a bounded number of links."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._left = LINKS

    def value(self, value: Value) -> list[Piece]:
        """A text, a list of them, or whatever is nested in it, on one line."""
        if not isinstance(value, tuple):
            return self._one(value)
        shown: list[Piece] = []
        for one in value[:VALUES]:
            if pieces := self._one(one):
                shown += [_words(", "), *pieces] if shown else pieces
        return [*shown, _words(" …")] if len(value) > VALUES else shown

    def _one(self, value: Value) -> list[Piece]:
        if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], str):
            # An unquoted [[link]] is a list in a list to YAML.
            return [self._wiki_link(value[0], "")]
        text = " ".join(_compact(value).split())
        text = text if len(text) <= LENGTH else f"{text[:LENGTH]}…"
        return [piece for piece in self._parts(text) if piece["words"]]

    def _parts(self, text: str) -> Iterator[Piece]:
        end = 0
        for found in _PART.finditer(text):
            yield _words(text[end : found.start()])
            if found["url"]:
                url = trimmed(found["url"])
                end = found.start() + len(url)
                yield _outside(url)
            else:
                end = found.end()
                yield self._wiki_link(found["target"], found["text"] or "")
        yield _words(text[end:])

    def _wiki_link(self, target: str, text: str) -> Piece:
        """The page by its title; the words alone where there is none for the reader."""
        target = target.strip()
        path = None
        if self._left > 0:
            self._left -= 1
            path = resolve_target(self._reader, target)
        if path is None:
            return _words(text or title_from_path(target))
        return _words(text or get_title(self._reader, path)) | {"url": page_url(path)}


def _words(words: str) -> Piece:
    return {"words": words, "url": "", "outside": False}


def _outside(url: str) -> Piece:
    words = _SCHEME.sub("", url).rstrip("/")
    words = words if len(words) <= 60 else f"{words[:60]}…"
    return {"words": words, "url": url, "outside": True}


def _compact(value: Value) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_compact(one)}" for key, one in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(_compact, value))
    return value or ""
