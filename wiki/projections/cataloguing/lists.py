"""Lists of pages: some rows in an order, and how many in all."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, FromClause, bindparam, func, select

from wiki.projections.cataloguing.facets import Few, count, kept_number
from wiki.projections.cataloguing.filters import SHAPES, Part, current, pages
from wiki.projections.cataloguing.news import BY_LAST_NEWS, HAS_STORY, newest_pages
from wiki.projections.cataloguing.pagesamples import (
    THESE,
    Sample,
    paths_of,
    stories,
    take_sample,
)
from wiki.projections.cataloguing.schema import BY_TYPE, FACT, PAGE, PAGE_COLUMNS, Listing, PageRow
from wiki.projections.cataloguing.selection import Asking, Selection
from wiki.projections.histories.schema import PAGE as STORY
from wiki.projections.tables.conditions import replace_surrogates, visible
from wiki.projections.tables.dialect import OrderedJoin, among, unindexed
from wiki.projections.tables.names import spelled
from wiki.projections.tables.rows import Rows, Values

#: a list of more pages is walked along the index of its order instead of being sorted
_LONG = 1000
_MANY = ", many"
#: the orders that have an index by type
_WALKED = ("updated", "title")
#: what the orders of lists depend on; others go by a fact
_ORDERED_BY = {"updated": ("told", "items"), "created": ("born",), "title": (), "path": ()}
_HOLDS = current()
_THESE = (among(PAGE.c.path, "paths"), visible(unindexed(PAGE.c.group_), PAGE.c.path))
_FACTS_OF_PAGES = (
    select(FACT.c.path, FACT.c.key, FACT.c.value)
    .where(FACT.c.path.in_(bindparam("paths")), _HOLDS)
    .order_by(
        spelled(FACT.c.key), FACT.c.source != FACT.c.path, spelled(FACT.c.source), FACT.c.position
    )
)
_WITH_STORY = PAGE.outerjoin(STORY, HAS_STORY)
_CALLED = (
    select(STORY.c.lineage, *PAGE_COLUMNS)
    .select_from(OrderedJoin(STORY, PAGE, HAS_STORY))
    .where(THESE, visible(unindexed(PAGE.c.group_), PAGE.c.path))
)
_BY_PATH = spelled(PAGE.c.path)
_BY_TITLE = (PAGE.c.sort_key, _BY_PATH)
#: tables and order, by the name of the order
_ORDERS: dict[str, tuple[FromClause, tuple[ColumnElement[Any], ...]]] = {
    "updated": (_WITH_STORY, (*BY_LAST_NEWS, _BY_PATH)),
    "created": (_WITH_STORY, (STORY.c.born.desc(), _BY_PATH)),
    "created, many": (OrderedJoin(STORY, PAGE, HAS_STORY), (STORY.c.born.desc(), _BY_PATH)),
    "title": (PAGE, _BY_TITLE),
    "title, many": (PAGE, _BY_TITLE),
    "path": (PAGE, (_BY_PATH,)),
}


def find(
    rows: Rows,
    asking: Asking,
    selection: Selection,
    few: Few | None,
    sort: str,
    limit: int,
    offset: int,
) -> Listing[PageRow]:
    """The pages of the selection, ``few`` as ``facets.take`` says; see Catalogue.find."""
    total, more = kept_number(rows, asking, selection), False
    if total is None and few is not None:
        total, more = few.number, few.more
    end = offset + limit
    if limit <= 0 or total is None or (total <= offset and not more):
        return Listing((), total or 0, more)
    values = {**asking.values, "sort": fact_of(sort), "limit": limit, "offset": offset}
    if few is not None and few.pages is not None and sort in _WALKED:
        first = _first_of(rows, asking, selection, few, sort, end)
        found = _pages_called(rows, asking, first.pages[offset:end])
        if more:
            total, more = max(total, len(first.pages)), first.cut
        return Listing(tuple(with_facts(rows, found, asking)), total, more)
    if few is not None and not few.more:
        paths = few.paths if few.pages is None else paths_of(rows, few.pages)
        statement = _listing(_THESE, _way(sort, 0, selection))
        found = page_rows(rows, statement, {**values, "paths": json.dumps(paths)})
        return Listing(tuple(with_facts(rows, found, asking)), total)
    way, plain = _way(sort, total, selection), Selection(types=selection.types)
    if way.endswith(_MANY) and not more and plain != selection:
        # Of few among many more are passed by than there are to be sorted.
        passed = count(rows, asking, plain) * end // total
        way = way if passed < max(total, _LONG) else sort
    one_by_one = way.endswith(_MANY) and not rows.numbered
    condition = pages(selection, asking, one_by_one=one_by_one)
    statement = _listing(condition.parts, way)
    found = page_rows(rows, statement, {**condition.values, **values, "wanted": end})
    if more:
        total = max(total, offset + len(found))
    return Listing(tuple(with_facts(rows, found, asking)), total, more)


def _first_of(
    rows: Rows, asking: Asking, selection: Selection, few: Few, sort: str, end: int
) -> Sample:
    """The first ``end`` pages in an order, as rows of values have it, if there are as many."""
    pages = few.pages or ()
    if sort == "updated" and (len(pages) >= end or not few.more):
        return Sample(pages, few.more)
    return take_sample(rows, asking, selection, end, sort, least=end)


def _pages_called(rows: Rows, asking: Asking, pages: Sequence[int]) -> list[PageRow]:
    """Pages by their numbers, in that order."""
    asked = {**asking.values, "stories": stories(pages)}
    found = {-story: PageRow(*row) for story, *row in rows.execute(_CALLED, asked)}
    return [found[page] for page in pages if page in found]


def _way(sort: str, total: int, selection: Selection) -> str:
    """The name of the order, and how it is walked."""
    if sort not in _ORDERS:
        return "since" if sort.startswith("since:") else "down" if sort.startswith("-") else "up"
    if total > _LONG and (sort == "created" or (sort in _WALKED and len(selection.types) == 1)):
        return f"{sort}{_MANY}"
    return sort


@lru_cache(SHAPES)
def _listing(parts: tuple[Part, ...], way: str) -> Executable:
    if way == "updated, many":
        tables, order = newest_pages(parts), _ORDERS["updated"][1]
    else:
        tables, order = _ORDERS[way] if way in _ORDERS else _by_fact(way)
    asked = select(*PAGE_COLUMNS).select_from(tables).where(*parts).order_by(*order)
    if way == "title, many":
        asked = asked.with_hint(PAGE, BY_TYPE, "sqlite")
    return asked.limit(bindparam("limit")).offset(bindparam("offset"))


def _by_fact(way: str) -> tuple[FromClause, tuple[ColumnElement[Any], ...]]:
    """``since``: what began to hold last comes first. ``up`` or ``down``: by the value."""
    rank = func.max(FACT.c.from_) if way == "since" else func.min(spelled(FACT.c.slug))
    held = select(FACT.c.path, rank.label("rank")).where(FACT.c.key == bindparam("sort"), _HOLDS)
    ranked = held.group_by(FACT.c.path).subquery()
    by_rank = ranked.c.rank if way == "up" else ranked.c.rank.desc()
    tables = PAGE.outerjoin(ranked, ranked.c.path == PAGE.c.path)
    return tables, (ranked.c.rank.is_(None), by_rank, *_BY_TITLE)


def facts_of_pages(
    rows: Rows, paths: Iterable[str], asking: Asking
) -> dict[str, dict[str, tuple[str, ...]]]:
    """The facts that hold for some pages: path → key → values."""
    names = list(paths)
    if not names:
        return {}
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for path, key, value in rows.execute(_FACTS_OF_PAGES, {**asking.values, "paths": names}):
        values = found[path].get(key, ())
        if value not in values:
            found[path][key] = (*values, value)
    return found


def with_facts(rows: Rows, found: list[PageRow], asking: Asking) -> list[PageRow]:
    """The rows, each with its facts."""
    held = facts_of_pages(rows, [row.path for row in found], asking)
    return [replace(row, facts=held.get(row.path, {})) for row in found]


def page_rows(rows: Rows, statement: Executable, values: Values) -> list[PageRow]:
    """What a statement that selects ``PAGE_COLUMNS`` finds."""
    return [PageRow(*found) for found in rows.execute(statement, values)]


def fact_of(sort: str) -> str:
    """The fact that an order goes by."""
    return replace_surrogates(sort).removeprefix("-").removeprefix("since:")


def topics_of_order(sort: str) -> tuple[str, ...]:
    """What the order of a list depends on."""
    return _ORDERED_BY.get(sort, (f"facts:{fact_of(sort)}",))
