"""Rows that differ after a projection was brought forward, and the topics that they bump.

::

    temporary triggers ──▶ each row that went (-1) or came (+1) ──▶ summed by what counts of it
                                                                        │ not 0
    topic (name, seq) ◀── the next seq, for each topic of such a row ◀──┘

A page is written anew with each save, its rows deleted and inserted: most come as they went, and
bump nothing. All of it is of the transaction that moves the rows.

The triggers are SQLite's, in its own words: with ``store.py``, all that is for SQLite alone.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import compress
from sqlite3 import Connection
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, literal_column

from wiki.projections.tables.dialect import DIALECT
from wiki.projections.tables.markers import ALL
from wiki.projections.tables.rows import Rows

#: rows that are looked at; beyond, all is bumped
MOST = 20_000

RowValues = Mapping[str, Any]

#: most rows come as they went, and are not even looked at
_DIFFERENT = """
    select place, sum(sign), said from temp.changed
    group by place, said having sum(sign) <> 0 limit ?
"""


@dataclass(frozen=True)
class Watch:
    """Topics that a row of ``table`` bumps when it changes in one of ``columns``, or not only in
    those of ``without``. ``replaced``: only a row that was there before and is not so any more.
    """

    table: Table
    topics: Callable[[RowValues], Iterable[str]]
    columns: Collection[str] = ()
    without: Collection[str] = ()
    replaced: bool = False


class RowChanges:
    """What happens to the rows of some tables from now until ``end``, in one transaction.

    The triggers stay with the connection: making them costs more than a save that fires them.
    """

    def __init__(self, rows: Rows, watches: Collection[Watch]) -> None:
        self._sql = rows.connection
        self._watches = watches
        self._columns = {watch.table.name: _columns(watch.table) for watch in watches}
        there = {name for (name,) in self._sql.execute("select name from temp.sqlite_master")}
        if "changed" in there:
            self._sql.execute("delete from temp.changed")
        else:
            self._sql.execute("create temp table changed (place text, sign integer, said text)")
        for table, columns in self._columns.items():
            if _trigger(table, "insert") not in there:
                _watch(self._sql, table, columns)

    def end(self) -> set[str]:
        """Gives the topics of the rows that differ."""
        found = self._sql.execute(_DIFFERENT, (MOST + 1,)).fetchall()
        self._sql.execute("delete from temp.changed")
        if len(found) > MOST:
            return {ALL}
        rows: dict[str, list[tuple[int, list[Any]]]] = {}
        for table, sign, said in found:
            rows.setdefault(table, []).append((sign, json.loads(said)))
        return {
            topic
            for watch in self._watches
            if (changed := rows.get(watch.table.name))
            for topic in self._topics(watch, changed)
        }

    def _topics(self, watch: Watch, changed: Iterable[tuple[int, list[Any]]]) -> Iterator[str]:
        columns = [column.name for column in self._columns[watch.table.name]]
        counted = [
            name in watch.columns if watch.columns else name not in watch.without
            for name in columns
        ]
        sums: Counter[tuple[Any, ...]] = Counter()
        whole: dict[tuple[Any, ...], list[Any]] = {}
        for sign, row in changed:
            key = tuple(compress(row, counted))
            sums[key] += sign
            whole[key] = row
        for key, count in sums.items():
            if count < 0 or (count and not watch.replaced):
                yield from watch.topics(dict(zip(columns, whole[key], strict=True)))


def stop_watching(rows: Rows, watches: Collection[Watch]) -> None:
    """Spares what is written next, which is much, that each row is noted."""
    for table in {watch.table.name for watch in watches}:
        for event in ("insert", "delete", "update"):
            rows.connection.execute(f'drop trigger if exists temp."{_trigger(table, event)}"')


def _said(column: Column[Any], one: str) -> str:
    """A column of the ``new`` or the ``old`` row, as a statement would find it."""
    place = literal_column(f'{one}."{column.name}"', column.type)
    found = column.type.column_expression(place)
    return str((place if found is None else found).compile(dialect=DIALECT))


@cache
def _columns(table: Table) -> tuple[Column[Any], ...]:
    # JSON has no bytes; ours are digests of what else stands there.
    return tuple(one for one in table.columns if not isinstance(one.type, LargeBinary))


def _trigger(table: str, event: str) -> str:
    return f"changed_{table}_{event}"


def _watch(sql: Connection, table: str, columns: Collection[Column[Any]]) -> None:
    new, old = (
        "json_array({})".format(",".join(_said(column, one) for column in columns))
        for one in ("new", "old")
    )
    for event, added in (
        ("insert", [f"(1, {new})"]),
        ("delete", [f"(-1, {old})"]),
        ("update", [f"(-1, {old})", f"(1, {new})"]),
    ):
        values = ", ".join(f"('{table}', {value[1:]}" for value in added)
        sql.execute(
            f'create temp trigger "{_trigger(table, event)}" after {event} on main."{table}"'
            f" begin insert into changed values {values}; end"
        )
