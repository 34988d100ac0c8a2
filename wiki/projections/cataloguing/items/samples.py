"""The newest items of a narrowed selection, and what they have, by the rows of their values.

::

    theme ──▶ its newest rows ─────┐
    territory ──▶ its newest rows ─┼──▶ the items in all of them: the newest ones that match
    keyword ──▶ its newest rows ───┘

Of each filter as many rows are looked at as there are, but for a bound: an item that is in all of
them is newer than what any leaves out, so none is missing between two. What a list costs has a
bound, however many items there are. Rows of what somebody may not see are none of those that are
looked at: how many there are would show in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Executable,
    Select,
    bindparam,
    func,
    or_,
    select,
    true,
    union_all,
)

from wiki.pages.stories import STORY_BLOCKS
from wiki.projections.cataloguing.filters import SHAPES, Part
from wiki.projections.cataloguing.items.selection import ItemSelection
from wiki.projections.cataloguing.items.values import WORDS
from wiki.projections.cataloguing.schema import ITEM_VALUE
from wiki.projections.cataloguing.selection import EVERYWHERE, Asking, Selection
from wiki.projections.tables.conditions import visible
from wiki.projections.tables.rows import Rows, Values, pick_columns

#: so many rows of each filter are looked at where there are several
LOOKED_AT = 4_000
#: and so many times as many where these have fewer than somebody sees at once
FEW, LONGER = 20, 5
#: so many items without an identity are put in order beside those of a list
MOST_UNNAMED = 200
#: the orders in which rows are walked: by commits, and those of which none is known; by the days by
#: which they are to be met, those to come and those past; by those on which they were heard of
NEWEST, OLDEST, UNNAMED = "newest", "oldest", "unnamed"
TO_COME, PAST, HEARD = "to come", "past", "heard"

_V = ITEM_VALUE.c
_LOOKED: BindParameter[int] = bindparam("looked")
_TERRITORY, _STATE_OPEN = "territory", " "
_BRANCHES = 24
#: what a value must satisfy to hold today and be seen
HOLDS = (
    _V.from_ <= bindparam("today"),
    _V.to_ > bindparam("today"),
    visible(_V.group_, _V.path),
    visible(_V.seen, _V.source),
    ~visible(_V.unless, everything=_V.unless != ""),
)
_ROW = pick_columns(ITEM_VALUE, "age item before heard state")
_OF: dict[str, tuple[tuple[Part, ...], tuple[str, ...]]] = {
    NEWEST: ((), ("age", "item")),
    OLDEST: ((_V.age < 0,), ("-age", "item")),
    UNNAMED: ((_V.age == 0,), ("age", "item")),
    TO_COME: ((_V.before >= bindparam("today"),), ("before", "age", "item")),
    HEARD: ((_V.heard >= bindparam("heard"),), ("heard", "age", "item")),
    PAST: (
        (_V.before.is_not(None), _V.before < bindparam("today")),
        ("before", "age", "item"),
    ),
}


class Item(NamedTuple):
    """An item that was found: what it is ordered by, its row number, and what else is asked."""

    age: int
    id: int
    before: str | None
    heard: str
    state: str


@dataclass(frozen=True, eq=False)
class Sample:
    """The first items of a selection in an order; whether there may be others after them."""

    items: tuple[Item, ...]
    cut: bool


class _Shape(NamedTuple):
    """What a statement is made for: how many slugs each filter has, how many kinds of items."""

    slugs: tuple[int, ...]
    kinds: int
    order: str
    days: tuple[str, ...]
    #: the filter whose items are asked for the others one by one; -1: of all rows are read
    driver: int = -1


def is_sampled(selection: ItemSelection, asking: Asking) -> bool:
    """Whether items have rows for all that narrows the selection."""
    of = Selection(values=selection.of.values)
    plain = (selection.subjects, selection.path, selection.until, selection.after)
    if selection.of != of or plain != ((), "", "", None):
        return False
    if not (selection.blocks and selection.states) or set(selection.blocks) & set(STORY_BLOCKS):
        return False
    named = {key for key, _slugs in of.values}
    if not named <= set(asking.counted) - {_TERRITORY, *WORDS}:
        return False
    filters = _filters(selection)
    kinds = len(selection.blocks) * len(selection.states)
    return bool(filters) and kinds * max(len(slugs) for _key, slugs in filters) <= _BRANCHES


def take_newest(rows: Rows, asking: Asking, selection: ItemSelection, most: int) -> Sample | None:
    """As ``take_sample``, whatever was heard of them; None where they have no rows for it."""
    if not is_sampled(selection, asking):
        return None
    return take_sample(rows, asking, replace(selection, heard="", silent=""), most)


def take_sample(
    rows: Rows,
    asking: Asking,
    selection: ItemSelection,
    most: int,
    order: str = NEWEST,
    least: int = FEW,
) -> Sample:
    """At most ``most`` items; fewer than ``least``, and cut, only where very many are looked at."""
    alone = len(_filters(selection)) == 1 and not (selection.heard or selection.silent)
    looked = most + 1 if alone else LOOKED_AT
    found = _look(rows, asking, selection, order, looked, most)
    if found.cut and not alone and len(found.items) < min(least, most):
        found = _look(rows, asking, selection, order, LONGER * looked, most)
    return found


def _look(
    rows: Rows, asking: Asking, selection: ItemSelection, order: str, looked: int, most: int
) -> Sample:
    filters = _filters(selection)
    kinds = tuple(product(selection.blocks, selection.states))
    days = tuple(name for name in ("heard", "silent") if getattr(selection, name))
    shape = _Shape(tuple(len(slugs) for _key, slugs in filters), len(kinds), order, days)
    values: dict[str, Any] = {**asking.values, "looked": looked, "most": most + 1}
    values |= {"heard": selection.heard, "silent": selection.silent}
    for number, (key, slugs) in enumerate(filters):
        values[f"key{number}"] = key
        values |= {f"slug{number}_{rank}": slug for rank, slug in enumerate(slugs)}
    for number, (block, state) in enumerate(kinds):
        values[f"block{number}"], values[f"state{number}"] = block, state
    numbers, items = _read(rows, shape, values)
    whole = [(number, rank) for rank, number in enumerate(numbers) if number < looked]
    if whole and len(whole) < len(numbers):
        (number, driver) = min(whole)
        (number,), items = _read(rows, shape._replace(driver=driver), values)
        numbers = [number]
    return Sample(tuple(items[:most]), max(numbers) >= looked or len(items) > most)


def _read(rows: Rows, shape: _Shape, values: Values) -> tuple[list[int], list[Item]]:
    """How many rows of each filter were looked at, and the items."""
    found = rows.execute(_sampled(shape), values).fetchall()
    many = len(shape.slugs) if shape.driver < 0 else 1
    items = [Item(*row[many:]) for row in found if row[many] is not None]
    return list(found[0][:many]), items


def _filters(selection: ItemSelection) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    if selection.keywords:
        found.append(("keyword", selection.keywords))
    if selection.places:
        found.append((_TERRITORY, (*selection.places, *EVERYWHERE)))
    return [*found, *selection.of.values]


@lru_cache(SHAPES)
def _sampled(shape: _Shape) -> Executable:
    """How many rows of each filter were looked at, beside each item that is in all of them."""
    filters = range(len(shape.slugs)) if shape.driver < 0 else (shape.driver,)
    windows = [_window(number, shape) for number in filters]
    first, *others = windows
    found = select(*first.c).distinct()
    found = found.where(*(first.c.item.in_(select(one.c.item)) for one in others))
    if shape.driver >= 0:
        rest = (number for number in range(len(shape.slugs)) if number != shape.driver)
        found = found.where(*(_has(first.c.item, number, shape) for number in rest))
    done = first.c.state != _STATE_OPEN
    if "heard" in shape.days:
        found = found.where(or_(done, first.c.heard >= bindparam("heard")))
    if "silent" in shape.days:
        found = found.where(or_(done, first.c.heard < bindparam("silent")))
    found = found.order_by(*_ordered(first.c, shape.order)).limit(bindparam("most"))
    items = found.subquery()
    looked = select(
        *(
            select(func.count()).select_from(one).scalar_subquery().label(f"number{rank}")
            for rank, one in enumerate(windows)
        )
    ).subquery()
    asked = select(*looked.c, *items.c).select_from(looked.outerjoin(items, true()))
    return asked.order_by(*_ordered(items.c, shape.order))


def _has(item: ColumnElement[int], number: int, shape: _Shape) -> Part:
    """Whether an item has what a filter asks for, looked up by itself."""
    slugs = (_V.slug == bindparam(f"slug{number}_{rank}") for rank in range(shape.slugs[number]))
    asked = select(_V.item).where(_V.item == item, _V.key == bindparam(f"key{number}"))
    asked = asked.where(or_(*slugs), *HOLDS).correlate_except(ITEM_VALUE)
    return asked.offset(0).exists()


def _window(number: int, shape: _Shape) -> CTE:
    """The first rows of a filter; each slug and kind by itself, as an index has them in order."""
    order = shape.order
    branches = [
        _first_rows(order).where(
            _V.key == bindparam(f"key{number}"),
            _V.slug == bindparam(f"slug{number}_{rank}"),
            _V.block == bindparam(f"block{kind}"),
            _V.state == bindparam(f"state{kind}"),
        )
        for rank, kind in product(range(shape.slugs[number]), range(shape.kinds))
    ]
    name = f"window{number}"
    if len(branches) == 1:
        return branches[0].cte(name).prefix_with("MATERIALIZED")
    rows = union_all(*(select(one.subquery()) for one in branches)).subquery()
    first = select(rows).distinct().order_by(*_ordered(rows.c, order)).limit(_LOOKED)
    return first.cte(name).prefix_with("MATERIALIZED")


def _first_rows(order: str) -> Select[Any]:
    asked = select(*_ROW).where(*HOLDS, *_OF[order][0])
    return asked.order_by(*_ordered(_V, order)).limit(_LOOKED)


def _ordered(columns: Any, order: str) -> Iterator[ColumnElement[Any]]:
    for name in _OF[order][1]:
        yield columns[name[1:]].desc() if name.startswith("-") else columns[name]


def take_days(
    rows: Rows, asking: Asking, selection: ItemSelection, newest: Sample, most: int
) -> Sample:
    """The sample of a selection, of which ``newest`` is one whatever was heard of its items."""
    sample = Sample(tuple(_within(newest.items, selection)), newest.cut)
    if not sample.cut or len(sample.items) >= min(FEW, most):
        return sample
    if selection.heard and selection.states == (_STATE_OPEN,):
        # None of the newest has been heard of lately: few others have.
        heard = take_sample(rows, asking, selection, most, HEARD)
        if not heard.cut:
            return Sample(tuple(sorted(heard.items, key=_in_order)), cut=False)
    return take_sample(rows, asking, selection, most)


def _in_order(item: Item) -> tuple[int, int]:
    return item.age, item.id


def _within(items: Iterable[Item], selection: ItemSelection) -> Iterator[Item]:
    for one in items:
        done, silent = one.state != _STATE_OPEN, selection.silent
        if selection.heard and not (done or one.heard >= selection.heard):
            continue
        if silent and not (done or one.heard < silent):
            continue
        yield one


def first_ids(
    rows: Rows, asking: Asking, selection: ItemSelection, newest: Sample, sort: str, end: int
) -> tuple[int, ...]:
    """The row numbers that the first ``end`` in the order "new", "old" or "before" are among.

    ``newest`` is the sample of the selection.
    """
    today, found = str(asking.values["today"]), list(newest.items)
    if not newest.cut:
        ranked = sorted((_rank(one, sort, today), one) for one in found)
        last = ranked[min(end, len(ranked)) - 1][0]
        # Those of its rank too: more puts them in order; and what has no commit to go by.
        return tuple(one.id for rank, one in ranked if rank <= last or not one.age)
    if sort == "old":
        found = list(take_sample(rows, asking, selection, end, OLDEST).items)
    elif sort == "before":
        undated = [one for one in found if one.before is None]
        found = list(take_sample(rows, asking, selection, end, TO_COME).items)
        if len(found) < end:
            found += undated
        if len(found) < end:
            found += take_sample(rows, asking, selection, end, PAST).items
    unnamed = take_sample(rows, asking, selection, MOST_UNNAMED, UNNAMED).items
    return tuple(dict.fromkeys(one.id for one in (*found[:end], *unnamed)))


def _rank(item: Item, sort: str, today: str) -> tuple[int, str, int]:
    if sort == "new":
        return 0, "", item.age
    if sort == "old":
        return 0, "", -item.age
    days = 1 if item.before is None else 0 if item.before >= today else 2
    return days, item.before or "", item.age
