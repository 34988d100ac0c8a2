"""Orders of all pages at once, for lists that something else has chosen, such as a search."""

from collections.abc import Mapping

from sqlalchemy import bindparam, func, select, union_all

from wiki.projections.cataloguing.filters import current
from wiki.projections.cataloguing.news import BY_LAST_NEWS
from wiki.projections.cataloguing.schema import FACT, ITEM, PAGE
from wiki.projections.cataloguing.selection import Asking
from wiki.projections.histories.schema import PAGE as STORY
from wiki.projections.tables.conditions import visible
from wiki.projections.tables.names import spelled
from wiki.projections.tables.rows import Rows

NEWEST, TITLE, SOONEST = "newest", "title", "soonest"

#: by the first day from today on: of a beginning, or by which an open item is asked for
_DAYS = union_all(
    select(FACT.c.path, spelled(FACT.c.slug).label("day")).where(
        FACT.c.key == "starts", FACT.c.slug >= bindparam("today"), current()
    ),
    select(ITEM.c.path, ITEM.c.before).where(
        ITEM.c.state == " ",
        ITEM.c.before >= bindparam("today"),
        visible(ITEM.c.group_, ITEM.c.path),
    ),
).subquery()
#: the last news, by title, the next date to come
ORDERS = {
    NEWEST: select(STORY.c.path).where(STORY.c.alive).order_by(*BY_LAST_NEWS),
    TITLE: select(PAGE.c.path).order_by(PAGE.c.sort_key, spelled(PAGE.c.path)),
    SOONEST: select(_DAYS.c.path)
    .group_by(_DAYS.c.path)
    .order_by(func.min(_DAYS.c.day), spelled(_DAYS.c.path)),
}


def ranks(rows: Rows, asking: Asking, order: str) -> Mapping[str, int]:
    """Path → rank, 0 for the first; pages that ``order`` says nothing of are left out.

    There are also pages that the audience does not see: ranks are only ever compared.
    """
    found = rows.scalars(ORDERS.get(order, ORDERS[NEWEST]), asking.values)
    return {path: rank for rank, path in enumerate(found)}
