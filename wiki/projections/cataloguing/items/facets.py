"""The values of facets among items of blocks: of all that are chosen, or of those looked at."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Executable,
    Select,
    bindparam,
    distinct,
    func,
    or_,
    select,
    union_all,
)

from wiki.projections.cataloguing.filters import SHAPES, Part, current
from wiki.projections.cataloguing.items.conditions import (
    ITS_WORDS,
    NAMES_NO_PLACE,
    THESE,
    item_condition,
)
from wiki.projections.cataloguing.items.counts import OWN, is_kept, kept_anywhere, kept_values
from wiki.projections.cataloguing.items.lists import There
from wiki.projections.cataloguing.items.samples import HOLDS
from wiki.projections.cataloguing.items.selection import ItemSelection, without
from wiki.projections.cataloguing.schema import FACT, ITEM, ITEM_VALUE, WORD, Count
from wiki.projections.cataloguing.selection import EVERYWHERE, Asking
from wiki.projections.cataloguing.spellings import Spellings
from wiki.projections.tables.conditions import replace_surrogates
from wiki.projections.tables.dialect import OrderedJoin, among, unindexed
from wiki.projections.tables.names import no_name
from wiki.projections.tables.rows import Rows

_TERRITORY = "territory"
_V = ITEM_VALUE.c


def asked_together(
    keys: Iterable[str], selection: ItemSelection
) -> Iterable[tuple[ItemSelection, tuple[str, ...]]]:
    """The keys by what is chosen beside each of them."""
    together: dict[ItemSelection, tuple[str, ...]] = {}
    for key in dict.fromkeys(keys):
        others = without(selection, replace_surrogates(key))
        together[others] = (*together.get(others, ()), key)
    return together.items()


def item_facets(
    rows: Rows,
    asking: Asking,
    keys: Sequence[str],
    selection: ItemSelection,
    there: There,
    limit: int,
) -> dict[str, list[Count]]:
    """The values of some keys among the items of a selection, which does not filter by them.

    ``keyword`` and ``place`` are the items' own, ``block`` and ``state`` too; ``territory`` is
    where an item is, those that are everywhere counted in each; other keys are facts of spaces.
    ``there`` is what ``look`` says: where there are more, those that it has are counted.
    """
    found, left = {}, []
    of_values = {*OWN, *asking.counted} - {"block", "state"}
    for key in keys:
        known = replace_surrogates(key)
        if is_kept(selection, asking, known):
            everywhere = kept_anywhere(rows, asking, selection) if known == _TERRITORY else 0
            counts = Spellings(kept_values(rows, asking, selection, known)).counts(everywhere)
            found[key] = counts[:limit]
        elif there.sample is not None and known in of_values:
            left.append(known)
        else:
            found[key] = _counted(rows, asking, known, selection, there)[:limit]
    if left:
        spellings = {key: Spellings() for key in left}
        values, everywhere = _values_of(rows, asking, left, there.ids or ())
        for key, value, slug, number in values:
            spellings[key].add(value, slug, number)
        for key, one in spellings.items():
            one.more = there.more
            found[key] = one.counts(everywhere if key == _TERRITORY else 0)[:limit]
    return found


def _values_of(
    rows: Rows, asking: Asking, keys: Collection[str], ids: Iterable[int]
) -> tuple[list[tuple[str, str, str, int]], int]:
    """Key, value, slug and number of what some items have; how many of them are everywhere."""
    asked = {**asking.values, "keys": sorted(keys), "ids": f"[{','.join(map(str, ids))}]"}
    found = rows.execute(_VALUES, {**asked, "everywhere": EVERYWHERE}).fetchall()
    return [one for one in found if one[0]], sum(one[3] for one in found if not one[0])


_NUMBER = func.count(distinct(_V.item))
_THEIRS = select(_V.key).where(among(_V.item, "ids"), *HOLDS)
# The rows of each item, whatever SQLite thinks of an index by key.
_KEY = unindexed(_V.key)
_SOMEWHERE = (
    _THEIRS.where(_KEY == _TERRITORY, _V.slug.in_(bindparam("everywhere")))
    .with_only_columns(_V.item)
    .distinct()
    .cte("somewhere")
)
_VALUES = union_all(
    _THEIRS.where(_KEY.in_(bindparam("keys")))
    .where(
        or_(
            _V.key != _TERRITORY,
            _V.slug.in_(bindparam("everywhere")),
            _V.item.not_in(select(_SOMEWHERE.c.item)),
        )
    )
    .with_only_columns(_V.key, _V.value, _V.slug, _NUMBER)
    .group_by(_V.key, _V.value, _V.slug),
    select(*(no_name() for _column in range(3)), func.count()).select_from(_SOMEWHERE),
)


def _counted(
    rows: Rows, asking: Asking, key: str, selection: ItemSelection, there: There
) -> list[Count]:
    parts, values = item_condition(selection, asking)
    values["key"] = key
    if there.ids is not None:
        parts, values["ids"] = (THESE,), there.ids
    if key == _TERRITORY:
        everywhere = rows.scalar(_everywhere(parts), values)
        counts = Spellings(rows.execute(_territories(parts), values)).counts(everywhere)
    else:
        kind = key if key in ("block", "state", "keyword", "place") else "fact"
        counts = Spellings(rows.execute(_facet(parts, kind), values)).counts()
    return [replace(one, more=there.more) for one in counts]


@lru_cache(SHAPES)
def _facet(parts: tuple[Part, ...], kind: str) -> Executable:
    if kind in ("block", "state"):
        own = ITEM.c[kind]
        return select(own, own.label("slug"), func.count()).where(*parts).group_by(own)
    if kind != "fact":
        asked = select(WORD.c.value, WORD.c.slug, func.count()).where(*parts)
        words = OrderedJoin(ITEM, WORD, ITS_WORDS & (WORD.c.key == bindparam("key")))
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
    named = own.select_from(OrderedJoin(ITEM, WORD, ITS_WORDS & (WORD.c.key == "place")))
    held = spaces.select_from(OrderedJoin(ITEM, FACT, _of_space(ITEM.c.subject)))
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
