"""What several filters leave, in an order: the beginnings of their rows, and what these share.

::

    theme ──▶ its first rows ─────┐
    territory ──▶ its first rows ─┼──▶ what all of them have: the first that match
    keyword ──▶ its first rows ───┘

Of each filter as many rows are looked at as there are, but for a bound: what is in all of them
comes before anything that one leaves out, so none is missing between two. What a list costs has a
bound, however many rows there are. Rows of what somebody may not see are none of those that are
looked at: how many there are would show in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Executable,
    Select,
    Table,
    bindparam,
    func,
    or_,
    select,
    true,
    union_all,
)

from wiki.projections.cataloguing.filters import SHAPES, Part
from wiki.projections.tables.dialect import unindexed
from wiki.projections.tables.rows import Rows, Values, pick_columns

#: more ways through an index than this are not walked for one filter
BRANCHES = 24

_LOOKED: BindParameter[int] = bindparam("looked")

#: a key, and any of these slugs
Filter = tuple[str, tuple[str, ...]]


class Order(NamedTuple):
    """The columns that rows are in the order of (``-``: the greatest first), which of them are told
    (``of`` among them), and what holds of those that are in it.
    """

    by: Sequence[str]
    row: str
    parts: Sequence[Part] = ()


@dataclass(frozen=True, eq=False)
class ValueTable:
    """Rows of values: of what (the column ``of``), and in which orders there are indexes of them.

    ``kinds`` are columns of which each has one value in an index, beside ``key`` and ``slug``;
    ``ways`` are what is seen today, in parts that an index has apart. ``only`` are conditions on
    what was found, by their names.
    """

    table: Table
    of: str
    kinds: Sequence[str]
    ways: Sequence[Sequence[Part]]
    orders: Mapping[str, Order]
    only: Mapping[str, Any]
    #: what holds of one row of each value, which is seen where others of it are
    own: Sequence[Part] = ()


class Wanted(NamedTuple):
    """What is looked for: all ``filters``, any of ``kinds``, with ``only`` (names); its values."""

    filters: Sequence[Filter]
    kinds: Sequence[tuple[str, ...]]
    only: tuple[str, ...]
    values: Values


class _Shape(NamedTuple):
    """What a statement is made for: how many slugs each filter has, how many kinds there are."""

    table: ValueTable
    slugs: tuple[int, ...]
    kinds: int
    order: str
    only: tuple[str, ...]
    #: the filter whose rows are asked for the others one by one; -1: of all rows are read
    driver: int = -1


def are_few(filters: Sequence[Filter], kinds: int) -> bool:
    """Whether filters have few enough ways through an index."""
    ways = [kinds * len(slugs) for _key, slugs in filters]
    return min(ways, default=0) > 0 and max(ways) <= BRANCHES


def look(
    rows: Rows, table: ValueTable, wanted: Wanted, order: str, looked: int, most: int
) -> tuple[list[tuple[Any, ...]], bool]:
    """At most ``most`` rows, of ``looked`` for each filter; whether there may be more."""
    slugs = tuple(len(slugs) for _key, slugs in wanted.filters)
    shape = _Shape(table, slugs, len(wanted.kinds), order, wanted.only)
    values: dict[str, Any] = {**wanted.values, "looked": looked, "most": most + 1}
    for number, (key, slugs_of) in enumerate(wanted.filters):
        values[f"key{number}"] = key
        values |= {f"slug{number}_{rank}": slug for rank, slug in enumerate(slugs_of)}
    for number, kind in enumerate(wanted.kinds):
        values |= {f"{name}{number}": one for name, one in zip(table.kinds, kind, strict=True)}
    numbers, found = _read(rows, shape, values)
    whole = [(number, rank) for rank, number in enumerate(numbers) if number < looked]
    if whole and len(whole) < len(numbers):
        (number, driver) = min(whole)
        numbers, found = _read(rows, shape._replace(driver=driver), values)
    return found[:most], max(numbers) >= looked or len(found) > most


def _read(rows: Rows, shape: _Shape, values: Values) -> tuple[list[int], list[tuple[Any, ...]]]:
    """How many rows of each filter were looked at, and what was found."""
    found = rows.execute(_first_of(shape), values).fetchall()
    many = len(shape.slugs) if shape.driver < 0 else 1
    return list(found[0][:many]), [row[many:] for row in found if row[many] is not None]


@lru_cache(SHAPES)
def _first_of(shape: _Shape) -> Executable:
    """How many rows of each filter were looked at, beside each that is in all of them."""
    table = shape.table
    filters = range(len(shape.slugs)) if shape.driver < 0 else (shape.driver,)
    windows = [_window(number, shape) for number in filters]
    first, *others = windows
    of = first.c[table.of]
    found = select(*first.c).distinct()
    found = found.where(*(of.in_(select(one.c[table.of])) for one in others))
    if shape.driver >= 0:
        rest = (number for number in range(len(shape.slugs)) if number != shape.driver)
        found = found.where(*(_has(of, number, shape) for number in rest))
    found = found.where(*(table.only[name](first.c) for name in shape.only))
    found = found.order_by(*_ordered(first.c, shape)).limit(bindparam("most"))
    these = found.subquery()
    looked = select(
        *(
            select(func.count()).select_from(one).scalar_subquery().label(f"number{rank}")
            for rank, one in enumerate(windows)
        )
    ).subquery()
    asked = select(*looked.c, *these.c).select_from(looked.outerjoin(these, true()))
    return asked.order_by(*_ordered(these.c, shape))


def _has(of: ColumnElement[int], number: int, shape: _Shape) -> Part:
    """Whether one has what a filter asks for, looked up by itself."""
    table = shape.table.table.c
    slugs = (table.slug == bindparam(f"slug{number}_{rank}") for rank in range(shape.slugs[number]))
    its = table[shape.table.of]
    # By what it is of: databases take few to have a value that many have.
    asked = select(its).where(its == of, unindexed(table.key) == bindparam(f"key{number}"))
    asked = asked.where(or_(*slugs), *shape.table.own).correlate_except(shape.table.table)
    return or_(*(asked.where(*way).offset(0).exists() for way in shape.table.ways))


def _window(number: int, shape: _Shape) -> CTE:
    """The first rows of a filter; each slug and kind by itself, as an index has them in order."""
    table = shape.table.table.c
    branches = [
        _first_rows(shape, way).where(
            table.key == bindparam(f"key{number}"),
            table.slug == bindparam(f"slug{number}_{rank}"),
            *(table[name] == bindparam(f"{name}{kind}") for name in shape.table.kinds),
        )
        for way in shape.table.ways
        for rank, kind in product(range(shape.slugs[number]), range(shape.kinds))
    ]
    name = f"window{number}"
    if len(branches) == 1:
        return branches[0].cte(name).prefix_with("MATERIALIZED")
    rows = union_all(*(select(one.subquery()) for one in branches)).subquery()
    first = select(rows).distinct().order_by(*_ordered(rows.c, shape)).limit(_LOOKED)
    return first.cte(name).prefix_with("MATERIALIZED")


def _first_rows(shape: _Shape, way: Sequence[Part]) -> Select[Any]:
    order = shape.table.orders[shape.order]
    asked = select(*pick_columns(shape.table.table, order.row)).where(*way, *order.parts)
    return asked.order_by(*_ordered(shape.table.table.c, shape)).limit(_LOOKED)


def _ordered(columns: Any, shape: _Shape) -> Iterator[ColumnElement[Any]]:
    for name in shape.table.orders[shape.order].by:
        column = columns[name.removeprefix("-")]
        yield column.desc() if name.startswith("-") else column
