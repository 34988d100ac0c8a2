"""The newest items of a narrowed selection, by the rows of their values (``windows.py``)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal_column, or_

from wiki.pages.access import ALL, PUBLIC
from wiki.pages.stories import STORY_BLOCKS
from wiki.projections.cataloguing.items.selection import ItemSelection
from wiki.projections.cataloguing.items.values import WORDS
from wiki.projections.cataloguing.schema import ITEM_VALUE
from wiki.projections.cataloguing.selection import EVERYWHERE, Asking, Selection
from wiki.projections.cataloguing.windows import (
    Filter,
    Order,
    ValueTable,
    Wanted,
    are_few,
    look,
)
from wiki.projections.tables.conditions import visible
from wiki.projections.tables.rows import Rows

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
_TERRITORY, _STATE_OPEN = "territory", " "
_TODAY = (_V.from_ <= bindparam("today"), _V.to_ > bindparam("today"))
_SEEN = (
    visible(_V.group_, _V.path),
    visible(_V.seen, _V.source),
    ~visible(_V.unless, everything=_V.unless != ""),
)
#: what a value must satisfy to hold today and be seen
HOLDS = (*_TODAY, *_SEEN)
# Literally, as the indexes have it: of most an index says all that is asked.
_OPEN, _CLOSED = (_V.open == literal_column(said) for said in "10")
_ROW = "age item before heard state"
_ITEMS = ValueTable(
    ITEM_VALUE,
    of="item",
    kinds=("block", "state"),
    ways=((*_TODAY, _OPEN), (*_TODAY, _CLOSED, *_SEEN)),
    orders={
        NEWEST: Order(("age", "item"), _ROW),
        OLDEST: Order(("-age", "item"), _ROW, (_V.age < 0,)),
        UNNAMED: Order(("age", "item"), _ROW, (_V.age == 0,)),
        TO_COME: Order(("before", "age", "item"), _ROW, (_V.before >= bindparam("today"),)),
        HEARD: Order(("heard", "age", "item"), _ROW, (_V.heard >= bindparam("heard"),)),
        PAST: Order(
            ("before", "age", "item"),
            _ROW,
            (_V.before.is_not(None), _V.before < bindparam("today")),
        ),
    },
    only={
        "heard": lambda of: or_(of.state != _STATE_OPEN, of.heard >= bindparam("heard")),
        "silent": lambda of: or_(of.state != _STATE_OPEN, of.heard < bindparam("silent")),
    },
)


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


def is_sampled(selection: ItemSelection, asking: Asking) -> bool:
    """Whether items have rows for all that narrows the selection."""
    of = Selection(values=selection.of.values)
    plain = (selection.subjects, selection.path, selection.until, selection.after)
    if selection.of != of or plain != ((), "", "", None):
        return False
    if asking.audience.isdisjoint((PUBLIC, ALL)):
        return False
    if not (selection.blocks and selection.states) or set(selection.blocks) & set(STORY_BLOCKS):
        return False
    named = {key for key, _slugs in of.values}
    if not named <= set(asking.counted) - {_TERRITORY, *WORDS}:
        return False
    return are_few(_filters(selection), len(selection.blocks) * len(selection.states))


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
    days = tuple(name for name in ("heard", "silent") if getattr(selection, name))
    values: dict[str, Any] = {**asking.values, "heard": selection.heard, "silent": selection.silent}
    kinds = tuple(product(selection.blocks, selection.states))
    wanted = Wanted(_filters(selection), kinds, days, values)
    found, cut = look(rows, _ITEMS, wanted, order, looked, most)
    return Sample(tuple(Item(*row) for row in found), cut)


def _filters(selection: ItemSelection) -> list[Filter]:
    found: list[Filter] = []
    if selection.keywords:
        found.append(("keyword", selection.keywords))
    if selection.places:
        found.append((_TERRITORY, (*selection.places, *EVERYWHERE)))
    return [*found, *selection.of.values]


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
