"""Changes as an audience may know them: nothing is said of what it does not see."""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from wiki.pages.access import ALL
from wiki.projections.conditions import marks, visible_condition


@dataclass(frozen=True)
class Change:
    """One line of a history: what a commit did to a page.

    ``id`` rises with the order of commits: give it as ``before`` for what follows. ``kind`` is
    created, edited, moved, deleted, restored, attached or detached (then ``file`` is the file's
    name). ``now`` is where the page is today, None where it is gone.
    """

    id: int
    commit: str
    seq: int
    path: str
    old_path: str | None
    now: str | None
    kind: str
    file: str | None
    author: str
    mail: str
    when: datetime
    message: str
    group: str


def visible_changes(
    rows: sqlite3.Connection, found: Sequence[tuple[object, ...]], audience: Collection[str]
) -> list[Change]:
    """Rows as changes; a message that may speak of what is not seen is left out.

    One commit may touch several pages, and its one message is about all of them.
    """
    changes = [_change(row) for row in found]
    hidden = _hidden(rows, {change.seq for change in changes}, audience)
    first = _first(rows, [one.id for one in changes if one.kind in ("edited", "moved")], audience)
    return [
        _as_seen(change, first=change.id in first, whole=change.seq not in hidden)
        for change in changes
    ]


def _as_seen(change: Change, *, first: bool, whole: bool) -> Change:
    """``change`` without what it says of what is not seen: a page's time before it was shown."""
    came_from_there = first and change.kind == "moved"
    return replace(
        change,
        message=change.message if whole and not came_from_there else "",
        kind="created" if first else change.kind,
        old_path=None if first else change.old_path,
    )


def _first(rows: sqlite3.Connection, ids: Collection[int], audience: Collection[str]) -> set[int]:
    """Those of the rows before which the audience knows nothing of the page: it is new to them."""
    if ALL in audience or not ids:
        return set()
    visible, params = visible_condition(audience, "e", group="shown")
    return {
        id_
        for (id_,) in rows.execute(
            f"select r.id from changes_row r where r.id in ({marks(ids)}) and not exists"
            " (select 1 from changes_row e indexed by changes_row_lineage"
            f" where e.lineage = r.lineage and e.id < r.id and e.file is null and {visible})",
            (*ids, *params),
        )
    }


def _hidden(
    rows: sqlite3.Connection, numbers: Collection[int], audience: Collection[str]
) -> set[int]:
    """Those of the commits that touched something which the audience does not see."""
    visible, params = visible_condition(audience, "h", group="shown")
    return {
        seq
        for (seq,) in rows.execute(
            f"select distinct h.seq from changes_row h where h.seq in ({marks(numbers)})"
            f" and not ({visible})",
            (*numbers, *params),
        )
    }


def _change(row: tuple[Any, ...]) -> Change:
    moment = datetime.fromisoformat(row[10])
    return Change(*row[:10], moment, *row[11:])  # type: ignore[call-arg]
