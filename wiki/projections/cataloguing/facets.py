"""Numbers of pages: how many a selection has, and how many each value of some keys.

Where nothing but types is chosen they are kept as rows (``schema.TALLIES``), and summed over the
groups of whoever asks; so is how many have one value. Of what is narrowed further the pages are
looked at, as many as are asked for at most. Guests, who see single pages, have theirs counted.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Executable,
    Select,
    bindparam,
    func,
    select,
    text,
)

from wiki.projections.cataloguing.facts import PAGES
from wiki.projections.cataloguing.filters import (
    HOLDING,
    SHAPES,
    Condition,
    Part,
    current,
    holders,
    pages,
)
from wiki.projections.cataloguing.pagesamples import (
    everywhere_of,
    is_sampled,
    paths_of,
    take_sample,
    values_of,
)
from wiki.projections.cataloguing.schema import (
    ALWAYS,
    FACT,
    FACT_COUNT,
    PAGE,
    PAGE_COUNT,
    UNCOUNTED,
    Count,
)
from wiki.projections.cataloguing.selection import EVERYWHERE, Asking, Selection
from wiki.projections.cataloguing.spellings import Spellings
from wiki.projections.tables.conditions import replace_surrogates, visible
from wiki.projections.tables.dialect import OrderedJoin, among, unindexed
from wiki.projections.tables.rows import Rows

#: of what is narrowed by so many pages at most it is said how many there are
MOST = 1000
_TYPE, _TERRITORY = "type", "territory"
_KEYS: BindParameter[tuple[str, ...]] = bindparam("keys")
_TYPES: BindParameter[tuple[str, ...]] = bindparam("types")
# Literally, as the index has it.
_SAID_IN_TEXT = select(FACT.c.key).where(FACT.c.key.in_(_KEYS), text("origin = 'text'")).distinct()
_KEPT_PAGES = visible(PAGE_COUNT.c.group_)
_NUMBER, _HELD = func.sum(PAGE_COUNT.c.number), func.sum(FACT_COUNT.c.number)
#: by whether some types are chosen
_PAGES_KEPT = {
    True: select(func.coalesce(_NUMBER, 0)).where(_KEPT_PAGES, PAGE_COUNT.c.type.in_(_TYPES)),
    False: select(func.coalesce(_NUMBER, 0)).where(_KEPT_PAGES),
}
_TYPES_KEPT: Executable = (
    select(PAGE_COUNT.c.type, PAGE_COUNT.c.type.label("slug"), _NUMBER)
    .where(_KEPT_PAGES, PAGE_COUNT.c.type != "")
    .group_by(PAGE_COUNT.c.type)
)
_VALUES_KEPT = {
    chosen: select(FACT_COUNT.c.key, FACT_COUNT.c.value, FACT_COUNT.c.slug, _HELD)
    .where(
        FACT_COUNT.c.key.in_(_KEYS),
        typed,
        FACT_COUNT.c.day <= bindparam("today"),
        visible(FACT_COUNT.c.group_),
        ~visible(FACT_COUNT.c.unless, everything=FACT_COUNT.c.unless != ""),
    )
    .group_by(FACT_COUNT.c.key, FACT_COUNT.c.slug, FACT_COUNT.c.value)
    .having(_HELD > 0)
    for chosen, typed in (
        (True, FACT_COUNT.c.type.in_(_TYPES)),
        (False, FACT_COUNT.c.type != ""),
    )
}
#: pages with any value that is everywhere: some have two
_EVERYWHERE_KEPT = {
    chosen: select(func.count(FACT.c.path.distinct())).where(
        FACT.c.key.in_(_KEYS), FACT.c.slug.in_(EVERYWHERE), typed, current()
    )
    for chosen, typed in ((True, FACT.c.type.in_(_TYPES)), (False, FACT.c.type != ""))
}
#: by slug, with the last day on which anything of it began or ended
_PAGES_WITH = (
    _VALUES_KEPT[True]
    .with_only_columns(FACT_COUNT.c.slug, _HELD, func.max(FACT_COUNT.c.day))
    .where(FACT_COUNT.c.slug.in_(bindparam("slugs")))
    .group_by(None)
    .group_by(FACT_COUNT.c.slug)
)


_THESE = (among(PAGE.c.path, "paths"),)


class Few(NamedTuple):
    """Some pages of a selection, all unless there is ``more``: their paths, or their numbers in the
    order of last news, where they were found by their values.
    """

    paths: tuple[str, ...]
    more: bool
    pages: tuple[int, ...] | None = None

    @property
    def number(self) -> int:
        """How many they are."""
        return len(self.paths if self.pages is None else self.pages)


class Chosen(NamedTuple):
    """Pages among which values are counted: ``most`` of them, or all; ``few``: see ``take``."""

    selection: Selection
    most: int | None
    few: Few | None = None


def count(rows: Rows, asking: Asking, selection: Selection) -> int:
    """How many pages the selection has."""
    if (number := kept_number(rows, asking, selection)) is not None:
        return number
    path, condition = looked_at(rows, selection, asking)
    return int(rows.scalar(_count(path, condition.parts), condition.values))


def kept_number(rows: Rows, asking: Asking, selection: Selection) -> int | None:
    """How many pages the selection has, where that is kept."""
    if _is_kept(asking, selection):
        asked = {**asking.values, "types": selection.types}
        return int(rows.scalar(_PAGES_KEPT[bool(selection.types)], asked))
    return _with_one_value(rows, asking, selection)


def take(rows: Rows, asking: Asking, selection: Selection, bounded: bool) -> Few | None:
    """``MOST`` pages of a selection at most.

    None where it is kept how many there are, or not ``bounded``: all are counted.
    """
    if not bounded:
        return None
    if is_sampled(selection, asking):
        sample = take_sample(rows, asking, selection, MOST)
        return Few((), sample.cut, sample.pages)
    if kept_number(rows, asking, selection) is not None:
        return None
    path, condition = looked_at(rows, selection, asking)
    asked = {**condition.values, "most": MOST + 1}
    found = tuple(rows.scalars(_take(path, condition.parts), asked))
    return Few(found[:MOST], len(found) > MOST)


@lru_cache(SHAPES)
def _take(path: ColumnElement[str], parts: tuple[Part, ...]) -> Executable:
    return select(path).where(*parts).distinct().limit(bindparam("most"))


def looked_at(
    rows: Rows, selection: Selection, asking: Asking
) -> tuple[ColumnElement[str], Condition]:
    """What names the pages of a selection, and what must hold of it."""
    held = holders(selection, asking, one_by_one=not rows.numbered)
    return (HOLDING.c.path, held) if held else (PAGE.c.path, pages(selection, asking))


@lru_cache(SHAPES)
def _count(path: ColumnElement[str], parts: tuple[Part, ...]) -> Executable:
    return select(func.count(path if path is PAGE.c.path else path.distinct())).where(*parts)


def _with_one_value(rows: Rows, asking: Asking, selection: Selection) -> int | None:
    """How many pages have one value of a key, where nothing else is chosen, as it is kept.

    None where a page may have been counted twice: with two values, or by several groups.
    """
    if len(selection.values) != 1 or not selection.types:
        return None
    ((key, slugs),) = selection.values
    if not _is_kept(asking, selection.without(key)) or _uncounted(rows, (key,)):
        return None
    slugs = (*slugs, *EVERYWHERE) if key == _TERRITORY else slugs
    asked = {**asking.values, "types": selection.types, "keys": (key,), "slugs": slugs}
    found = rows.execute(_PAGES_WITH, asked).fetchall()
    if len(found) > 1 or any(day != ALWAYS for _slug, _number, day in found):
        return None
    return sum(int(number) for _slug, number, _day in found)


def asked_together(
    keys: Iterable[str], selection: Selection
) -> Iterable[tuple[Selection, tuple[str, ...]]]:
    """The keys by what is chosen beside each of them, such as nothing of most."""
    together: dict[Selection, tuple[str, ...]] = {}
    for key in dict.fromkeys(keys):
        others = selection.without(replace_surrogates(key))
        together[others] = (*together.get(others, ()), key)
    return together.items()


def facets(
    rows: Rows, asking: Asking, keys: tuple[str, ...], chosen: Chosen, limit: int
) -> dict[str, list[Count]]:
    """The values of each key among the pages chosen, by no filter on it, most frequent first.

    ``limit`` of them; all where they are pages, of which some are seen by others alone.
    """
    named = {replace_surrogates(key): key for key in keys}
    kept = _is_kept(asking, chosen.selection)
    selection = chosen.selection
    path, condition = looked_at(rows, selection, asking)
    asked = {**condition.values, "types": selection.types, "most": chosen.most}
    bounded, more = chosen.most is not None, False
    few = chosen.few if _TYPE not in keys else None
    numbers: tuple[int, ...] = ()
    if chosen.most is not None and few is not None:
        numbers = (few.pages or ())[: chosen.most]
        path, condition = PAGE.c.path, Condition(_THESE, {})
        more = few.more or few.number > chosen.most
    found: dict[str, Spellings] = {key: Spellings() for key in named}
    if _TYPE in keys:
        of_pages = _TYPES_KEPT if kept else _types_among(condition.parts)
        for value, slug, number in rows.execute(of_pages, asked):
            found[_TYPE].add(value, slug, number)
    keys = tuple(key for key in named if key != _TYPE)
    anew = _uncounted(rows, keys) if kept else set(keys)
    if summed := tuple(key for key in keys if key not in anew):
        of_types = _VALUES_KEPT[bool(selection.types)]
        for key, *value in rows.execute(of_types, {**asked, "keys": summed}):
            found[key].add(*value)
    by_rows = anew - UNCOUNTED if numbers else set()
    if by_rows:
        for key, *value in values_of(rows, asking, by_rows, numbers):
            found[key].add(*value)
            found[key].more = more
        anew = anew - by_rows
    if anew:
        if few is not None:
            paths = paths_of(rows, numbers) if numbers else few.paths[: chosen.most]
            asked["paths"] = json.dumps(paths)
        statement = _values_among(path, condition.parts, bounded=bounded)
        for key, *value, held in rows.execute(statement, {**asked, "keys": sorted(anew)}):
            found[key].add(*value)
            found[key].more = more if condition.parts is _THESE else held == chosen.most
    if not all(_TERRITORY in keys and found[_TERRITORY].total([slug]) for slug in EVERYWHERE):
        everywhere = found[_TERRITORY].total(EVERYWHERE) if _TERRITORY in keys else 0
    elif _TERRITORY in by_rows:
        everywhere = everywhere_of(rows, asking, numbers)
    else:
        statement = (
            _everywhere_among(path, condition.parts, bounded=bounded)
            if _TERRITORY in anew
            else _EVERYWHERE_KEPT[bool(selection.types)]
        )
        everywhere = rows.scalar(statement, {**asked, "keys": [_TERRITORY]})
    return {
        named[key]: spellings.counts(everywhere if key == _TERRITORY else 0)[
            : None if key in PAGES else limit
        ]
        for key, spellings in found.items()
    }


def _is_kept(asking: Asking, selection: Selection) -> bool:
    """Whether nothing but types is chosen, and by somebody who sees whole groups."""
    return selection == Selection(types=selection.types) and "guests" not in asking.values


def _uncounted(rows: Rows, keys: tuple[str, ...]) -> set[str]:
    """The keys whose counts are not kept, or would count a page of which several texts say it."""
    if not keys:
        return set()
    return {*UNCOUNTED.intersection(keys), *rows.scalars(_SAID_IN_TEXT, {"keys": keys})}


@lru_cache(SHAPES)
def _types_among(parts: tuple[Part, ...]) -> Executable:
    named = select(PAGE.c.type, PAGE.c.type.label("slug"), func.count()).where(*parts)
    return named.where(PAGE.c.type != "").group_by(PAGE.c.type)


@lru_cache(SHAPES)
def _values_among(
    path: ColumnElement[str], parts: tuple[Part, ...], *, bounded: bool
) -> Executable:
    among = _among(path, parts, bounded)
    number, held = func.count(FACT.c.path.distinct()), select(func.count()).select_from(among)
    asked = select(FACT.c.key, FACT.c.value, FACT.c.slug, number, held.scalar_subquery())
    return _facts_among(asked, among).group_by(FACT.c.key, FACT.c.slug, FACT.c.value)


@lru_cache(SHAPES)
def _everywhere_among(
    path: ColumnElement[str], parts: tuple[Part, ...], *, bounded: bool
) -> Executable:
    asked = select(func.count(FACT.c.path.distinct())).where(FACT.c.slug.in_(EVERYWHERE))
    return _facts_among(asked, _among(path, parts, bounded))


def _among(path: ColumnElement[str], parts: tuple[Part, ...], bounded: bool) -> CTE:
    found = select(path).where(*parts)
    return (found.limit(bindparam("most")) if bounded else found).cte("among")


def _facts_among(asked: Select[Any], among: CTE) -> Select[Any]:
    # The pages first, then the facts of each: SQLite would walk all facts of the keys.
    tables = OrderedJoin(among, FACT, FACT.c.path == among.c.path)
    return asked.select_from(tables).where(unindexed(FACT.c.key).in_(_KEYS), current())
