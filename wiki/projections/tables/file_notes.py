"""Rows that change in a file of SQLite, noted by temporary triggers (``row_changes.py``)."""

import json
from collections.abc import Collection, Sequence
from sqlite3 import Connection
from typing import Any

from sqlalchemy import Table

from wiki.projections.tables.dialect import DIALECT
from wiki.projections.tables.row_changes import row_text

#: most rows come as they went, and are not even looked at
_DIFFERENT = """
    select place, sum(sign), said from temp.changed
    group by place, said having sum(sign) <> 0 limit ?
"""


class FileNotes:
    """See ``Notes``. The triggers stay with the connection: making them costs more than a save
    that fires them.
    """

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def begin(self, tables: Collection[Table]) -> None:
        """See Notes."""
        there = {name for (name,) in self._sql.execute("select name from temp.sqlite_master")}
        if "changed" in there:
            self._sql.execute("delete from temp.changed")
        else:
            self._sql.execute("create temp table changed (place text, sign integer, said text)")
        for table in tables:
            if _trigger(table.name, "insert") not in there:
                _watch(self._sql, table)

    def end(self, limit: int) -> Sequence[tuple[str, int, list[Any]]]:
        """See Notes."""
        found = self._sql.execute(_DIFFERENT, (limit,)).fetchall()
        self._sql.execute("delete from temp.changed")
        return [(table, sign, json.loads(said)) for table, sign, said in found]

    def stop(self, tables: Collection[Table]) -> None:
        """See Notes."""
        for table in tables:
            for event in ("insert", "delete", "update"):
                self._sql.execute(f'drop trigger if exists temp."{_trigger(table.name, event)}"')


def _trigger(table: str, event: str) -> str:
    return f"changed_{table}_{event}"


def _watch(sql: Connection, table: Table) -> None:
    new, old = (f"json_array({row_text(table, one, DIALECT)})" for one in ("new", "old"))
    name = table.name
    for event, added in (
        ("insert", [f"(1, {new})"]),
        ("delete", [f"(-1, {old})"]),
        ("update", [f"(-1, {old})", f"(1, {new})"]),
    ):
        values = ", ".join(f"('{name}', {value[1:]}" for value in added)
        sql.execute(
            f'create temp trigger "{_trigger(name, event)}" after {event} on main."{name}"'
            f" begin insert into changed values {values}; end"
        )
