"""Selections of pages as conditions of a statement."""

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, select

from wiki.pages.paths import ROOT
from wiki.projections.cataloguing.facts import fact_slug
from wiki.projections.cataloguing.schema import FACT, PAGE
from wiki.projections.cataloguing.selection import EVERYWHERE, Asking, Selection
from wiki.projections.tables.conditions import below, visible
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


def current() -> Part:
    """What a fact must satisfy to hold today and be seen."""
    return and_(
        FACT.c.from_ <= bindparam("today"),
        FACT.c.to_ > bindparam("today"),
        visible(FACT.c.group_, FACT.c.source),
        ~visible(FACT.c.unless, everything=FACT.c.unless != ""),
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


def pages(selection: Selection, asking: Asking) -> Condition:
    """What a page must satisfy to be of the selection and be seen."""
    named = ("types", "after", "only", "but")
    chosen = {name: value for name in named if (value := getattr(selection, name))}
    if len(selection.types) == 1:
        (chosen["type"],) = chosen.pop("types")
    parts: list[Part] = [_SEEN, *(_FILTERS[name] for name in chosen)]
    if selection.below != ROOT:
        parts.append(_BELOW)
        chosen["first"], chosen["last"] = below(selection.below)
    having = facts(PAGE.c.path, selection, asking)
    return Condition((*parts, *having.parts), {**asking.values, **chosen, **having.values})


def facts(of: ColumnElement[str], selection: Selection, asking: Asking) -> Condition:
    """What the facts of the page that ``of`` names must satisfy: for each filter on facts."""
    wanted: list[tuple[str, dict[str, object]]] = []
    for key, slugs in selection.values:
        slugs = (*slugs, *EVERYWHERE) if key == "territory" else slugs
        wanted.append((key, {"slugs": slugs}))
    wanted += [(key, _range(key, *ends, asking)) for key, ends in selection.ranges]
    wanted += [(flag, {}) for flag in selection.flags]
    return Condition(
        tuple(_has(of, number, tuple(how)) for number, (_key, how) in enumerate(wanted)),
        {
            f"{name}{number}": value
            for number, (key, how) in enumerate(wanted)
            for name, value in {"key": key, **how}.items()
        },
    )


@lru_cache(SHAPES)
def _has(of: ColumnElement[str], number: int, how: tuple[str, ...]) -> Part:
    """Whether the page has the fact that is filtered by as the ``number``-th."""
    asked = select(FACT.c.path).where(FACT.c.key == bindparam(f"key{number}"), current())
    ways: dict[str, Part] = {
        "slugs": FACT.c.slug.in_(bindparam(f"slugs{number}")),
        "low": FACT.c.slug >= bindparam(f"low{number}"),
        "high": FACT.c.slug < bindparam(f"high{number}"),
    }
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
