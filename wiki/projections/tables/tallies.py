"""Counts that are kept as rows: how many rows of a table are alike in some columns.

::

    rows that came (+1) or went (-1) ──▶ their sum by what is counted ──▶ TALLY (…, number)
    (``row_changes.py``)                                                     ▲
    much was written, or all ──▶ all of them counted anew ───────────────────┘

They move in the transaction that moves the rows, by what the database itself noted of these: no
writer has to tell of them, and none can forget to.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    type_coerce,
    union_all,
    update,
)

from wiki.cache.properties import cached_property
from wiki.projections.tables.row_changes import NotedRow
from wiki.projections.tables.rows import Rows


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts the rows of the table ``of``; ``table`` has columns of that one, and ``number``.

    With ``days``, the names of two columns: ``table`` has a column ``day`` too, and a row counts
    from the day of the first on, and no more from that of the second on, unless that is ``never``.
    ``but``: column → values of which nothing is counted.
    """

    table: Table
    of: Table
    days: tuple[str, str] | None = None
    never: str = ""
    but: Mapping[str, Collection[str]] = field(default_factory=dict)

    def add(self, rows: Rows, changed: Sequence[NotedRow]) -> None:
        """Counts the rows of ``of`` that came and went."""
        sums: Counter[tuple[str, ...]] = Counter()
        for sign, row in changed:
            if not any(row[name] in values for name, values in self.but.items()):
                alike = tuple(row[name] for name in self._alike)
                for day, more in self._steps(row):
                    sums[*alike, *day] += sign * more
        for key, number in sums.items():
            if number:
                at = {f"old_{name}": value for name, value in zip(self._key, key, strict=True)}
                if not rows.execute(self._update, {**at, "more": number}).rowcount:
                    new = dict(zip(self._key, key, strict=True))
                    rows.execute(self._insert, {**new, "number": number})
                else:
                    rows.execute(self._delete, at)

    def count_anew(self, rows: Rows) -> None:
        """Counts all rows of ``of``."""
        rows.execute(self._empty)
        rows.execute(self._fill)

    def _steps(self, row: Mapping[str, Any]) -> list[tuple[tuple[str, ...], int]]:
        if self.days is None:
            return [((), 1)]
        first, last = (row[name] for name in self.days)
        return [((first,), 1), *([((last,), -1)] if last != self.never else [])]

    @cached_property
    def _key(self) -> list[str]:
        names = (column.name for column in self.table.columns)
        return [name for name in names if name != "number"]

    @cached_property
    def _alike(self) -> list[str]:
        return [name for name in self._key if name != "day" or self.days is None]

    @cached_property
    def _at(self) -> list[ColumnElement[bool]]:
        return [self.table.c[name] == bindparam(f"old_{name}") for name in self._key]

    @cached_property
    def _update(self) -> Executable:
        more = self.table.c.number + bindparam("more")
        return update(self.table).where(*self._at).values(number=more)

    @cached_property
    def _insert(self) -> Executable:
        return insert(self.table)

    @cached_property
    def _delete(self) -> Executable:
        return delete(self.table).where(*self._at, self.table.c.number == 0)

    @cached_property
    def _empty(self) -> Executable:
        return delete(self.table)

    @cached_property
    def _fill(self) -> Executable:
        return insert(self.table).from_select([*self._key, "number"], self.select())

    def select(self) -> Any:
        """The counts as ``of`` has them now, texts as they are kept (``names.py``)."""
        columns = [type_coerce(self.of.c[name], Integer).label(name) for name in self._alike]
        counted = select(*columns).where(
            *(self.of.c[name].not_in(values) for name, values in self.but.items())
        )
        one = literal_column("1", Integer).label("more")
        if self.days is None:
            steps = counted.add_columns(one).subquery().c
        else:
            first, last = (self.of.c[name] for name in self.days)
            begun = counted.add_columns(first.label("day"), one)
            ended = counted.add_columns(last.label("day"), (-one).label("more"))
            steps = union_all(begun, ended.where(last != self.never)).subquery().c
        number, key = func.sum(steps.more), [steps[name] for name in self._key]
        return select(*key, number.label("number")).group_by(*key).having(number != 0)
