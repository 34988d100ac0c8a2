"""The front matter of two texts in words: the name of each field, what it says, what changed."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from wiki.jinja import day
from wiki.pages.head.facts import FactKey
from wiki.pages.head.frontmatter import read_head
from wiki.pages.head.yaml_subset import Value
from wiki.pages.paths import title_from_path
from wiki.pages.words import slug
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.edit.metadata_fields import EDITORS, READERS

_LABELS = {
    "title": lazy("Title"),
    "summary": lazy("In one sentence"),
    "themes": lazy("Themes"),
    "territory": lazy("Territory"),
    "place": lazy("Place"),
    "starts": lazy("It begins"),
    "ends": lazy("It ends"),
    "team": lazy("Team"),
    "visibility": lazy("Who may read"),
    "editors": lazy("Who may edit"),
    "type": lazy("Kind"),
    "lang": lazy("Language"),
}
_CHOICES = {"visibility": dict(READERS), "editors": dict(EDITORS)}
_LINK = re.compile(r"\[\[([^\[\]|]*)(?:\|([^\[\]]*))?\]\]")


class FieldChange(NamedTuple):
    """A field's name, and what it said before and says after; "" where it said nothing.

    ``links`` says whether it named pages in either.
    """

    label: str
    before: str
    after: str
    links: bool = False


def changed_fields(
    old: str, new: str, facts: Mapping[str, FactKey] | None = None
) -> list[FieldChange]:
    """The fields of the front matter that say something else, in the order of the new text."""
    before, after = read_head(old).head, read_head(new).head
    known = _known(facts or {})
    keys = {key.casefold(): key for key in (*after, *before)}
    return [
        FieldChange(
            _label(key, known),
            _words(name, before.get(key), known),
            _words(name, after.get(key), known),
            any("[[" in str(head.get(key, "")) for head in (before, after)),
        )
        for name, key in keys.items()
        if before.get(key) != after.get(key)
    ]


def fields_at(text: str, lines: range) -> list[tuple[str, str]]:
    """The fields of the front matter that stand on these lines of ``text``, with what they say."""
    head = read_head(text).head
    return [
        (_label(key, {}), _words(key.casefold(), head[key], {}))
        for key in head
        if head.lines.get(key.casefold(), -1) in lines
    ]


def _known(facts: Mapping[str, FactKey]) -> dict[str, FactKey]:
    """The keys of facts by each name that a head may use for them."""
    return {name: fact for fact in facts.values() for name in (fact.key, *fact.names)}


def _label(key: str, facts: Mapping[str, FactKey]) -> str:
    name = key.casefold()
    if name in _LABELS:
        return str(_LABELS[name])
    return str(facts[name].label) if name in facts else key


def _words(name: str, value: Value | None, facts: Mapping[str, FactKey]) -> str:
    """A value as people read it; "" for none."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(_plain(f"{key}: {one}") for key, one in value.items())
    if not isinstance(value, str):
        return ", ".join(_plain(str(one)) for one in value)
    text = _plain(value)
    if text and name in _CHOICES:
        return str(_CHOICES[name].get(text, text))
    if name in facts and (words := facts[name].words):
        folded = slug(text)
        return str(words.get(facts[name].aliases.get(folded, folded), text))
    return _moment(text) if name in ("starts", "ends") else text


def _plain(text: str) -> str:
    """A value on one line; a link is the words that it has, or those of its path."""
    return " ".join(_LINK.sub(_linked, text).split())


def _linked(link: re.Match[str]) -> str:
    return (link[2] or "").strip() or title_from_path(link[1].strip().strip("/"))


def _moment(text: str) -> str:
    """A day, and perhaps an hour, in words; what is none, as it stands."""
    date, _t, hour = text.partition("T")
    words = day(date)
    if not hour or words == date:
        return words if not hour else text
    return _("{day} at {begin}").format(day=words, begin=hour[:5])
