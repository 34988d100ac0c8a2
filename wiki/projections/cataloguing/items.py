"""Lists of block items: the boards of needs and offers, and whatever else people list in blocks."""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Executable, Select, bindparam, case, func, select

from wiki.cache.topics import note
from wiki.projections.cataloguing.facets import Spellings
from wiki.projections.cataloguing.filters import SHAPES, Part, current
from wiki.projections.cataloguing.item_conditions import (
    ITS_WORDS,
    NAMES_NO_PLACE,
    NUMBER,
    PLACED,
    SPACE,
    item_condition,
)
from wiki.projections.cataloguing.item_counts import (
    is_kept,
    kept_anywhere,
    kept_numbers,
    kept_values,
)
from wiki.projections.cataloguing.item_selection import ItemSelection, without
from wiki.projections.cataloguing.schema import FACT, ITEM, PAGE, WORD, Count, ItemRow, Listing
from wiki.projections.cataloguing.selection import EVERYWHERE, Asking
from wiki.projections.histories.schema import IDENTITY
from wiki.projections.tables.conditions import replace_surrogates
from wiki.projections.tables.dialect import OrderedJoin, unindexed
from wiki.projections.tables.names import spelled
from wiki.projections.tables.rows import Rows, pick_columns

#: a list of more items is walked along the index of its order instead of being sorted
_LONG = 1000
_PLACE = (spelled(ITEM.c.path), ITEM.c.position)
_DAYS = case((ITEM.c.before >= bindparam("today"), 0), (ITEM.c.before.is_(None), 1), else_=2)
_ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "new": (NUMBER.desc(), *_PLACE),
    "old": (NUMBER, *_PLACE),
    "walked": (IDENTITY.c.seq.desc(), *_PLACE),
    "page": _PLACE,
    "date": (ITEM.c.date.is_(None), ITEM.c.date.desc(), *_PLACE),
    # Who has a day to be met by: the next ones, those without, those past.
    "before": (_DAYS, ITEM.c.before, *_PLACE),
}
# Walked along the order of commits instead of being sorted.
_WALKED = OrderedJoin(IDENTITY, ITEM, ITEM.c.identity == IDENTITY.c.identity)


def count_items(rows: Rows, asking: Asking, selection: ItemSelection) -> tuple[int, int]:
    """How many items the selection has, and how many of them have an identity."""
    if is_kept(selection, asking):
        return kept_numbers(rows, asking, selection)
    parts, values = item_condition(selection, asking)
    total, identified = rows.first(_count(parts), values)
    return total, identified


def find_items(
    rows: Rows,
    asking: Asking,
    selection: ItemSelection,
    there: tuple[int, int],
    sort: str,
    limit: int,
    offset: int,
) -> Listing[ItemRow]:
    """The items of the selection, ``there`` as ``count_items`` says; see Catalogue.items."""
    parts, values = item_condition(selection, asking)
    total, identified = there
    if total != identified and sort in ("new", "old"):
        note(("last",))
    if total > max(0, min(limit, total - offset)):
        note(("identities",))
    if total <= offset or limit <= 0:
        return Listing((), total)
    walked = sort == "new" and total > _LONG and total == identified
    statement = _listing(parts, "walked" if walked else sort if sort in _ORDERS else "page")
    ids = rows.scalars(statement, {**values, "limit": limit, "offset": offset})
    items = tuple(item_rows(rows, ids, asking))
    note_items(items)
    return Listing(items, total)


@lru_cache(SHAPES)
def _count(parts: tuple[Part, ...]) -> Executable:
    return select(func.count(), func.count(ITEM.c.identity)).select_from(ITEM).where(*parts)


@lru_cache(SHAPES)
def _listing(parts: tuple[Part, ...], order: str) -> Executable:
    asked = select(ITEM.c.id).where(*parts).order_by(*_ORDERS[order])
    if order == "walked":
        asked = asked.select_from(_WALKED).where(IDENTITY.c.earliest)
        asked = asked.with_hint(ITEM, "INDEXED BY catalogue_item_identity", "sqlite")
    return asked.limit(bindparam("limit")).offset(bindparam("offset"))


def item_facet(
    rows: Rows, asking: Asking, key: str, selection: ItemSelection, limit: int
) -> list[Count]:
    """The values of one key among the items that all *other* filters leave.

    ``keyword`` and ``place`` are the items' own, ``block`` and ``state`` too; ``territory`` is
    where an item is, those that are everywhere counted in each; other keys are facts of spaces.
    """
    key = replace_surrogates(key)
    others = without(selection, key)
    if is_kept(others, asking, key):
        everywhere = kept_anywhere(rows, asking, others) if key == "territory" else 0
        return Spellings(kept_values(rows, asking, others, key)).counts(everywhere)[:limit]
    parts, values = item_condition(others, asking)
    values["key"] = key
    if key == "territory":
        everywhere = rows.scalar(_everywhere(parts), values)
        return Spellings(rows.execute(_territories(parts), values)).counts(everywhere)[:limit]
    kind = key if key in ("block", "state", "keyword", "place") else "fact"
    return Spellings(rows.execute(_facet(parts, kind), values)).counts()[:limit]


@lru_cache(SHAPES)
def _facet(parts: tuple[Part, ...], kind: str) -> Executable:
    if kind in ("block", "state"):
        own = ITEM.c[kind]
        return select(own, own.label("slug"), func.count()).where(*parts).group_by(own)
    if kind != "fact":
        asked = select(WORD.c.value, WORD.c.slug, func.count()).where(*parts)
        words = ITEM.join(WORD, ITS_WORDS & (WORD.c.key == bindparam("key")))
        return asked.select_from(words).group_by(WORD.c.slug, WORD.c.value)
    # The spaces first, then the facts of each by path: SQLite would walk, for each space, all the
    # facts of the key.
    spaces = select(ITEM.c.subject, func.count().label("held")).where(*parts)
    chosen = spaces.group_by(ITEM.c.subject).cte("chosen").prefix_with("MATERIALIZED")
    facts = OrderedJoin(chosen, FACT, _of_space(chosen.c.subject))
    found = select(chosen.c.subject, chosen.c.held, FACT.c.value, FACT.c.slug).select_from(facts)
    once = found.distinct().subquery().c
    return select(once.value, once.slug, func.sum(once.held)).group_by(once.slug, once.value)


def _of_space(path: ColumnElement[str]) -> Part:
    """Whether a fact of the key that is asked for holds of a space."""
    return (FACT.c.path == path) & (unindexed(FACT.c.key) == bindparam("key")) & current()


@lru_cache(SHAPES)
def _placed(parts: tuple[Part, ...]) -> tuple[CTE, Select[Any]]:
    """The territories of items, and the items that are everywhere."""
    own = select(WORD.c.value, WORD.c.slug, ITEM.c.id).where(*parts)
    spaces = select(FACT.c.value, FACT.c.slug, ITEM.c.id).where(*parts, NAMES_NO_PLACE)
    named = own.select_from(ITEM.join(WORD, ITS_WORDS & (WORD.c.key == "place")))
    held = spaces.select_from(ITEM.join(FACT, _of_space(ITEM.c.subject)))
    placed = named.union_all(held).cte("placed")
    return placed, select(placed.c.id).where(placed.c.slug.in_(EVERYWHERE))


def _everywhere(parts: tuple[Part, ...]) -> Executable:
    return select(func.count(_placed(parts)[1].subquery().c.id.distinct()))


@lru_cache(SHAPES)
def _territories(parts: tuple[Part, ...]) -> Executable:
    placed, everywhere = _placed(parts)
    some = placed.c.id.not_in(select(everywhere.cte("everywhere").c.id))
    asked = select(placed.c.value, placed.c.slug, func.count(placed.c.id.distinct()))
    asked = asked.where(placed.c.slug.in_(EVERYWHERE) | some)
    return asked.group_by(placed.c.slug, placed.c.value)


_THESE = ITEM.c.id.in_(bindparam("ids"))
_OWN = [
    *pick_columns(ITEM, "identity block position line end_line state text"),
    func.coalesce(ITEM.c.plain, ITEM.c.text),
    *pick_columns(ITEM, "nested date marks"),
]
_NAMES = (
    PAGE.c.title,
    SPACE.c.path,
    *(func.coalesce(of, "") for of in (SPACE.c.title, spelled(SPACE.c.type))),
)
_ITEMS = select(ITEM.c.id, ITEM.c.path, *_NAMES, *_OWN, NUMBER, ITEM.c.heard).where(_THESE)
_ITEMS = _ITEMS.select_from(PLACED)
_WORDS = select(*pick_columns(WORD, "path position key value")).where(_THESE)
_WORDS = _WORDS.select_from(ITEM.join(WORD, ITS_WORDS)).order_by(
    *pick_columns(WORD, "position rank")
)


def item_rows(rows: Rows, ids: list[int], asking: Asking) -> list[ItemRow]:
    """Items by their row numbers, in that order, with the names of page and space."""
    if not ids:
        return []
    asked = {**asking.values, "ids": ids}
    words: dict[tuple[str, int], dict[str, list[str]]] = {}
    for path, position, key, value in rows.execute(_WORDS, asked):
        words.setdefault((path, position), {}).setdefault(key, []).append(value)
    found = {id_: values for id_, *values in rows.execute(_ITEMS, asked)}
    return [_row(found[id_], words) for id_ in ids]


def _row(values: list[Any], words: Mapping[tuple[str, int], Mapping[str, list[str]]]) -> ItemRow:
    *plain, marks_text, number, heard = values
    said = words.get((plain[0], plain[7]), {})
    keywords, places = (tuple(said.get(key, ())) for key in ("keyword", "place"))
    return ItemRow(  # type: ignore[call-arg]
        *plain, keywords, places, json.loads(marks_text), number, heard
    )


def note_items(items: Iterable[ItemRow]) -> None:
    """Items are told with their pages; one without an identity is as new as the last change."""
    for item in items:
        since = f"identity:{item.identity}" if item.identity else f"story:{item.path}"
        note((f"page:{item.path}", f"page:{item.space}", since))
