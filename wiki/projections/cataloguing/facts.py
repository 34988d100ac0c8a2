"""What a page says of itself: the facts of its head, and those that plugins read in its text."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from wiki.errors import BadPath
from wiki.pages.document import Document
from wiki.pages.head.facts import Fact
from wiki.pages.members import members
from wiki.pages.names import KEY
from wiki.pages.page import Page
from wiki.pages.paths import normalise
from wiki.pages.words import fold, slug
from wiki.projections.tables.conditions import replace_surrogates

log = logging.getLogger(__name__)

FactsOf = Callable[[Document], Iterable[Fact]]

#: keys of a head whose values are words, and the fact that each is
WORDS = {
    "themes": "theme",
    "territory": "territory",
    "skills": "skill",
    "roles": "role",
    "kind": "kind",
    "place": "place",
    "availability": "availability",
    "starts": "starts",
    "ends": "ends",
    "cancelled": "cancelled",
    "siret": "siret",
}
#: keys of a head whose values are links to pages
LINKS = {"presented": "presented", "programme": "programme", "organisation": "organisation"}
#: the facts whose values are pages: people are told their titles, of those that they may see
PAGES = frozenset(LINKS.values())


def head_facts(page: Page) -> Iterator[tuple[str, str, date | None]]:
    """``(key, value, last day)`` of what the head says, in the order in which it is written."""
    for name, key in WORDS.items():
        for word in page.themes if name == "themes" else page.head.words(name):
            # Numbers are written in groups of digits, and compared without.
            yield key, "".join(word.split()) if key == "siret" else word, None
    for name, key in LINKS.items():
        for target in page.head.links(name):
            yield key, page_named(target), None
    for line in ("team", "readers"):
        for one in members(page.head, line):
            yield line, page_named(one.name), one.until


def text_facts(document: Document, facts_of: Iterable[FactsOf]) -> Iterator[Fact]:
    """What the plugins read in the text; one that raises costs its own facts only."""
    for read in facts_of:
        try:
            yield from list(read(document))
        except Exception:
            log.exception("facts could not be read by %r", read)


def page_named(target: str) -> str:
    """The path that the target of a link in a head names, or its words where it names none."""
    try:
        return normalise(target.strip())
    except BadPath:
        return target.strip()


def fact_slug(value: str) -> str:
    """What the values of facts are compared by."""
    return (slug(value) or fold(replace_surrogates(value).strip()))[:KEY]


def is_day(text: str) -> bool:
    """Whether ``text`` is a day as ISO 8601 writes it, with hyphens."""
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
