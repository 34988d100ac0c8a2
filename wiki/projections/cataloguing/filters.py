"""Selections of pages as conditions of a statement."""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, select

from wiki.pages.paths import ROOT
from wiki.projections.cataloguing.facts import fact_slug
from wiki.projections.cataloguing.schema import FACT, PAGE
from wiki.projections.cataloguing.selection import EVERYWHERE, Asking, Selection
from wiki.projections.tables.conditions import below, visible
from wiki.projections.tables.dialect import unindexed
from wiki.projections.tables.names import between

#: statements that are remembered, of one kind: one for each shape of a selection
SHAPES = 512

Part = ColumnElement[bool]


class Condition(NamedTuple):
    """What must hold of the rows that are chosen, with the values that it names.

    A part is always the same object for the same filter, so that the statements made of some can be
    remembered by them.
    """

    parts: tuple[Part, ...]
    values: dict[str, Any]


#: the facts that pages of a selection are found by
HOLDING = FACT.alias("holding")


def current(fact: FromClause = FACT) -> Part:
    """What a fact must satisfy to hold today and be seen."""
    return and_(
        fact.c.from_ <= bindparam("today"),
        fact.c.to_ > bindparam("today"),
        visible(fact.c.group_, fact.c.source),
        ~visible(fact.c.unless, everything=fact.c.unless != ""),
    )


_HELD = (
    HOLDING.c.key == bindparam("key0"),
    HOLDING.c.slug.in_(bindparam("slugs0")),
    HOLDING.c.type.in_(bindparam("types")),
    current(HOLDING),
)
_SEEN = visible(PAGE.c.group_, PAGE.c.path)
_BELOW = between(PAGE.c.path, bindparam("first"), bindparam("last"))
_FILTERS: dict[str, Part] = {
    # SQLite walks along an index by type where that is equal to a value, not where it is IN one.
    "type": PAGE.c.type == bindparam("type"),
    "types": PAGE.c.type.in_(bindparam("types")),
    "after": PAGE.c.path > bindparam("after"),
    "only": PAGE.c.path == bindparam("only"),
    "but": PAGE.c.path.not_in(bindparam("but")),
}


def pages(selection: Selection, asking: Asking, *, one_by_one: bool = False) -> Condition:
    """What a page must satisfy to be of the selection and be seen.

    ``one_by_one``: pages are walked in an order, and not found by their facts (PostgreSQL would
    join all of these first; SQLite lists them once, which is less than to look each up).
    """
    named = ("types", "after", "only", "but")
    chosen = {name: value for name in named if (value := getattr(selection, name))}
    if len(selection.types) == 1:
        (chosen["type"],) = chosen.pop("types")
    parts: list[Part] = [_SEEN, *(_FILTERS[name] for name in chosen)]
    if selection.below != ROOT:
        parts.append(_BELOW)
        chosen["first"], chosen["last"] = below(selection.below)
    having = facts(PAGE.c.path, selection, asking, one_by_one=one_by_one)
    return Condition((*parts, *having.parts), {**asking.values, **chosen, **having.values})


def holders(selection: Selection, asking: Asking, *, one_by_one: bool) -> Condition | None:
    """What a fact of ``HOLDING`` must satisfy for its page to be of the selection and be seen.

    None where more than types and values is chosen, or by a guest: others who see a fact see the
    page that it is about, since pages below are only ever narrower.
    """
    plain = Selection(types=selection.types, values=selection.values)
    if selection != plain or not (plain.types and plain.values) or "guests" in asking.values:
        return None
    having = facts(HOLDING.c.path, selection, asking, one_by_one=one_by_one)
    _first, *rest = having.parts
    values = {**asking.values, **having.values, "types": selection.types}
    return Condition((*_HELD, *rest), values)


def facts(
    of: ColumnElement[str], selection: Selection, asking: Asking, *, one_by_one: bool = False
) -> Condition:
    """What the facts of the page that ``of`` names must satisfy: for each filter on facts."""
    wanted: list[tuple[str, dict[str, object]]] = []
    for key, slugs in selection.values:
        slugs = (*slugs, *EVERYWHERE) if key == "territory" else slugs
        wanted.append((key, {"slugs": slugs}))
    wanted += [(key, _range(key, *ends, asking)) for key, ends in selection.ranges]
    wanted += [(flag, {}) for flag in selection.flags]
    return Condition(
        tuple(
            _has(of, number, tuple(how), one_by_one) for number, (_key, how) in enumerate(wanted)
        ),
        {
            f"{name}{number}": value
            for number, (key, how) in enumerate(wanted)
            for name, value in {"key": key, **how}.items()
        },
    )


@lru_cache(SHAPES)
def _has(of: ColumnElement[str], number: int, how: tuple[str, ...], one_by_one: bool) -> Part:
    """Whether the page has the fact that is filtered by as the ``number``-th."""
    asked = select(FACT.c.path).where(FACT.c.key == bindparam(f"key{number}"), current())
    ways: dict[str, Part] = {
        "slugs": FACT.c.slug.in_(bindparam(f"slugs{number}")),
        "low": FACT.c.slug >= bindparam(f"low{number}"),
        "high": FACT.c.slug < bindparam(f"high{number}"),
    }
    if one_by_one:
        asked = select(FACT.c.path).where(FACT.c.path == of, current())
        asked = asked.where(unindexed(FACT.c.key) == bindparam(f"key{number}"))
        asked = asked.where(*(ways[name] for name in how)).correlate_except(FACT)
        # With an offset PostgreSQL makes no join of it.
        return asked.offset(0).exists()
    return of.in_(asked.where(*(ways[name] for name in how)).correlate(None))


def _range(key: str, low: str, high: str, asking: Asking) -> dict[str, object]:
    """Values between two others: in the order of the key's own, else as text (days, numbers)."""
    order = asking.orders.get(key)
    if order is None:
        return {"low": fact_slug(low), "high": fact_slug(high) + "~"}
    try:
        first = order.index(fact_slug(low)) if low else 0
        last = order.index(fact_slug(high)) if high else len(order) - 1
    except ValueError:
        return {"slugs": ()}
    return {"slugs": tuple(order[first : last + 1])}
