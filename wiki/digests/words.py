"""What one follows, in words and with its address; nothing of what the follower may not see."""

from dataclasses import dataclass

from wiki.pages.paths import ROOT
from wiki.pages.urls import action_url, page_url
from wiki.pages.words import slug
from wiki.people.targets import EXACT, KEYWORD, PAGE, SEARCH, THEME, Target, search_terms
from wiki.projections.catalogue import select
from wiki.reading import Reader
from wiki.reading.html import get_fact_label
from wiki.reading.lists import find_rows, say_choice
from wiki.translation import gettext as _

#: a keyword is at most so long, and of so many words
_SHORT, _WORDS = 40, 4


@dataclass(frozen=True)
class Said:
    """A target: what it is called, in which sentence, and where it is; no ``url``: nowhere."""

    name: str
    sentence: str
    url: str


def say(reader: Reader, target: Target, called: str = "") -> Said:
    """``target`` as ``reader`` may know it; a search as its keeper ``called`` it, if they did."""
    if target.kind == PAGE:
        return _page(reader, target.value)
    if target.kind == SEARCH:
        name = called or _search(reader, target.value)
        sentence = _("New answers to the search “{name}”").format(name=name)
        return Said(name, sentence, f"/-/search?{target.value}")
    name = label_of(reader, target)
    if target.kind == THEME:
        sentence = _("New projects, needs and offers on “{name}”").format(name=name)
        return Said(name, sentence, action_url("search", query={"theme": target.value}))
    if target.kind == KEYWORD:
        sentence = _("New needs and offers with the word “{name}”").format(name=name)
        return Said(name, sentence, action_url("search", query={"q": target.value}))
    sentence = _("New projects, needs and offers in “{name}”").format(name=name)
    return Said(name, sentence, action_url("search", query={"territory": target.value}))


def label_of(reader: Reader, target: Target) -> str:
    """A word as people write it on pages that the reader sees; else as it was asked for."""
    if target.kind != KEYWORD:
        found = find_rows(reader, select(values={target.kind: (target.value,)}), limit=1)
        for row in found.rows:
            for value in row.facts.get(target.kind, ()):
                if Target(target.kind, slug(value)) == target:
                    return value
    return target.value.replace("-", " ")


def is_written(reader: Reader, target: Target) -> bool:
    """Whether a theme or a territory is one that a page has, which the reader sees.

    A keyword stands in the text of needs and offers: it is one short word, or it is none.
    """
    if target.kind == KEYWORD:
        return len(target.value) <= _SHORT and target.value.count("-") < _WORDS
    return bool(find_rows(reader, select(values={target.kind: (target.value,)}), limit=1).rows)


def _page(reader: Reader, path: str) -> Said:
    if path == ROOT:
        return Said(reader.instance.settings.site_name, _("Everything that is new here"), "/")
    title = reader.catalogue.titles([path], reader.audience).get(path)
    if title is None:
        name = _("A page that you cannot see any more")
        return Said(name, name, "")
    return Said(title, title, page_url(path))


def _search(reader: Reader, value: str) -> str:
    words, chosen = search_terms(value)
    found = [words] if words else []
    if chosen.pop(EXACT, None):
        found.append(_("without other words"))
    for key, slugs in chosen.items():
        label = get_fact_label(reader, key)
        found.append(f"{label} : {', '.join(say_choice(reader, key, one) for one in slugs)}")
    return " · ".join(found)
