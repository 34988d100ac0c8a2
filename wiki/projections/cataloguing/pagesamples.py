"""The first pages of a narrowed selection, and what they have, by the rows of their values."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import bindparam, func, literal_column, select, union_all

from wiki.pages.access import ALL, PUBLIC
from wiki.projections.cataloguing.schema import PAGE_VALUE, UNCOUNTED
from wiki.projections.cataloguing.selection import EVERYWHERE, Asking, Selection
from wiki.projections.cataloguing.windows import (
    Filter,
    Order,
    ValueTable,
    Wanted,
    are_few,
    look,
)
from wiki.projections.histories.schema import PAGE as STORY
from wiki.projections.tables.conditions import visible
from wiki.projections.tables.dialect import among, unindexed
from wiki.projections.tables.rows import Rows

#: so many rows of each filter are looked at where there are several
LOOKED_AT = 4_000
#: and so many times as many where these have fewer in common than somebody sees at once
FEW, LONGER = 100, 8
#: more than there are
_ALL = 2**31

_V = PAGE_VALUE.c
_TERRITORY = "territory"
# Literally, as the indexes have it.
_OWN = _V.line == literal_column("''")
_OPEN, _CLOSED = (_V.open == literal_column(said) for said in "10")
_TODAY = (_V.from_ <= bindparam("today"), _V.to_ > bindparam("today"))
_SEEN = (
    visible(_V.group_),
    visible(_V.seen),
    ~visible(_V.unless, everything=_V.unless != ""),
)
# Of most an index says all that is asked: no row is looked up.
_WAYS = ((*_TODAY, _OPEN), (*_TODAY, _CLOSED, *_SEEN))
_PAGES = ValueTable(
    PAGE_VALUE,
    of="page",
    kinds=("type",),
    ways=_WAYS,
    orders={
        "updated": Order(("-day", "-told", "-news", "-tie", "-page"), "page day told news tie"),
        "title": Order(("place", "-page"), "page place", (_OWN,)),
    },
    only={},
    own=(_OWN,),
)
_THEIRS = union_all(
    *(
        select(_V.key, _V.value, _V.slug, _V.page).where(
            among(_V.page, "pages"), _OWN, unindexed(_V.key).in_(bindparam("keys")), *way
        )
        for way in _WAYS
    )
).subquery()
_NUMBER = func.count(_THEIRS.c.page.distinct())
_VALUES = select(_THEIRS.c.key, _THEIRS.c.value, _THEIRS.c.slug, _NUMBER).group_by(
    _THEIRS.c.key, _THEIRS.c.value, _THEIRS.c.slug
)
_EVERYWHERE = select(_NUMBER).where(_THEIRS.c.slug.in_(EVERYWHERE))
#: by the numbers of their stories
THESE = among(STORY.c.lineage, "stories")
_PATHS = select(STORY.c.path).where(THESE)


class Sample(NamedTuple):
    """The numbers of the first pages of a selection in an order; whether there may be more."""

    pages: tuple[int, ...]
    cut: bool


def is_sampled(selection: Selection, asking: Asking) -> bool:
    """Whether pages have rows for all that narrows the selection.

    Who sees single pages, and no group, is told of facts by the pages that say them.
    """
    plain = Selection(types=selection.types, values=selection.values)
    if selection != plain or not plain.types or "guests" in asking.values:
        return False
    if asking.audience.isdisjoint((PUBLIC, ALL)):
        return False
    if not UNCOUNTED.isdisjoint(key for key, _slugs in selection.values):
        return False
    return are_few(_filters(selection), len(selection.types))


def take_sample(
    rows: Rows,
    asking: Asking,
    selection: Selection,
    most: int,
    order: str = "updated",
    least: int | None = None,
) -> Sample:
    """At most ``most`` pages of a selection that ``is_sampled``.

    With ``least`` all rows are looked at rather than that fewer are found.
    """
    filters = _filters(selection)
    wanted = Wanted(filters, [(one,) for one in selection.types], (), asking.values)
    if len(filters) == 1:
        # A page comes twice where a line is newer than what was told.
        ways = (most + 1, 2 * most, _ALL)
    else:
        ways = (max(LOOKED_AT, most + 1), LONGER * max(LOOKED_AT, most + 1), _ALL)
    for looked in ways if least else ways[:2]:
        found, cut = look(rows, _PAGES, wanted, order, looked, most)
        pages = tuple(dict.fromkeys(page for page, *_order in found))
        if not cut or len(pages) >= min(least or FEW, most):
            break
    return Sample(pages, cut)


def values_of(
    rows: Rows, asking: Asking, keys: Collection[str], pages: Iterable[int]
) -> list[tuple[str, str, str, int]]:
    """Key, value, slug and number of what some pages have."""
    asked = {**asking.values, "keys": sorted(keys), "pages": told(pages)}
    found: list[tuple[str, str, str, int]] = rows.execute(_VALUES, asked).fetchall()
    return found


def everywhere_of(rows: Rows, asking: Asking, pages: Iterable[int]) -> int:
    """How many of some pages have a territory that is everywhere."""
    asked = {**asking.values, "keys": (_TERRITORY,), "pages": told(pages)}
    return int(rows.scalar(_EVERYWHERE, asked))


def paths_of(rows: Rows, pages: Iterable[int]) -> tuple[str, ...]:
    """The paths of some pages, in no order."""
    return tuple(rows.scalars(_PATHS, {"stories": stories(pages)}))


def stories(pages: Iterable[int]) -> str:
    """Numbers of pages as those of their stories, as ``THESE`` is told them."""
    return told(-page for page in pages)


def told(pages: Iterable[int]) -> str:
    """Numbers of pages as statements are told them."""
    return f"[{','.join(map(str, pages))}]"


def _filters(selection: Selection) -> list[Filter]:
    return [
        (key, (*slugs, *EVERYWHERE) if key == _TERRITORY else slugs)
        for key, slugs in selection.values
    ]
