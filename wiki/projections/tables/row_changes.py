"""Rows that differ after a projection was brought forward, and the topics that they bump.

::

    triggers ──▶ each row that went (-1) or came (+1) ──▶ summed by what counts of it
                                                              │ not 0
    topic (name, seq) ◀── the next seq, for each topic of such a row ◀──┘

A page is written anew with each save, its rows deleted and inserted: most come as they went, and
bump nothing. All of it is of the transaction that moves the rows.

The triggers are the database's, in its own words: ``file_notes.py``, ``postgresql/notes.py``.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from typing import Any, Protocol

from sqlalchemy import Column, Dialect, LargeBinary, Table, literal_column

#: rows that are looked at; beyond, all is bumped
MOST = 20_000

RowValues = Mapping[str, Any]
#: how many such rows came, or went (negative), and one of them
NotedRow = tuple[int, RowValues]


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


class Notes(Protocol):
    """What a database notes of the rows that change in one transaction."""

    def begin(self, tables: Collection[Table]) -> None:
        """Notes what happens to the rows of ``tables`` from now on."""

    def end(self, limit: int) -> Sequence[tuple[str, int, Sequence[Any]]]:
        """Table, sum of signs and values (``noted_columns``) of rows for which that is not 0."""

    def stop(self, tables: Collection[Table]) -> None:
        """Spares what is written next, which is much, that each row is noted."""


class RowChanges:
    """What happens to the rows of some tables from now until ``end``, in one transaction."""

    def __init__(self, notes: Notes, watches: Collection[Watch]) -> None:
        self._notes = notes
        self._watches = watches
        self._columns = {
            table.name: [column.name for column in noted_columns(table)]
            for table in watched(watches)
        }
        notes.begin(watched(watches))

    def end(self) -> Mapping[str, Sequence[NotedRow]] | None:
        """Gives the rows that differ, by the name of their table; None where they are too many."""
        found = self._notes.end(MOST + 1)
        if len(found) > MOST:
            return None
        rows: dict[str, list[NotedRow]] = {}
        for table, sign, said in found:
            row = dict(zip(self._columns[table], said, strict=True))
            rows.setdefault(table, []).append((sign, row))
        return rows

    def topics(self, rows: Mapping[str, Sequence[NotedRow]]) -> set[str]:
        """Gives the topics of the rows that differ."""
        return {
            topic
            for watch in self._watches
            if (changed := rows.get(watch.table.name))
            for topic in self._topics(watch, changed)
        }

    def _topics(self, watch: Watch, changed: Iterable[NotedRow]) -> Iterator[str]:
        columns = self._columns[watch.table.name]
        counted = [
            name in watch.columns if watch.columns else name not in watch.without
            for name in columns
        ]
        sums: Counter[tuple[Any, ...]] = Counter()
        whole: dict[tuple[Any, ...], RowValues] = {}
        for sign, row in changed:
            key = tuple(compress(row.values(), counted))
            sums[key] += sign
            whole[key] = row
        for key, count in sums.items():
            if count < 0 or (count and not watch.replaced):
                yield from watch.topics(whole[key])


def watched(watches: Collection[Watch]) -> list[Table]:
    """The tables that ``watches`` are of, each once."""
    return list({watch.table.name: watch.table for watch in watches}.values())


@cache
def noted_columns(table: Table) -> tuple[Column[Any], ...]:
    """The columns of which values are noted: JSON has no bytes; ours are digests of what else
    stands there.
    """
    return tuple(one for one in table.columns if not isinstance(one.type, LargeBinary))


def row_text(table: Table, one: str, dialect: Dialect) -> str:
    """The noted values of the ``new`` or the ``old`` row, as a statement would find them."""
    said = []
    for column in noted_columns(table):
        place = literal_column(f'{one}."{column.name}"', column.type)
        found = column.type.column_expression(place)
        said.append(str((place if found is None else found).compile(dialect=dialect)))
    return ",".join(said)
