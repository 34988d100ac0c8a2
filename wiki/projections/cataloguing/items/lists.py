"""Lists of block items: the boards of needs and offers, and whatever else people list in blocks."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    select,
    union_all,
)

from wiki.cache.topics import note
from wiki.pages.access import ALL
from wiki.projections.cataloguing.filters import SHAPES, Part
from wiki.projections.cataloguing.items.conditions import (
    ITS_WORDS,
    NUMBER,
    PLACED,
    SPACE,
    THESE,
    item_condition,
)
from wiki.projections.cataloguing.items.counts import is_kept, kept_numbers
from wiki.projections.cataloguing.items.drivers import Found, bound_of, find_driven
from wiki.projections.cataloguing.items.samples import (
    Sample,
    first_ids,
    take_days,
    take_sample,
)
from wiki.projections.cataloguing.items.selection import ItemSelection
from wiki.projections.cataloguing.items.values import WORDS
from wiki.projections.cataloguing.schema import ITEM, PAGE, WORD, ItemRow, Listing
from wiki.projections.cataloguing.selection import Asking
from wiki.projections.histories.schema import IDENTITY
from wiki.projections.tables.dialect import OrderedJoin
from wiki.projections.tables.names import spelled
from wiki.projections.tables.rows import Rows, pick_columns

#: so many items are looked at where something narrows a list: what goes beyond is counted no more,
#: and walked along the index of its order instead of being sorted
MOST = 1000
_PLACE = (spelled(ITEM.c.path), ITEM.c.position)
_DAYS = case((ITEM.c.before >= bindparam("today"), 0), (ITEM.c.before.is_(None), 1), else_=2)
_ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "new": (NUMBER.desc(), *_PLACE),
    "old": (NUMBER, *_PLACE),
    "new, many": (IDENTITY.c.seq.desc(), *_PLACE),
    "old, many": (IDENTITY.c.seq, *_PLACE),
    "page": _PLACE,
    "date": (ITEM.c.date.is_(None), ITEM.c.date.desc(), *_PLACE),
    # Who has a day to be met by: the next ones, those without, those past.
    "before": (_DAYS, ITEM.c.before, NUMBER.desc(), *_PLACE),
}
# Walked along the order of commits instead of being sorted.
_MANY = ("new", "old", "before")
_WALKED = OrderedJoin(IDENTITY, ITEM, ITEM.c.identity == IDENTITY.c.identity)


class There(NamedTuple):
    """What there is of a selection: how many items, whether all have an identity; their row
    numbers, where these were looked at; whether there are ``more``; those of a sample, the newest.
    """

    total: int
    identified: bool
    ids: tuple[int, ...] | None = None
    more: bool = False
    sample: Sample | None = None


#: ``look``, or ``look_for_values``
Look = Callable[[Rows, Asking, ItemSelection, int | None, Sample | None], There]


def most(wanted: int) -> int | None:
    """How many items are looked at where ``wanted`` are asked for; None: all."""
    return MOST if wanted <= MOST else None


def look(
    rows: Rows, asking: Asking, selection: ItemSelection, most: int | None, newest: Sample | None
) -> There:
    """What there is of the selection, up to ``most``; all of it where its counts are kept.

    ``newest`` is what ``take_newest`` has of it.
    """
    if is_kept(selection, asking):
        total, identified = kept_numbers(rows, asking, selection)
        return There(total, total == identified)
    return _look(rows, asking, selection, most, newest)


def look_for_values(
    rows: Rows, asking: Asking, selection: ItemSelection, most: int | None, newest: Sample | None
) -> There:
    """As ``look``, for facets of the selection: those of which values are counted."""
    if is_kept(selection, asking, WORDS[0]):
        return There(0, identified=True)
    return _look(rows, asking, selection, most, newest)


def _look(
    rows: Rows, asking: Asking, selection: ItemSelection, most: int | None, newest: Sample | None
) -> There:
    if newest is not None:
        return _sampled(rows, asking, selection, newest)
    whole = ItemSelection(
        selection.blocks, selection.states, heard=selection.heard, silent=selection.silent
    )
    everything = kept_numbers(rows, asking, whole)[0] if is_kept(whole, asking) else None
    if everything == 0:
        return There(0, identified=True)
    if most is None:
        parts, values = item_condition(selection, asking)
        total, identified = rows.first(_count(parts), values)
        return There(total, total == identified)
    found, cut = _find_some(rows, asking, selection, most + 1, everything)
    ids = tuple(sorted(id_ for id_, _identity in found[:most]))
    if len(found) <= most and not cut:
        return There(len(ids), all(identity for _id, identity in found), ids)
    return There(len(ids), _all_identified(rows, asking, selection), ids, more=True)


def _find_some(
    rows: Rows, asking: Asking, selection: ItemSelection, most: int, everything: int | None
) -> Found:
    if not rows.numbered and not (selection.subjects or selection.path):
        found = find_driven(rows, asking, selection, most, everything)
        if found is not None:
            return found
    parts, values = item_condition(selection, asking, one_by_one=not rows.numbered)
    statement = _some(parts, len(selection.keywords))
    return Found(rows.execute(statement, {**values, "most": most}).fetchall(), cut=False)


def _all_identified(rows: Rows, asking: Asking, selection: ItemSelection) -> bool:
    """Whether all that are in such states of such blocks have an identity."""
    all_of = ItemSelection(selection.blocks, selection.states)
    total, identified = kept_numbers(rows, replace(asking, audience=frozenset([ALL])), all_of)
    return total == identified


def _sampled(rows: Rows, asking: Asking, selection: ItemSelection, newest: Sample) -> There:
    sample = take_days(rows, asking, selection, newest, MOST)
    ids = tuple(one.id for one in sample.items)
    return There(len(ids), all(one.age for one in sample.items), ids, sample.cut, sample)


def find_items(
    rows: Rows,
    asking: Asking,
    selection: ItemSelection,
    there: There,
    sort: str,
    limit: int,
    offset: int,
) -> Listing[ItemRow]:
    """The items of the selection, ``there`` as ``look`` says; see Catalogue.items."""
    end = offset + limit
    if there.sample is not None and there.more and limit > 0 and there.total < end:
        sample = take_sample(rows, asking, selection, max(MOST, end), least=end)
        ids = tuple(one.id for one in sample.items)
        there = There(len(ids), there.identified, ids, sample.cut, sample)
    total, identified, chosen, more, sample_ = there
    if not identified and sort in _MANY:
        note(("last",))
    if more or total > max(0, min(limit, total - offset)):
        note(("identities",))
    if total <= offset or limit <= 0:
        return Listing((), total, more)
    if sample_ is not None and sort in _MANY:
        chosen = first_ids(rows, asking, selection, sample_, sort, end)
        page = {**asking.values, "ids": chosen, "limit": limit, "offset": offset}
        found = rows.scalars(_listing((THESE,), sort), page)
        items = tuple(item_rows(rows, found, asking))
        note_items(items)
        return Listing(items, total, more)
    parts, values = item_condition(selection, asking, one_by_one=more and not rows.numbered)
    # Of some that were looked at those are sorted, unless their order is walked within a bound.
    walked = identified and sort in ("new", "old")
    known = chosen is not None and (not more or (total < MOST and not walked))
    limit = min(limit, total - offset)
    many = identified and not known and (more or total > MOST) and sort in _MANY
    way = f"{sort}, many" if many else sort if sort in _ORDERS else "page"
    asked = {**values, "limit": limit, "offset": offset}
    if known:
        parts, asked["ids"] = (THESE,), chosen
    if more and not rows.numbered and (bound := bound_of(rows, way)) is not None:
        asked["bound"], within = bound
        parts = (*parts, within)
    statement = _soonest(parts) if way == "before, many" else _listing(parts, way)
    found = rows.scalars(statement, {**asked, "end": end})
    if more and len(found) < limit:
        # Those that are known, where others are further on than may be walked.
        asked["ids"] = chosen
        found = rows.scalars(_listing((THESE,), sort if sort in _ORDERS else "page"), asked)
    items = tuple(item_rows(rows, found, asking))
    note_items(items)
    return Listing(items, total, more)


@lru_cache(SHAPES)
def _count(parts: tuple[Part, ...]) -> Executable:
    return select(func.count(), func.count(ITEM.c.identity)).select_from(ITEM).where(*parts)


@lru_cache(SHAPES)
def _some(parts: tuple[Part, ...], keywords: int) -> Executable:
    asked = select(ITEM.c.id, ITEM.c.identity).where(*parts).limit(bindparam("most"))
    if keywords:
        # Few items have a word: they are found by it.
        asked = asked.select_from(OrderedJoin(WORD, ITEM, ITS_WORDS)).where(
            WORD.c.key == "keyword", WORD.c.slug.in_(bindparam("keywords"))
        )
    return asked.distinct() if keywords > 1 else asked


@lru_cache(SHAPES)
def _listing(parts: tuple[Part, ...], order: str) -> Executable:
    asked = _ordered(select(ITEM.c.id), parts, order)
    return asked.limit(bindparam("limit")).offset(bindparam("offset"))


def _ordered(asked: Select[Any], parts: tuple[Part, ...], order: str) -> Select[Any]:
    asked = asked.where(*parts).order_by(*_ORDERS[order])
    if order in ("new, many", "old, many"):
        asked = asked.select_from(_WALKED).where(IDENTITY.c.earliest)
        asked = asked.with_hint(ITEM, "INDEXED BY catalogue_item_identity", "sqlite")
    return asked


@lru_cache(SHAPES)
def _soonest(parts: tuple[Part, ...]) -> Executable:
    """The order "before" of many: the first ones of each of its three parts, joined."""
    days = (
        ("before", ITEM.c.before >= bindparam("today")),
        ("new, many", ITEM.c.before.is_(None)),
        ("before", ITEM.c.before < bindparam("today")),
    )
    pages = []
    for rank, (order, part) in enumerate(days):
        named = (ITEM.c.before, NUMBER.label("number"), *(one.label(None) for one in _PLACE))
        asked = select(ITEM.c.id, literal_column(str(rank)).label("rank"), *named)
        if order == "before":
            asked = asked.where(*parts, part).order_by(ITEM.c.before, NUMBER.desc(), *_PLACE)
            asked = asked.with_hint(ITEM, "INDEXED BY catalogue_item_before", "sqlite")
        else:
            asked = _ordered(asked, (*parts, part), order)
        pages.append(select(asked.limit(bindparam("end")).subquery()))
    found = union_all(*pages).subquery()
    id_, rank_, before, number, *place = found.c
    ordered = select(id_).order_by(rank_, before, number.desc(), *place)
    return ordered.limit(bindparam("limit")).offset(bindparam("offset"))


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
_ITEMS = select(ITEM.c.id, ITEM.c.path, *_NAMES, *_OWN, NUMBER, ITEM.c.heard).where(THESE)
_ITEMS = _ITEMS.select_from(PLACED)
_WORDS = select(*pick_columns(WORD, "path position key value")).where(THESE)
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
