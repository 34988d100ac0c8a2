"""Lists of block items: the boards of needs and offers, and whatever else people list in blocks."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from wiki.cache.topics import note
from wiki.projections.cataloguing.item_selection import ItemSelection, without
from wiki.projections.cataloguing.lists import Spellings
from wiki.projections.cataloguing.schema import Count, ItemRow, Listing
from wiki.projections.cataloguing.selection import (
    EVERYWHERE,
    Asking,
    Condition,
    current,
    facts,
)
from wiki.projections.conditions import marks, replace_surrogates, visible_condition

#: The first commit that held an item's identity; an item without one is as new as its page.
_NUMBER = """coalesce(
    (select d.seq from changes_identity d where d.identity = i.identity and d.earliest),
    (select c.last from changes_page c where c.path = i.path and c.alive), 0)"""

#: The newest day that an item names, else the one on which it was first there.
_HEARD = """coalesce(nullif(i.heard, ''), (select substr(c.moment, 1, 10) from changes_identity d
    join changes_commit c on c.seq = d.seq where d.identity = i.identity and d.earliest), '')"""

_ITEMS = "catalogue_item i"

#: a list of more items is walked along the index of its order instead of being sorted
_LONG = 1000


def find_items(
    rows: sqlite3.Connection,
    asking: Asking,
    selection: ItemSelection,
    sort: str,
    limit: int,
    offset: int,
) -> Listing[ItemRow]:
    """The items of the selection; see Catalogue.items."""
    condition, params = item_condition(selection, asking)
    total, identified = rows.execute(
        f"select count(*), count(i.identity) from {_ITEMS} where {condition}", params
    ).fetchone()
    if total != identified and sort in ("new", "old"):
        note(("last",))
    if total <= offset or limit <= 0:
        return Listing((), total)
    if sort == "new" and total > _LONG and total == identified:
        # Walked along the order of commits instead of being sorted.
        found = rows.execute(
            "select i.rowid, 0 from changes_identity d cross join"
            " catalogue_item i indexed by catalogue_item_identity"
            f" on i.identity = d.identity where d.earliest and {condition}"
            " order by d.seq desc, i.path, i.position limit ? offset ?",
            (*params, limit, offset),
        ).fetchall()
        return Listing(tuple(item_rows(rows, [row for row, _none in found], asking)), total)
    order = {
        "new": "number desc, i.path, i.position",
        "old": "number, i.path, i.position",
        "page": "i.path, i.position",
        "date": "i.date is null, i.date desc, i.path, i.position",
        "before": _soonest(asking.today.isoformat()),
    }.get(sort, "i.path, i.position")
    found = rows.execute(
        f"select i.rowid, {_NUMBER} as number from {_ITEMS} where {condition}"
        f" order by {order} limit ? offset ?",
        (*params, limit, offset),
    ).fetchall()
    return Listing(tuple(item_rows(rows, [row for row, _number in found], asking)), total)


def item_facet(
    rows: sqlite3.Connection, asking: Asking, key: str, selection: ItemSelection, limit: int
) -> list[Count]:
    """The values of one key among the items that all *other* filters leave.

    ``keyword`` and ``place`` are the items' own, ``block`` and ``state`` too; ``territory`` is
    where an item is (see ``_placed``); other keys are facts of their spaces.
    """
    key = replace_surrogates(key)
    others = without(selection, key)
    condition, params = item_condition(others, asking)
    if key in ("block", "state"):
        found = rows.execute(
            f"select i.{key}, i.{key}, count(*) from {_ITEMS} where {condition} group by 1",
            params,
        )
    elif key in ("keyword", "place"):
        found = rows.execute(
            f"select w.value, w.slug, count(*) from {_ITEMS}"
            " join catalogue_word w on w.path = i.path and w.position = i.position and w.key = ?"
            f" where {condition} group by w.slug, w.value",
            [key, *params],
        )
    elif key == "territory":
        return _territories(rows, condition, params, asking)[:limit]
    else:
        holds, values = current("f", asking)
        # The spaces first, then the facts of each by path: the ``+`` keeps SQLite from walking,
        # for each space, all the facts of the key.
        found = rows.execute(
            f"with chosen as materialized (select i.subject, count(*) as held from {_ITEMS}"
            f" where {condition} group by i.subject)"
            " select value, slug, sum(held) from (select distinct c.subject, c.held, f.value,"
            " f.slug from chosen c cross join catalogue_fact f on f.path = c.subject and +f.key = ?"
            f" and {holds}) group by slug, value",
            [*params, key, *values],
        )
    return Spellings(found).counts()[:limit]


def _territories(
    rows: sqlite3.Connection, condition: str, params: list[object], asking: Asking
) -> list[Count]:
    """How many items are in each territory, those that are everywhere counted in each."""
    holds, values = current("f", asking)
    placed = (
        "with placed(value, slug, id) as ("
        f"select w.value, w.slug, i.rowid from {_ITEMS} join catalogue_word w on w.path = i.path"
        f" and w.position = i.position and w.key = 'place' where {condition} union all"
        f" select f.value, f.slug, i.rowid from {_ITEMS} join catalogue_fact f"
        f" on f.path = i.subject and +f.key = 'territory' and {holds} where {condition}"
        " and not exists (select 1 from catalogue_word w where w.path = i.path"
        " and w.position = i.position and w.key = 'place')),"
        f" everywhere(id) as (select id from placed where slug in ({marks(EVERYWHERE)}))"
    )
    asked = [*params, *values, *params, *EVERYWHERE]
    everywhere = rows.execute(
        f"{placed} select count(distinct id) from everywhere", asked
    ).fetchone()[0]
    found = rows.execute(
        f"{placed} select value, slug, count(distinct id) from placed"
        f" where slug in ({marks(EVERYWHERE)}) or id not in (select id from everywhere)"
        " group by slug, value",
        [*asked, *EVERYWHERE],
    )
    return Spellings(found).counts(everywhere)


def item_rows(rows: sqlite3.Connection, ids: list[int], asking: Asking) -> list[ItemRow]:
    """Items by their row numbers, in that order, with the names of page and space."""
    visible, params = visible_condition(asking.audience, "s")
    words: dict[tuple[str, int], dict[str, list[str]]] = {}
    for path, position, key, value in rows.execute(
        "select w.path, w.position, w.key, w.value from catalogue_item i join catalogue_word w"
        f" on w.path = i.path and w.position = i.position where i.rowid in ({marks(ids)})"
        " order by w.path, w.position, w.key, w.rank",
        ids,
    ):
        words.setdefault((path, position), {}).setdefault(key, []).append(value)
    found = {
        row[0]: row[1:]
        for row in rows.execute(
            "select i.rowid, i.path, p.title, s.path, coalesce(s.title, ''),"
            " coalesce(s.type, ''), i.identity, i.block, i.position, i.line, i.end_line,"
            f" i.state, i.text, i.plain, i.nested, i.date, i.marks, {_NUMBER}, {_HEARD}"
            f" from {_ITEMS} join catalogue_page p on p.path = i.path"
            f" left join catalogue_page s on s.path = p.space and {visible}"
            f" where i.rowid in ({marks(ids)})",
            (*params, *ids),
        )
    }
    return [_row(found[id_], words) for id_ in ids]


def _row(values: tuple[Any, ...], words: dict[tuple[str, int], dict[str, list[str]]]) -> ItemRow:
    *plain, marks_text, number, heard = values
    said = words.get((plain[0], plain[7]), {})
    keywords, places = (tuple(said.get(key, ())) for key in ("keyword", "place"))
    return ItemRow(  # type: ignore[call-arg]
        *plain, keywords, places, json.loads(marks_text), number, heard
    )


def item_condition(selection: ItemSelection, asking: Asking) -> Condition:
    """What holds of the rows ``i`` of ``catalogue_item`` that are chosen, and may be seen."""
    visible, params = visible_condition(asking.audience, "i")
    parts = [visible]
    values: list[object] = [*params]
    # The ``+`` keeps SQLite from walking all open needs where one page's are asked for.
    few = "+" if selection.subjects or selection.path else ""
    for column, wanted in (
        (f"{few}i.block", selection.blocks),
        (f"{few}i.state", selection.states),
        ("i.subject", selection.subjects),
    ):
        if wanted:
            parts.append(f"{column} in ({marks(wanted)})")
            values += wanted
    if selection.path:
        parts.append("i.path = ?")
        values.append(selection.path)
    if selection.until:
        parts.append("i.date <= ?")
        values.append(selection.until)
    if selection.heard:
        parts.append(f"(i.state != ' ' or {_HEARD} >= ? or {_HEARD} = '')")
        values.append(selection.heard)
    if selection.silent:
        parts.append(f"(i.state != ' ' or ({_HEARD} < ? and {_HEARD} != ''))")
        values.append(selection.silent)
    if selection.after is not None:
        number, path, position = selection.after
        parts.append(f"(-{_NUMBER}, i.path, i.position) > (?, ?, ?)")
        values += (-number, path, position)
    if selection.keywords:
        parts.append(_word(selection.keywords))
        values += ("keyword", *selection.keywords)
    if selection.places:
        sql, more = _placed(selection.places, asking)
        parts.append(sql)
        values += more
    if selection.of.types:
        parts.append(
            "i.subject in (select path from catalogue_page"
            f" where type in ({marks(selection.of.types)}))"
        )
        values += selection.of.types
    for condition, more in facts(selection.of, asking):
        parts.append(f"i.subject in ({condition})")
        values += more
    return " and ".join(parts), values


def _soonest(today: str) -> str:
    """The order of who has a day to be met by: the next ones, those without, those past."""
    day = "json_extract(i.marks, '$.before')"
    return (
        f"case when {day} >= '{today}' then 0 when {day} is null then 1 else 2 end,"
        f" {day}, i.path, i.position"
    )


def _word(slugs: tuple[str, ...]) -> str:
    """Whether the item has a word (its key is the first parameter) among these."""
    return (
        "exists (select 1 from catalogue_word w where w.path = i.path and w.position = i.position"
        f" and w.key = ? and w.slug in ({marks(slugs)}))"
    )


def _placed(slugs: tuple[str, ...], asking: Asking) -> Condition:
    """An item is where it says; where it says nothing, where its space is."""
    wanted = (*slugs, *EVERYWHERE)
    holds, params = current("f", asking)
    return (
        f"({_word(wanted)} or (not exists (select 1 from catalogue_word w"
        " where w.path = i.path and w.position = i.position and w.key = 'place')"
        " and i.subject in (select f.path from catalogue_fact f"
        f" where f.key = 'territory' and {holds} and f.slug in ({marks(wanted)}))))",
        ["place", *wanted, *params, *wanted],
    )


def note_items(items: Iterable[ItemRow]) -> None:
    """Items are told with their pages; one without an identity is as new as the last change."""
    for item in items:
        since = f"identity:{item.identity}" if item.identity else f"story:{item.path}"
        note((f"page:{item.path}", f"page:{item.space}", since))
