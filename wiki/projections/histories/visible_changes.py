"""Changes as an audience may know them: nothing is said of what it does not see."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from wiki.pages.access import ALL
from wiki.projections.histories.moments import read_moment
from wiki.projections.histories.schema import BY_LINEAGE, ROW
from wiki.projections.tables.conditions import seen_by, visible
from wiki.projections.tables.rows import Rows

_EARLIER = ROW.alias("earlier")
_KNOWN = (
    select(_EARLIER)
    .where(_EARLIER.c.lineage == ROW.c.lineage, _EARLIER.c.id < ROW.c.id)
    .where(_EARLIER.c.file.is_(None), visible(_EARLIER.c.shown, _EARLIER.c.path))
    .with_hint(_EARLIER, BY_LINEAGE, "sqlite")
)
_FIRST = select(ROW.c.id).where(ROW.c.id.in_(bindparam("ids")), ~_KNOWN.exists())
_NOT_SEEN = (ROW.c.seq.in_(bindparam("numbers")), ~visible(ROW.c.shown, ROW.c.path))
_HIDDEN = select(ROW.c.seq).where(*_NOT_SEEN).distinct()


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
    rows: Rows, found: Iterable[tuple[Any, ...]], audience: Collection[str]
) -> list[Change]:
    """Rows as changes; a message that may speak of what is not seen is left out.

    One commit may touch several pages, and its one message is about all of them.
    """
    changes = [_change(row) for row in found]
    if not changes:
        return []
    seen = seen_by(audience)
    numbers = {change.seq for change in changes}
    hidden = set(rows.scalars(_HIDDEN, {**seen, "numbers": list(numbers)}))
    # Those before which the audience knows nothing of the page: it is new to them.
    moved = [change.id for change in changes if change.kind in ("edited", "moved")]
    asked = moved and ALL not in audience
    first = set(rows.scalars(_FIRST, {**seen, "ids": moved})) if asked else set()
    return [
        _as_seen(change, first=change.id in first, whole=change.seq not in hidden)
        for change in changes
    ]


def _as_seen(change: Change, *, first: bool, whole: bool) -> Change:
    """``change`` without what it says of what is not seen: a page's time before it was shown."""
    if whole and not first:
        return change
    came_from_there = first and change.kind == "moved"
    return replace(
        change,
        message=change.message if whole and not came_from_there else "",
        kind="created" if first else change.kind,
        old_path=None if first else change.old_path,
    )


def _change(row: tuple[Any, ...]) -> Change:
    moment = read_moment(row[10])
    return Change(*row[:10], moment, *row[11:])  # type: ignore[call-arg]
