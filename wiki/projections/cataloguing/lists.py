"""Lists of pages: some rows in an order, how many in all, and the facets beside them."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping

from wiki.projections.cataloguing.news import TELLING, by_last_news
from wiki.projections.cataloguing.schema import PAGE_COLUMNS, Count, Listing, PageRow
from wiki.projections.cataloguing.selection import (
    EVERYWHERE,
    Asking,
    Selection,
    current,
    pages,
)
from wiki.projections.conditions import marks, replace_surrogates

#: a list of more pages by their making is walked along its index instead of being sorted
_LONG = 1000
#: what the orders of lists depend on; others go by a fact
_ORDERED_BY = {
    "updated": ("told", "items"),
    "created": ("born",),
    "title": (),
    "path": (),
}


def find(
    rows: sqlite3.Connection,
    asking: Asking,
    selection: Selection,
    sort: str,
    limit: int,
    offset: int,
) -> Listing[PageRow]:
    """The pages of the selection; see Catalogue.find."""
    total = count(rows, asking, selection)
    if total <= offset or limit <= 0:
        return Listing((), total)
    condition, params = pages(selection, asking)
    before: list[object] = []
    after: list[object] = []
    changed = "catalogue_page p left join changes_page c on c.path = p.path and c.alive"
    if sort == "updated":
        news, after = by_last_news(asking)
        tables, order = f"{changed} {TELLING}", f"{news}, p.path"
    elif sort == "created":
        # CROSS JOIN is SQLite's way to say which table comes first.
        tables = (
            "changes_page c cross join catalogue_page p on p.path = c.path and c.alive"
            if total > _LONG
            else changed
        )
        order = "c.born desc, p.path"
    elif sort == "title":
        tables, order = "catalogue_page p", "p.sort_key, p.path"
    elif sort == "path":
        tables, order = "catalogue_page p", "p.path"
    else:
        tables, order, before = _by_fact(sort, asking)
    found = rows.execute(
        f"select {PAGE_COLUMNS} from {tables} where {condition} order by {order} limit ? offset ?",
        (*before, *params, *after, limit, offset),
    ).fetchall()
    return Listing(tuple(with_facts(rows, map(_row, found), asking)), total)


def count(rows: sqlite3.Connection, asking: Asking, selection: Selection) -> int:
    """How many pages the selection has."""
    condition, params = pages(selection, asking)
    found = rows.execute(f"select count(*) from catalogue_page p where {condition}", params)
    return int(found.fetchone()[0])


def facet(
    rows: sqlite3.Connection, asking: Asking, key: str, selection: Selection, limit: int
) -> list[Count]:
    """The values of one key among the pages that all *other* filters leave, most frequent first."""
    key = replace_surrogates(key)
    others = selection.without(key)
    condition, params = pages(others, asking)
    if key == "type":
        found = rows.execute(
            "select p.type, p.type, count(*) from catalogue_page p"
            f" where {condition} and p.type != '' group by p.type",
            params,
        )
        return Spellings(found).counts()[:limit]
    start, asked = _facts_of(rows, key, others, asking)
    everywhere = 0
    if key == "territory":
        everywhere = rows.execute(
            f"select count(distinct f.path) {start} and f.slug in ({marks(EVERYWHERE)})",
            [*asked, *EVERYWHERE],
        ).fetchone()[0]
    found = rows.execute(
        f"select f.value, f.slug, {_how_many(rows, key)} {start} group by f.slug, f.value", asked
    )
    return Spellings(found).counts(everywhere)[:limit]


def _facts_of(
    rows: sqlite3.Connection, key: str, selection: Selection, asking: Asking
) -> tuple[str, list[object]]:
    """The facts of one key among the pages of a selection, as the rest of a query.

    Where nothing but types is chosen the facts' own index has all that is asked: who sees a fact
    sees the page that it is about, since pages below are only ever narrower (guests apart).
    """
    holds, values = current("f", asking)
    start = f"from catalogue_fact f where f.key = ? and {holds}"
    asked = [key, *values]
    if selection == Selection(types=selection.types) and not _guests(asking):
        if not selection.types:
            return f"{start} and f.type != ''", asked
        return f"{start} and f.type in ({marks(selection.types)})", [*asked, *selection.types]
    condition, params = pages(selection, asking)
    chosen = f"select p.path from catalogue_page p where {condition}"
    return f"{start} and f.path in ({chosen})", [*asked, *params]


def _guests(asking: Asking) -> bool:
    return any(group.startswith("guest:") for group in asking.audience)


def _how_many(rows: sqlite3.Connection, key: str) -> str:
    """A page has each value of a key once, unless several texts of its space say it."""
    found = rows.execute(
        "select 1 from catalogue_fact where key = ? and origin = 'text' limit 1", (key,)
    ).fetchone()
    return "count(distinct f.path)" if found else "count(*)"


def facts_of_pages(
    rows: sqlite3.Connection, paths: Iterable[str], asking: Asking
) -> dict[str, dict[str, tuple[str, ...]]]:
    """The facts that hold for some pages: path → key → values."""
    names = list(paths)
    if not names:
        return {}
    holds, params = current("f", asking)
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for path, key, value in rows.execute(
        "select f.path, f.key, f.value from catalogue_fact f"
        f" where f.path in ({marks(names)}) and {holds}"
        " order by f.path, f.key, f.source != f.path, f.source, f.position",
        [*names, *params],
    ):
        values = found[path].get(key, ())
        if value not in values:
            found[path][key] = (*values, value)
    return found


def with_facts(rows: sqlite3.Connection, found: Iterable[PageRow], asking: Asking) -> list[PageRow]:
    """The rows, each with its facts."""
    known = list(found)
    held = facts_of_pages(rows, [row.path for row in known], asking)
    return [_with(row, held.get(row.path, {})) for row in known]


def page_rows(found: Iterable[tuple[object, ...]]) -> list[PageRow]:
    """Rows of ``PAGE_COLUMNS`` as values."""
    return [_row(values) for values in found]


def _row(values: tuple[object, ...]) -> PageRow:
    return PageRow(*values)  # type: ignore[arg-type]


def _with(row: PageRow, held: Mapping[str, tuple[str, ...]]) -> PageRow:
    return PageRow(**{**vars(row), "facts": held})


def _by_fact(sort: str, asking: Asking) -> tuple[str, str, list[object]]:
    """``since:KEY``: what began to hold last comes first. ``KEY`` or ``-KEY``: by the value."""
    holds, params = current("s", asking)
    down = " desc" if sort.startswith(("-", "since:")) else ""
    column = "max(s.from_)" if sort.startswith("since:") else "min(s.slug)"
    key = fact_of(sort)
    chosen = (
        f"(select s.path, {column} as rank from catalogue_fact s where s.key = ? and {holds}"
        " group by s.path)"
    )
    return (
        f"catalogue_page p left join {chosen} s on s.path = p.path",
        f"s.rank is null, s.rank{down}, p.sort_key, p.path",
        [key, *params],
    )


def fact_of(sort: str) -> str:
    """The fact that an order goes by."""
    return replace_surrogates(sort).removeprefix("-").removeprefix("since:")


class Spellings:
    """Counts by value and slug, joined by slug: shown as most people write it."""

    def __init__(self, found: Iterable[tuple[str, str, int]]) -> None:
        self._by_slug: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for value, slug, number in found:
            self._by_slug[slug].append((-number, value))

    def counts(self, everywhere: int = 0) -> list[Count]:
        """Most frequent first; ``everywhere`` have a territory that matches each of them."""
        counts = [
            Count(
                min(pairs)[1],
                slug,
                everywhere
                if everywhere and slug in EVERYWHERE
                else everywhere - sum(number for number, _value in pairs),
            )
            for slug, pairs in self._by_slug.items()
        ]
        return sorted(counts, key=lambda line: (-line.count, line.slug))


def topics_of_order(sort: str) -> tuple[str, ...]:
    """What the order of a list depends on."""
    return _ORDERED_BY.get(sort, (f"facts:{fact_of(sort)}",))
