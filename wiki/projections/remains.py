"""Pages that are gone, and pages that nobody has touched for longest; and how much is saved."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select

from wiki.projections.changes import Changes
from wiki.projections.histories.moments import moment_of, read_moment
from wiki.projections.histories.schema import COMMIT, PAGE, ROW
from wiki.projections.tables.conditions import seen_by, visible

_LIMIT: BindParameter[int] = bindparam("limit")
_OFFSET: BindParameter[int] = bindparam("offset")
_now = PAGE.alias("now")
_AGAIN = select(_now).where(_now.c.path == ROW.c.path, _now.c.alive).correlate(ROW).exists()
#: the last time that each page went which is not there any more
_LAST = (
    select(func.max(ROW.c.id))
    .select_from(ROW.join(PAGE, PAGE.c.lineage == ROW.c.lineage))
    .where(~PAGE.c.alive, ROW.c.kind == "deleted", visible(ROW.c.shown, ROW.c.path), ~_AGAIN)
    .group_by(ROW.c.lineage)
)
_GONE = (
    select(ROW.c.id, ROW.c.path, COMMIT.c.moment)
    .select_from(ROW.join(COMMIT, COMMIT.c.seq == ROW.c.seq))
    .where(ROW.c.id.in_(_LAST))
    .order_by(ROW.c.id.desc())
    .limit(_LIMIT)
    .offset(_OFFSET)
)
_COUNT_GONE = select(func.count()).select_from(_LAST.subquery())
_OLDEST = (
    select(PAGE.c.path, COMMIT.c.moment)
    .select_from(PAGE.join(COMMIT, COMMIT.c.seq == PAGE.c.last))
    .where(PAGE.c.alive, visible(PAGE.c.group_, PAGE.c.path))
    .order_by(PAGE.c.last, PAGE.c.lineage)
    .limit(_LIMIT)
    .offset(_OFFSET)
)
_SAVES = select(func.count()).select_from(COMMIT).where(COMMIT.c.moment >= bindparam("since"))


@dataclass(frozen=True)
class Deleted:
    """A page that is gone: its last path, when it went, the commit that had it last."""

    path: str
    when: datetime
    commit: str


def list_deleted(
    changes: Changes, audience: Collection[str], limit: int, offset: int = 0
) -> list[Deleted]:
    """Pages that are gone, and whose address is free, the last one first."""
    with changes.reading("changes:index", "shown") as rows:
        asked = {**seen_by(audience), "limit": limit, "offset": offset}
        found = rows.execute(_GONE, asked).fetchall()
    before = changes.versions_before([id_ for id_, _path, _moment in found], audience)
    return [
        Deleted(path, read_moment(moment), before[id_].commit)
        for id_, path, moment in found
        if id_ in before
    ]


def count_deleted(changes: Changes, audience: Collection[str]) -> int:
    """How many there are."""
    with changes.reading("changes:index", "shown") as rows:
        return rows.scalar(_COUNT_GONE, seen_by(audience)) or 0


def list_oldest(
    changes: Changes, audience: Collection[str], limit: int, offset: int = 0
) -> list[tuple[str, datetime]]:
    """Pages by when they last changed themselves, the longest ago first."""
    with changes.reading("changes:index", "last") as rows:
        asked = {**seen_by(audience), "limit": limit, "offset": offset}
        found = rows.execute(_OLDEST, asked).fetchall()
    return [(path, read_moment(moment)) for path, moment in found]


def count_saves(changes: Changes, since: datetime) -> int:
    """How many commits were made since a moment, whoever may know of them."""
    with changes.reading("changes:index") as rows:
        return rows.scalar(_SAVES, {"since": moment_of(since)}) or 0
