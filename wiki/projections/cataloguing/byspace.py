"""Items by the space that they belong to, or their page outside any: how many, and the newest.

Cards of many pages ask one question for all of them, and read no line that they do not show. A
space that the audience may not see has no name here: what is seen of it goes by its own page.
"""

from functools import lru_cache

from sqlalchemy import Executable, func, select

from wiki.projections.cataloguing.filters import SHAPES, Part
from wiki.projections.cataloguing.items.conditions import PLACED, SPACE, item_condition
from wiki.projections.cataloguing.items.lists import item_rows, note_items
from wiki.projections.cataloguing.items.selection import ItemSelection
from wiki.projections.cataloguing.schema import ITEM, ItemRow
from wiki.projections.cataloguing.selection import Asking
from wiki.projections.tables.names import spelled
from wiki.projections.tables.rows import Rows, pick_columns

_OWNER = func.coalesce(SPACE.c.path, ITEM.c.path).label("owner")


def count_by_space(rows: Rows, asking: Asking, selection: ItemSelection) -> dict[str, int]:
    """How many items of the selection each space has, by path; those with none are left out."""
    parts, values = item_condition(selection, asking)
    return dict(rows.execute(_counts(parts), values).fetchall())


@lru_cache(SHAPES)
def _counts(parts: tuple[Part, ...]) -> Executable:
    return select(_OWNER, func.count()).select_from(PLACED).where(*parts).group_by(_OWNER)


def newest_by_space(rows: Rows, asking: Asking, selection: ItemSelection) -> dict[str, ItemRow]:
    """Of each space by path its item of the latest date; the first of them by page and place."""
    parts, values = item_condition(selection, asking)
    found = rows.execute(_newest(parts), values).fetchall()
    items = item_rows(rows, [id_ for _space, id_ in found], asking)
    note_items(items)
    return {space: item for (space, _id), item in zip(found, items, strict=True)}


@lru_cache(SHAPES)
def _newest(parts: tuple[Part, ...]) -> Executable:
    asked = select(_OWNER, *pick_columns(ITEM, "id date path position")).select_from(PLACED)
    dated = asked.where(*parts, ITEM.c.date.is_not(None)).subquery().c
    order = (dated.date.desc(), spelled(dated.path), dated.position)
    place = func.row_number().over(partition_by=dated.owner, order_by=order)
    ranked = select(dated.owner, dated.id, place.label("place")).subquery().c
    return select(ranked.owner, ranked.id).where(ranked.place == 1)
