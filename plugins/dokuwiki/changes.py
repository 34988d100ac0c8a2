"""The list of changes of a page or a file, and the states that come of it (pure)."""

import re
from dataclasses import dataclass

CREATED, MINOR, DELETED = "C", "e", "D"
#: seconds of the years that a change can be of
_FIRST, _LAST = 1, 4_000_000_000
_FIELDS = 6
_SECOND = re.compile(r"[0-9]{1,11}")


@dataclass(frozen=True)
class Change:
    """One line: when, by whom (a name of an account, "" for a visitor), what, and why."""

    time: int
    kind: str
    id: str
    user: str
    summary: str


def read_changes(text: str) -> tuple[list[Change], list[int]]:
    """The changes, oldest first, each second once; and the lines that are none."""
    found: dict[int, Change] = {}
    faulty: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        parts = line.rstrip("\r").split("\t")
        time = int(parts[0]) if _SECOND.fullmatch(parts[0]) else 0
        if len(parts) < _FIELDS or not _FIRST <= time <= _LAST:
            faulty.append(number)
            continue
        _time, _address, kind, id, user, summary = (part.strip() for part in parts[:_FIELDS])
        found[time] = Change(time, kind, id, user, summary)
    return [found[time] for time in sorted(found)], faulty
