"""The rows that one page gives, brought to what it gives now by as few writes as there need be.

A page is read anew with each save, and most of what it says is as it was: rows that stay are
neither deleted nor inserted, and with them none of their entries in indexes, nor what is noted of
them (``row_changes.py``).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Executable, Table, bindparam, delete, insert, select

from wiki.projections.tables.rows import Rows, Values


class RowSet:
    """The rows of ``table`` that have one value in the column ``of``.

    They are compared by all columns but those ``without``, and found by those of ``key``.
    """

    def __init__(
        self,
        table: Table,
        of: str,
        *,
        key: Sequence[str] = (),
        without: Sequence[str] = (),
        only: ColumnElement[bool] | None = None,
        insert_with: Executable | None = None,
    ) -> None:
        """``only`` is what holds of them too; ``insert_with`` inserts one."""
        self._names = [column.name for column in table.columns if column.name not in without]
        self._key = key or self._names
        compared = (table.c[name] for name in self._names)
        self._select = select(*compared).where(table.c[of] == bindparam("of"))
        if only is not None:
            self._select = self._select.where(only)
        self._delete = delete(table).where(
            *(table.c[name] == bindparam(f"old_{name}") for name in self._key)
        )
        self._insert = insert(table) if insert_with is None else insert_with

    def put(
        self,
        rows: Rows,
        of: str,
        new: Sequence[Values],
        *,
        afresh: bool = False,
        before: Callable[[], None] = lambda: None,
    ) -> bool:
        """Has them be ``new``; whether any differs. ``afresh``: there are none yet.

        ``before`` is called before the first that differs is written.
        """
        wanted = {tuple([values[name] for name in self._names]): values for values in new}
        counted: Counter[tuple[Any, ...]] = Counter()
        for values in new:
            counted[tuple([values[name] for name in self._names])] += 1
        there = Counter() if afresh else Counter(rows.execute(self._select, {"of": of}).fetchall())
        if there == counted:
            return False
        before()
        gone = [row for row, count in there.items() if counted[row] != count]
        key = [(f"old_{name}", self._names.index(name)) for name in self._key]
        rows.execute_many(self._delete, ({name: row[at] for name, at in key} for row in gone))
        fresh = (row for row, count in counted.items() if there[row] != count)
        rows.execute_many(
            self._insert, (wanted[row] for row in fresh for _time in range(counted[row]))
        )
        return True
