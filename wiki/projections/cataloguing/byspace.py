"""Items by the space that they belong to, or their page outside any: how many, and the newest.

Cards of many pages ask one question for all of them, and read no line that they do not show. A
space that the audience may not see has no name here: what is seen of it goes by its own page.
"""

import sqlite3

from wiki.projections.cataloguing.item_selection import ItemSelection
from wiki.projections.cataloguing.items import item_condition, item_rows
from wiki.projections.cataloguing.schema import ItemRow
from wiki.projections.cataloguing.selection import Asking
from wiki.projections.conditions import visible_condition

_PLACED = (
    "catalogue_item i join catalogue_page p on p.path = i.path"
    " left join catalogue_page s on s.path = p.space"
)


def count_by_space(
    rows: sqlite3.Connection, asking: Asking, selection: ItemSelection
) -> dict[str, int]:
    """How many items of the selection each space has, by path; those with none are left out."""
    visible, seen = visible_condition(asking.audience, "s")
    condition, params = item_condition(selection, asking)
    return dict(
        rows.execute(
            f"select coalesce(s.path, i.path), count(*) from {_PLACED} and {visible}"
            f" where {condition} group by 1",
            (*seen, *params),
        )
    )


def newest_by_space(
    rows: sqlite3.Connection, asking: Asking, selection: ItemSelection
) -> dict[str, ItemRow]:
    """Of each space by path its item of the latest date; the first of them by page and place."""
    visible, seen = visible_condition(asking.audience, "s")
    condition, params = item_condition(selection, asking)
    found = rows.execute(
        "select space, id from (select space, id, row_number() over"
        " (partition by space order by date desc, path, position) as place from"
        " (select coalesce(s.path, i.path) as space, i.rowid as id, i.date as date,"
        f" i.path as path, i.position as position from {_PLACED} and {visible}"
        f" where {condition} and i.date is not null)) where place = 1",
        (*seen, *params),
    ).fetchall()
    items = item_rows(rows, [id_ for _space, id_ in found], asking)
    return {space: item for (space, _id), item in zip(found, items, strict=True)}
