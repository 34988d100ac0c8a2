"""Needs and offers listed by their states: those that sleep are told apart, and come last."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from wiki.api.reading import Reader
from wiki.api.reading.item_rows import ItemRow, ItemSelection, find_items
from wiki.api.reading.rows import Count, Listing

from .model import BOX_BY_STATE, MET, OPEN, SLEEPING, SLEEPS_AFTER, WITHDRAWN

STATES = (OPEN, SLEEPING, MET, WITHDRAWN)


def narrowed(selection: ItemSelection, states: Collection[str], today: date) -> ItemSelection:
    """Of ``selection`` those in any of ``states``."""
    awake = (today - SLEEPS_AFTER).isoformat()
    return replace(
        selection,
        states=tuple(sorted({BOX_BY_STATE[state] for state in states})),
        heard=awake if SLEEPING not in states else "",
        silent=awake if OPEN not in states else "",
    )


def find(
    reader: Reader,
    selection: ItemSelection,
    states: Collection[str],
    sort: str = "new",
    limit: int = 20,
    offset: int = 0,
) -> Listing[ItemRow]:
    """Those of ``selection`` in any of ``states``, the sleeping ones last."""
    if not {OPEN, SLEEPING} <= set(states):
        return find_items(reader, narrowed(selection, states, reader.today), sort, limit, offset)
    awake = narrowed(selection, set(states) - {SLEEPING}, reader.today)
    first = find_items(reader, awake, sort, limit, offset)
    left = limit - len(first.rows)
    if left <= 0:
        total = _count(reader, selection, states)
        return Listing(first.rows, total.total, total.more)
    asleep = narrowed(selection, {SLEEPING}, reader.today)
    rest = find_items(reader, asleep, sort, left, max(0, offset - first.total))
    more = first.more or rest.more
    return Listing((*first.rows, *rest.rows), first.total + rest.total, more)


def count_states(reader: Reader, selection: ItemSelection) -> list[Count]:
    """How many of ``selection`` are in each state; those that none is in are left out."""
    found = ((state, _count(reader, selection, {state})) for state in STATES)
    return [Count(state, state, one.total, one.more) for state, one in found if one.total]


def _count(reader: Reader, selection: ItemSelection, states: Collection[str]) -> Listing[ItemRow]:
    return find_items(reader, narrowed(selection, states, reader.today), limit=0)
