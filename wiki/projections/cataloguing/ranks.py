"""Orders of all pages at once, for lists that something else has chosen, such as a search."""

import sqlite3
from collections.abc import Mapping

from wiki.projections.cataloguing.news import TELLING, by_last_news
from wiki.projections.cataloguing.selection import Asking, current
from wiki.projections.conditions import visible_condition

NEWEST, TITLE, SOONEST = "newest", "title", "soonest"
#: the last news, by title, the next date to come
ORDERS = (NEWEST, TITLE, SOONEST)


def ranks(rows: sqlite3.Connection, asking: Asking, order: str) -> Mapping[str, int]:
    """Path → rank, 0 for the first; pages that ``order`` says nothing of are left out.

    There are also pages that the audience does not see: ranks are only ever compared.
    """
    if order == TITLE:
        found = rows.execute("select path from catalogue_page order by sort_key, path")
    elif order == SOONEST:
        found = _soonest(rows, asking)
    else:
        news, params = by_last_news(asking)
        found = rows.execute(
            f"select c.path from changes_page c {TELLING} where c.alive order by {news}, c.path",
            params,
        )
    return {path: rank for rank, (path,) in enumerate(found)}


def _soonest(rows: sqlite3.Connection, asking: Asking) -> sqlite3.Cursor:
    """By the first day from today on: of a beginning, or by which an open item is asked for."""
    holds, facts = current("f", asking)
    seen, items = visible_condition(asking.audience, "i")
    today = asking.today.isoformat()
    return rows.execute(
        "select path from ("
        " select f.path as path, f.slug as day from catalogue_fact f"
        f" where f.key = 'starts' and f.slug >= ? and {holds}"
        " union all"
        " select i.path, i.date from catalogue_item i"
        f" where i.state = 'open' and i.date >= ? and {seen}"
        ") group by path order by min(day), path",
        (today, *facts, today, *items),
    )
