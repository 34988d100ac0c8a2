"""Rows that differ after a projection was brought forward, and the topics that they bump.

::

    temporary triggers ──▶ each row that went (-1) or came (+1) ──▶ summed by what counts of it
                                                                        │ not 0
    topic (name, seq) ◀── the next seq, for each topic of such a row ◀──┘

A page is written anew with each save, its rows deleted and inserted: most come as they went, and
bump nothing. All of it is of the transaction that moves the rows.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from secrets import randbits
from typing import Any

SCHEMA = """
create table if not exists topic (name text primary key, seq integer not null) without rowid
"""
#: bumped where a projection starts over, or takes in too much to look at each row
ALL = "*"
#: rows that are looked at; beyond, all is bumped
MOST = 20_000
#: topics asked for in one statement
_AT_ONCE = 500

RowValues = Mapping[str, Any]


@dataclass(frozen=True)
class Watch:
    """Topics that a row of ``table`` bumps when it changes in one of ``columns``, or not only in
    those of ``without``. ``replaced``: only a row that was there before and is not so any more.
    """

    table: str
    topics: Callable[[RowValues], Iterable[str]]
    columns: Collection[str] = ()
    without: Collection[str] = ()
    replaced: bool = False


class RowChanges:
    """What happens to the rows of some tables from now until ``end``, in one transaction."""

    def __init__(self, rows: sqlite3.Connection, watches: Collection[Watch]) -> None:
        self._rows = rows
        self._watches = watches
        self._columns = {
            table: [
                name
                for _, name, kind, *_ in rows.execute(f'pragma table_info("{table}")')
                if kind.lower()
                != "blob"  # JSON has none; ours are digests of what else stands there
            ]
            for table in {watch.table for watch in watches}
        }
        rows.execute("create temp table changed (place text, sign integer, said text)")
        for table, columns in self._columns.items():
            new, old = (
                "json_array({})".format(",".join(f'{one}."{name}"' for name in columns))
                for one in ("new", "old")
            )
            for event, added in (
                ("insert", [f"(1, {new})"]),
                ("delete", [f"(-1, {old})"]),
                ("update", [f"(-1, {old})", f"(1, {new})"]),
            ):
                values = ", ".join(f"('{table}', {value[1:]}" for value in added)
                rows.execute(
                    f'create temp trigger "changed_{table}_{event}" after {event} on main."{table}"'
                    f" begin insert into changed values {values}; end"
                )

    def end(self) -> set[str]:
        """Stops looking, and gives the topics of the rows that differ."""
        rows = self._rows
        found = rows.execute("select * from changed limit ?", (MOST + 1,)).fetchall()
        for table in self._columns:
            for event in ("insert", "delete", "update"):
                rows.execute(f'drop trigger temp."changed_{table}_{event}"')
        rows.execute("drop table temp.changed")
        if len(found) > MOST:
            return {ALL}
        return {topic for watch in self._watches for topic in self._topics(watch, found)}

    def _topics(self, watch: Watch, found: Iterable[tuple[str, int, str]]) -> Iterator[str]:
        columns = self._columns[watch.table]
        counted = [
            name in watch.columns if watch.columns else name not in watch.without
            for name in columns
        ]
        sums: Counter[tuple[Any, ...]] = Counter()
        whole: dict[tuple[Any, ...], list[Any]] = {}
        for table, sign, said in found:
            if table == watch.table:
                row = json.loads(said)
                key = tuple(value for value, counts in zip(row, counted, strict=True) if counts)
                sums[key] += sign
                whole[key] = row
        for key, count in sums.items():
            if count < 0 or (count and not watch.replaced):
                yield from watch.topics(dict(zip(columns, whole[key], strict=True)))


def make_counter(rows: sqlite3.Connection) -> None:
    """Makes the table of topics, its counter begun: the marker "topics", a name and a number."""
    rows.execute(SCHEMA)
    rows.execute("insert or ignore into marker values ('topics', ?, '1')", (f"{randbits(64):x}",))


def bump(rows: sqlite3.Connection, topics: Collection[str]) -> None:
    """Gives ``topics`` the next number."""
    if not topics:
        return
    rows.execute("""update marker set "commit" = "commit" + 1 where name = 'topics'""")
    (seq,) = rows.execute("""select "commit" + 0 from marker where name = 'topics'""").fetchone()
    rows.executemany("insert or replace into topic values (?, ?)", [(name, seq) for name in topics])


def has_changed(rows: sqlite3.Connection, topics: Collection[str], since: int) -> bool:
    """Whether one of ``topics``, or all, was bumped after the number ``since``."""
    names = [ALL, *topics]
    for start in range(0, len(names), _AT_ONCE):
        some = names[start : start + _AT_ONCE]
        if rows.execute(
            f"select 1 from topic where seq > ? and name in ({','.join('?' * len(some))})",
            (since, *some),
        ).fetchone():
            return True
    return False
