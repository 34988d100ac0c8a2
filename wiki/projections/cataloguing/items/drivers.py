"""What items are found by on PostgreSQL where they have no rows for it (``samples.py``).

That is what fewest of them have, of lines of stories above all.

::

    theme ──▶ facts ──▶ spaces ──▶ their items ─┐
    territory ──▶ words, and facts ─────────────┼──▶ what else is chosen, looked up for each
    keyword ──▶ words ──▶ items ────────────────┘

Of each filter as many are counted along its index as are looked at; the one of fewest is walked,
and item after item is asked for the others. So what a list costs has a bound, however many items
there are. SQLite does as much by itself, with lists of numbers.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, Select, bindparam, func, select, true, union, union_all

from wiki.projections.cataloguing.filters import SHAPES, Part, current
from wiki.projections.cataloguing.items.conditions import ITS_WORDS, item_condition
from wiki.projections.cataloguing.items.selection import ItemSelection
from wiki.projections.cataloguing.schema import FACT, ITEM, WORD
from wiki.projections.cataloguing.selection import Asking
from wiki.projections.histories.schema import IDENTITY
from wiki.projections.tables.conditions import visible
from wiki.projections.tables.rows import Rows

#: so many facts or words are looked at: of what even more have only some items are known
LOOKED_AT = 10_000
#: and so many more times where these are fewer than somebody sees at once
_FEW, _LONGER = 20, 5
_LOOKED: Any = bindparam("looked")
_KEYWORDS, _PLACES = "keywords", "places"
_WORDS = {_KEYWORDS: "keyword", _PLACES: "place"}
# Words of others are not among those that are looked at: how many there are would show in it.
_SEEN = (
    select(ITEM.c.id)
    .where(ITS_WORDS, visible(ITEM.c.group_, ITEM.c.path))
    .correlate(WORD)
    .offset(0)
    .exists()
)

#: so many of the newest identities (or the oldest) are passed by in search of a few
WALKED = 50_000
_BOUNDS: dict[str, tuple[Executable, Part]] = {
    f"{order}, many": (
        select(IDENTITY.c.seq)
        .where(IDENTITY.c.earliest)
        .order_by(by)
        .offset(bindparam("walked"))
        .limit(1),
        within,
    )
    for order, by, within in (
        ("new", IDENTITY.c.seq.desc(), IDENTITY.c.seq >= bindparam("bound")),
        ("old", IDENTITY.c.seq, IDENTITY.c.seq <= bindparam("bound")),
    )
}


class Found(NamedTuple):
    """Row numbers and identities of items; whether there may be others that were not looked at."""

    items: list[tuple[int, str | None]]
    cut: bool


def find_driven(
    rows: Rows, asking: Asking, selection: ItemSelection, most: int, everything: int | None
) -> Found | None:
    """At most ``most`` items, by what fewest have; None where nothing has fewer than all.

    ``everything``: how many there are of its blocks and states, if that is known.
    """
    known = item_condition(selection, asking, one_by_one=True)
    values = {**known.values, "most": most, "looked": LOOKED_AT}
    counted = [(rows.scalar(_number(one), values), one) for one in _drivers(selection)]
    number, driver = min(counted, default=(0, ""))
    if not driver or (everything is not None and number >= everything):
        return None
    found = rows.execute(_driven(known.parts, driver), values).fetchall()
    cut = len(found) < most and number >= LOOKED_AT
    if cut and len(found) < _FEW:
        values["looked"] = _LONGER * LOOKED_AT
        found = rows.execute(_driven(known.parts, driver), values).fetchall()
        number = rows.scalar(_number(driver), values)
        cut = len(found) < most and number >= _LONGER * LOOKED_AT
    return Found(found, cut)


def bound_of(rows: Rows, way: str) -> tuple[int, Part] | None:
    """How far a walk along the order of identities goes; None: to its end."""
    if way not in _BOUNDS:
        return None
    at, within = _BOUNDS[way]
    bound = rows.scalar(at, {"walked": WALKED})
    return None if bound is None else (bound, within)


def _drivers(selection: ItemSelection) -> Iterator[str]:
    """The filters that have an index: ``keywords``, ``places``, or the rank of a fact's values."""
    yield from (name for name in _WORDS if getattr(selection, name))
    yield from (str(rank) for rank, _filter in enumerate(selection.of.values))


@lru_cache(SHAPES)
def _number(driver: str) -> Executable:
    looked = [one.subquery() for one in _ways(driver)]
    numbers = (select(func.count().label("number")).select_from(one) for one in looked)
    return select(func.sum(union_all(*numbers).subquery().c.number))


@lru_cache(SHAPES)
def _driven(parts: tuple[Part, ...], driver: str) -> Executable:
    found = []
    for way in _ways(driver):
        # Some say a thing twice. One after the other: PostgreSQL would rather walk all items.
        once = select(way.subquery()).distinct().subquery()
        its = (
            ITEM.c.subject == once.c.path
            if "position" not in once.c
            else (ITEM.c.path == once.c.path) & (ITEM.c.position == once.c.position)
        )
        items = select(ITEM.c.id, ITEM.c.identity).where(its, *parts).offset(0).lateral()
        asked = select(items.c.id, items.c.identity).select_from(once.join(items, true()))
        found.append(asked.limit(bindparam("most")))
    if len(found) == 1:
        return found[0]
    return union(*(select(one.subquery()) for one in found)).limit(bindparam("most"))


def _ways(driver: str) -> list[Select[Any]]:
    """The facts and words that are looked at."""
    if driver not in _WORDS:
        slugs = FACT.c.slug.in_(bindparam(f"slugs{driver}"))
        return [_facts(FACT.c.key == bindparam(f"key{driver}"), slugs)]
    slugs = WORD.c.slug.in_(bindparam(driver))
    said = select(WORD.c.path, WORD.c.position).where(WORD.c.key == _WORDS[driver], slugs, _SEEN)
    ways = [said.limit(_LOOKED)]
    if driver == _PLACES:
        there = FACT.c.slug.in_(bindparam(_PLACES))
        ways.append(_facts(FACT.c.key == "territory", there))
    return ways


def _facts(*parts: Part) -> Select[Any]:
    return select(FACT.c.path).where(*parts, current()).limit(_LOOKED)
