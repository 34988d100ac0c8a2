"""How many items there are of each kind, kept as rows that are written with the items themselves.

::

    lines of the pages at hand before ─┐
                                       ├─▶ what differs ──▶ number + n, in the same transaction
    the same afterwards ───────────────┘

A line is a block, a state, the readers' group of an item, and a value of a facet with who sees it,
from which day on: what ends on a day counts -1 from then on. What an audience is told is a sum.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    Executable,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql

from wiki.pages.access import narrower_or_equal
from wiki.pages.head.facts import FactKey
from wiki.projections.cataloguing.filters import SHAPES, Part
from wiki.projections.cataloguing.items.selection import ItemSelection
from wiki.projections.cataloguing.items.values import (
    WORDS,
    Held,
    Holder,
    holders_of,
    parts_of,
    write_values,
)
from wiki.projections.cataloguing.schema import ALWAYS, FOREVER, ITEM, ITEM_COUNT
from wiki.projections.cataloguing.selection import EVERYWHERE, Asking
from wiki.projections.tables.conditions import visible
from wiki.projections.tables.rows import Rows

#: facets of items, those of their own; ``ITEMS`` and ``ANYWHERE`` count each item once
OWN = ("block", "state", "territory", *WORDS)
ITEMS, ANYWHERE = "item", "everywhere"
_NAMED = "named"

Line = tuple[str, ...]
#: what a line is made of
COLUMNS = [one.name for one in ITEM_COUNT.columns if one.name not in ("digest", "number")]
_ADDED = postgresql.insert(ITEM_COUNT)
_ADD = _ADDED.on_conflict_do_update(
    index_elements=[ITEM_COUNT.c.digest],
    set_={"number": ITEM_COUNT.c.number + _ADDED.excluded.number},
)
_FORGET = delete(ITEM_COUNT).where(
    ITEM_COUNT.c.digest == bindparam("old"), ITEM_COUNT.c.number == literal_column("0")
)
_PAGES_OF = select(ITEM.c.path).where(ITEM.c.subject.in_(bindparam("paths"))).distinct()


class ItemCounts:
    """Keeps the counts while some pages change; ``finish`` once after the last."""

    def __init__(self, rows: Rows, keys: Collection[str]) -> None:
        """``keys`` are the facts of spaces that are counted."""
        self._rows, self._keys = rows, keys
        self._pages: set[str] = set()
        self._before: Counter[Line] = Counter()

    def note_page(self, path: str) -> None:
        """Called before the items of a page change."""
        self._note([path])

    def note_spaces(self, spaces: Collection[str]) -> None:
        """Called before facts of ``spaces`` change."""
        self._note(self._rows.scalars(_PAGES_OF, {"paths": sorted(spaces)}))

    def finish(self) -> None:
        """Writes what differs now, and the values of the items."""
        lines: Counter[Line] = Counter()
        for some in parts_of(sorted(self._pages)):
            holders = holders_of(self._rows, some, self._keys)
            write_values(self._rows, some, holders)
            _count(lines, holders)
        lines.subtract(self._before)
        changed = [_values(line, number) for line, number in lines.items() if number]
        self._rows.execute_many(_ADD, changed)
        # What ends on a day counts less than nothing from then on: more may make it none, too.
        self._rows.execute_many(_FORGET, ({"old": one["digest"]} for one in changed))

    def _note(self, paths: Iterable[str]) -> None:
        new = sorted(set(paths) - self._pages)
        self._before.update(count_lines(self._rows, new, self._keys))
        self._pages.update(new)


def counted_facts(keys: Iterable[FactKey]) -> frozenset[str]:
    """The facts of spaces that are counted: those that boards are narrowed by."""
    return frozenset(("theme", "territory", *(key.key for key in keys if key.facet)))


def _values(line: Line, number: int) -> dict[str, Any]:
    # Together they are longer than a key of PostgreSQL may be.
    digest = blake2b("\0".join(line).encode(), digest_size=16).hexdigest()
    return {"digest": digest, "number": number, **dict(zip(COLUMNS, line, strict=True))}


def count_lines(rows: Rows, paths: Sequence[str], keys: Collection[str]) -> Counter[Line]:
    """The lines of the items of some pages, worked out."""
    lines: Counter[Line] = Counter()
    for some in parts_of(paths):
        _count(lines, holders_of(rows, some, keys))
    return lines


def _count(lines: Counter[Line], holders: Iterable[Holder]) -> None:
    for item in holders:
        group, where = item.group, item.values["territory"]
        values = dict(item.values)
        values[ANYWHERE] = [
            one._replace(slug="", value="") for one in where if one.slug in EVERYWHERE
        ]
        day, named = item.heard if item.state == " " else "", _NAMED if item.identity else ""
        values[ITEMS] = [Held(day, named, group, "", ALWAYS, FOREVER)]
        if values[ANYWHERE]:
            values["territory"] = list(_beside(where, values[ANYWHERE][0]))
        for key, holds in values.items():
            for one in _once(group, holds):
                line = (item.block, group, key, one.slug, one.value, one.seen, one.unless)
                lines[*line, item.state, one.since] += 1
                if one.until != FOREVER:
                    lines[*line, item.state, one.until] -= 1


def _beside(where: Iterable[Held], everywhere: Held) -> Iterator[Held]:
    """Territories of an item that is everywhere: others count for who does not see that."""
    for one in where:
        other = one.slug in EVERYWHERE or one.unless
        yield one if other else one._replace(unless=everywhere.seen)


def _once(group: str, holds: Iterable[Held]) -> Iterator[Held]:
    """Of what an item of ``group`` has each value once, for those who see the item."""
    kept: dict[tuple[str, str], list[Held]] = {}
    for one in sorted(holds):
        if one.unless and narrower_or_equal(group, one.unless):
            continue
        if narrower_or_equal(group, one.seen):
            one = one._replace(seen=group)
        others = kept.setdefault(one[:2], [])
        if any(_implies(other, one) for other in others):
            continue
        others[:] = [other for other in others if not _implies(one, other)]
        # Who is in groups that know nothing of each other has it once.
        beside = next((other for other in others if _overlap(one, other)), None)
        if beside is not None and not one.unless:
            one = one._replace(unless=beside.seen)
        others.append(one)
    for others in kept.values():
        yield from others


def _implies(one: Held, other: Held) -> bool:
    """Whether who sees that ``other`` holds sees that ``one`` does, on each of its days."""
    lasts = one.since <= other.since and other.until <= one.until
    return lasts and not one.unless and narrower_or_equal(other.seen, one.seen)


def _overlap(one: Held, other: Held) -> bool:
    return one.since < other.until and other.since < one.until


def is_kept(selection: ItemSelection, asking: Asking, key: str = "") -> bool:
    """Whether what is asked of a selection, or of its facet ``key``, is a sum of kept counts.

    Guests see pages, not groups; what was heard of items is kept of no facet.
    """
    plain = ItemSelection(selection.blocks, selection.states)
    if key:
        known = key in OWN or key in asking.counted
        return known and selection == plain and "guests" not in asking.values
    of_days = ItemSelection(
        selection.blocks, selection.states, heard=selection.heard, silent=selection.silent
    )
    return selection == of_days and "guests" not in asking.values


def kept_numbers(rows: Rows, asking: Asking, selection: ItemSelection) -> tuple[int, int]:
    """How many items a selection has, and how many of them have an identity."""
    total, named = rows.first(_numbers(_parts(selection)), _asked(asking, selection, ITEMS))
    return total, named


def kept_anywhere(rows: Rows, asking: Asking, selection: ItemSelection) -> int:
    """How many items of a selection are everywhere."""
    total, _named = rows.first(_numbers(_parts(selection)), _asked(asking, selection, ANYWHERE))
    return int(total)


def kept_values(
    rows: Rows, asking: Asking, selection: ItemSelection, key: str
) -> Iterable[tuple[str, str, int]]:
    """Value, slug and number of a facet, whose filters the selection has not."""
    of_items = key in ("block", "state")
    statement = _values_of(_parts(selection), key if of_items else "value")
    found: Iterable[tuple[str, str, int]] = rows.execute(
        statement, _asked(asking, selection, ITEMS if of_items else key)
    )
    return found


_OF: dict[str, Part] = {
    "blocks": ITEM_COUNT.c.block.in_(bindparam("blocks")),
    "states": ITEM_COUNT.c.state.in_(bindparam("states")),
    "heard": (ITEM_COUNT.c.state != " ")
    | (ITEM_COUNT.c.slug == "")
    | (ITEM_COUNT.c.slug >= bindparam("heard")),
    "silent": (ITEM_COUNT.c.state != " ")
    | ((ITEM_COUNT.c.slug != "") & (ITEM_COUNT.c.slug < bindparam("silent"))),
}
_ALWAYS = (
    ITEM_COUNT.c.key == bindparam("key"),
    ITEM_COUNT.c.day <= bindparam("today"),
    visible(ITEM_COUNT.c.group_),
    visible(ITEM_COUNT.c.seen),
    ~visible(ITEM_COUNT.c.unless, everything=ITEM_COUNT.c.unless != ""),
)


def _parts(selection: ItemSelection) -> tuple[str, ...]:
    return tuple(name for name in _OF if getattr(selection, name))


def _asked(asking: Asking, selection: ItemSelection, key: str) -> dict[str, object]:
    return {**asking.values, "key": key, **{name: getattr(selection, name) for name in _OF}}


@lru_cache(SHAPES)
def _numbers(parts: tuple[str, ...]) -> Executable:
    named = case((ITEM_COUNT.c.value == _NAMED, ITEM_COUNT.c.number), else_=0)
    sums = (func.coalesce(func.sum(one), 0) for one in (ITEM_COUNT.c.number, named))
    return select(*sums).where(*_ALWAYS, *(_OF[name] for name in parts))


@lru_cache(SHAPES)
def _values_of(parts: tuple[str, ...], column: str) -> Executable:
    value, number = ITEM_COUNT.c[column], func.sum(ITEM_COUNT.c.number)
    slug = ITEM_COUNT.c.slug if column == "value" else value.label("slug")
    asked = select(value, slug, number).where(*_ALWAYS, *(_OF[name] for name in parts))
    asked = asked.group_by(*({ITEM_COUNT.c.slug, value} if column == "value" else (value,)))
    return asked.having(number > 0)
