"""Numbers of pages: how many a selection has, and how many each value of a key.

Where nothing but types is chosen they are kept as rows (``schema.TALLIES``), and summed over the
groups of whoever asks. Guests, who see single pages, have theirs counted.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import BindParameter, Executable, bindparam, func, select, text

from wiki.projections.cataloguing.filters import SHAPES, Part, current, pages
from wiki.projections.cataloguing.schema import (
    FACT,
    FACT_COUNT,
    PAGE,
    PAGE_COUNT,
    UNCOUNTED,
    Count,
)
from wiki.projections.cataloguing.selection import EVERYWHERE, Asking, Selection
from wiki.projections.tables.conditions import replace_surrogates, visible
from wiki.projections.tables.rows import Rows

_HOLDS = current()
_OF_KEY = FACT.c.key == bindparam("key")
# Literally, as the index has it.
_SAID_IN_TEXT = select(FACT.c.key).where(_OF_KEY, text("origin = 'text'")).limit(1)
_OF_TYPES: BindParameter[tuple[str, ...]] = bindparam("types")
_KEPT_PAGES = (visible(PAGE_COUNT.c.group_),)
_KEPT_FACTS = (
    FACT_COUNT.c.key == bindparam("key"),
    FACT_COUNT.c.day <= bindparam("today"),
    visible(FACT_COUNT.c.group_),
    ~visible(FACT_COUNT.c.unless, everything=FACT_COUNT.c.unless != ""),
)
_SUM = func.coalesce(func.sum(PAGE_COUNT.c.number), 0)
_NUMBER, _HELD = func.sum(PAGE_COUNT.c.number), func.sum(FACT_COUNT.c.number)
#: by whether some types are chosen
_PAGES_KEPT = {
    True: select(_SUM).where(*_KEPT_PAGES, PAGE_COUNT.c.type.in_(_OF_TYPES)),
    False: select(_SUM).where(*_KEPT_PAGES),
}
_TYPES_KEPT = (
    select(PAGE_COUNT.c.type, PAGE_COUNT.c.type.label("slug"), _NUMBER)
    .where(*_KEPT_PAGES, PAGE_COUNT.c.type != "")
    .group_by(PAGE_COUNT.c.type)
)
_VALUES_KEPT = {
    chosen: select(FACT_COUNT.c.value, FACT_COUNT.c.slug, _HELD)
    .where(*_KEPT_FACTS, typed)
    .group_by(FACT_COUNT.c.slug, FACT_COUNT.c.value)
    .having(_HELD > 0)
    for chosen, typed in (
        (True, FACT_COUNT.c.type.in_(_OF_TYPES)),
        (False, FACT_COUNT.c.type != ""),
    )
}


def count(rows: Rows, asking: Asking, selection: Selection) -> int:
    """How many pages the selection has."""
    if _is_kept(asking, selection):
        asked = {**asking.values, "types": selection.types}
        return int(rows.scalar(_PAGES_KEPT[bool(selection.types)], asked))
    condition = pages(selection, asking)
    return int(rows.scalar(_count(condition.parts), condition.values))


@lru_cache(SHAPES)
def _count(parts: tuple[Part, ...]) -> Executable:
    return select(func.count()).select_from(PAGE).where(*parts)


def facet(rows: Rows, asking: Asking, key: str, selection: Selection, limit: int) -> list[Count]:
    """The values of one key among the pages that all *other* filters leave, most frequent first."""
    key = replace_surrogates(key)
    others = selection.without(key)
    kept = _is_kept(asking, others)
    condition = pages(others, asking)
    asked = {**condition.values, "types": others.types, "key": key}
    if key == "type":
        found = rows.execute(_TYPES_KEPT if kept else _types(condition.parts), asked)
        return Spellings(found).counts()[:limit]
    # A page has each value of a key once, unless several texts of its space say it.
    once = rows.first(_SAID_IN_TEXT, asked) is None
    if kept and once and key not in UNCOUNTED:
        found = rows.execute(_VALUES_KEPT[bool(others.types)], asked)
    else:
        found = rows.execute(_values(condition.parts, once=once), asked)
    spellings = Spellings(found)
    everywhere = 0
    if key == "territory" and (everywhere := spellings.total(EVERYWHERE)):
        everywhere = rows.scalar(_everywhere(condition.parts), asked)
    return spellings.counts(everywhere)[:limit]


def _is_kept(asking: Asking, selection: Selection) -> bool:
    """Whether nothing but types is chosen, and by somebody who sees whole groups."""
    return selection == Selection(types=selection.types) and "guests" not in asking.values


@lru_cache(SHAPES)
def _types(parts: tuple[Part, ...]) -> Executable:
    named = select(PAGE.c.type, PAGE.c.type.label("slug"), func.count()).where(*parts)
    return named.where(PAGE.c.type != "").group_by(PAGE.c.type)


@lru_cache(SHAPES)
def _everywhere(parts: tuple[Part, ...]) -> Executable:
    asked = select(func.count(FACT.c.path.distinct())).where(_OF_KEY, _HOLDS, _among(parts))
    return asked.where(FACT.c.slug.in_(EVERYWHERE))


@lru_cache(SHAPES)
def _values(parts: tuple[Part, ...], *, once: bool) -> Executable:
    number = func.count() if once else func.count(FACT.c.path.distinct())
    asked = select(FACT.c.value, FACT.c.slug, number).where(_OF_KEY, _HOLDS, _among(parts))
    return asked.group_by(FACT.c.slug, FACT.c.value)


@lru_cache(SHAPES)
def _among(parts: tuple[Part, ...]) -> Part:
    return FACT.c.path.in_(select(PAGE.c.path).where(*parts).correlate(None))


class Spellings:
    """Counts by value and slug, joined by slug: shown as most people write it."""

    def __init__(self, found: Iterable[tuple[str, str, int]]) -> None:
        self._by_slug: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for value, slug, number in found:
            self._by_slug[slug].append((-number, value))

    def total(self, slugs: Iterable[str]) -> int:
        """How often these were counted, a page with two of them twice."""
        return -sum(number for slug in slugs for number, _value in self._by_slug.get(slug, ()))

    def counts(self, everywhere: int = 0) -> list[Count]:
        """Most frequent first; ``everywhere`` have a territory that matches each of them."""
        counts = [
            Count(
                min(pairs)[1],
                slug,
                everywhere
                if everywhere and slug in EVERYWHERE
                else everywhere - sum(number for number, _value in pairs),
            )
            for slug, pairs in self._by_slug.items()
        ]
        return sorted(counts, key=lambda line: (-line.count, line.slug))
