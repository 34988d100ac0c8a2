"""The fields that the plugin struct keeps of pages, in its file of SQLite."""

import json
import re
import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

_NAME = re.compile(r"[a-z0-9_]{1,80}", re.I)
#: steps of SQLite in all; rows that are read; characters of a value
_STEPS, _MOST, _LONGEST = 200_000, 500_000, 2_000
_BEAT = 1_000

#: seconds from which on, the name of the form, and the fields
_State = tuple[int, str, Mapping[str, str]]


@dataclass
class Tables:
    """Fields of pages, by the second from which on they were so."""

    states: dict[str, list[_State]] = field(default_factory=lambda: defaultdict(list))

    def of(self, id: str, time: int | None) -> tuple[str, dict[str, str]]:
        """The form and the fields of the page at that second, or now."""
        kind = ""
        fields: dict[str, str] = {}
        forms: dict[str, list[_State]] = defaultdict(list)
        for one in self.states.get(id, ()):
            forms[one[1]].append(one)
        for name, states in forms.items():
            at = len(states) if time is None else bisect_right([one[0] for one in states], time)
            # A page whose fields came later had none of them before.
            if at:
                kind = kind or name
                fields |= states[at - 1][2]
        return kind, fields


def read_tables(data: bytes) -> Tables:
    """All that a file of struct says of pages. Raises ValueError where it cannot be read."""
    found = Tables()
    left = _STEPS
    with closing(sqlite3.connect(":memory:")) as store:

        def count() -> int:
            nonlocal left
            left -= 1
            return left < 0

        try:
            store.deserialize(data)
            store.execute("PRAGMA trusted_schema = OFF")
            store.set_progress_handler(count, _BEAT)
            _read(store, found)
        except (sqlite3.Error, OverflowError) as error:
            raise ValueError(str(error)) from error
    for states in found.states.values():
        states.sort(key=lambda one: one[0])
    return found


def _read(store: sqlite3.Connection, found: Tables) -> None:
    there = {name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    newest = store.execute("SELECT tbl, MAX(id) FROM schemas GROUP BY tbl").fetchall()
    for form, schema in newest:
        if not isinstance(form, str) or not _NAME.fullmatch(form) or f"data_{form}" not in there:
            continue
        labels = dict(
            store.execute(
                "SELECT colref, label FROM schema_cols JOIN types ON types.id = tid"
                " WHERE sid = ? AND enabled ORDER BY sort LIMIT 500",
                (schema,),
            )
        )
        several = _several(store, form) if f"multi_{form}" in there else {}
        rows = store.execute(f'SELECT * FROM "data_{form}" LIMIT {_MOST}')  # noqa: S608 - a name
        names = [one[0] for one in rows.description]
        for row in rows:
            one = dict(zip(names, row, strict=True))
            page, time = one.get("pid"), one.get("rev")
            if not page or not isinstance(page, str) or not isinstance(time, int):
                continue
            fields = {}
            for column, label in labels.items():
                value = several.get((page, time, column)) or _shown(one.get(f"col{column}"))
                if value and label:
                    fields[str(label)] = value
            found.states[page].append((time, form, fields))


def _several(store: sqlite3.Connection, form: str) -> dict[tuple[str, int, int], str]:
    """The values of columns that hold several, as one."""
    found: dict[tuple[str, int, int], list[str]] = defaultdict(list)
    asked = f'SELECT pid, rev, colref, value FROM "multi_{form}" ORDER BY row LIMIT {_MOST}'  # noqa: S608
    for page, time, column, value in store.execute(asked):
        found[page, time, column].append(_shown(value))
    return {key: ", ".join(filter(None, values)) for key, values in found.items()}


def _shown(value: object) -> str:
    """A value as words; one that stands for a row elsewhere is a pair."""
    if value is None or isinstance(value, bytes):
        return ""
    words = str(value)[:_LONGEST].strip()
    if words.startswith("["):
        try:
            pair = json.loads(words)
        except (ValueError, RecursionError):
            return words
        return next((str(one) for one in pair if one), "") if isinstance(pair, list) else words
    return words
