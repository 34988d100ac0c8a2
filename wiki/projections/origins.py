"""How pages began, and when commits were: what news and calendars need of many pages at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from wiki.projections.changes import Changes
from wiki.projections.histories.moments import read_moment
from wiki.projections.histories.schema import BY_LINEAGE, COMMIT, PAGE, ROW
from wiki.projections.histories.story import lineage_at
from wiki.projections.tables.conditions import seen_by, visible
from wiki.projections.tables.rows import Rows

_COMMIT_OF_ROW = ROW.join(COMMIT, COMMIT.c.seq == ROW.c.seq)
_GONE = (
    select(ROW.c.lineage, ROW.c.id)
    .select_from(_COMMIT_OF_ROW)
    .where(ROW.c.path == bindparam("path"), ROW.c.kind == "deleted")
    .where(COMMIT.c.id == bindparam("commit"))
)
_TURNS = (
    select(ROW.c.id, COMMIT.c.id, ROW.c.path, ROW.c.old_path, ROW.c.kind)
    .select_from(_COMMIT_OF_ROW)
    .with_hint(ROW, BY_LINEAGE, "sqlite")
    .where(ROW.c.lineage == bindparam("lineage"), ROW.c.id <= bindparam("upto"))
    .where(ROW.c.kind.in_(("created", "moved", "deleted", "restored")))
    .order_by(ROW.c.id)
)
_FIRST, _BEGUN, _LAST = ROW.alias("f"), COMMIT.alias("b"), COMMIT.alias("l")
_OF_PAGE = ROW.c.lineage == PAGE.c.lineage
_FIRST_ID = select(func.min(ROW.c.id)).where(_OF_PAGE).correlate(PAGE).scalar_subquery()
_KNOWN = select(func.count()).select_from(ROW).where(_OF_PAGE, visible(ROW.c.shown, ROW.c.path))
_KNOWN = _KNOWN.with_hint(ROW, BY_LINEAGE, "sqlite").correlate(PAGE)
_FROM = PAGE.join(_FIRST, _FIRST.c.id == _FIRST_ID).join(_BEGUN, _BEGUN.c.seq == _FIRST.c.seq)
_ORIGINS = (
    select(PAGE.c.path, _BEGUN.c.id, _FIRST.c.path, _LAST.c.moment, _KNOWN.scalar_subquery())
    .select_from(_FROM.join(_LAST, _LAST.c.seq == PAGE.c.last))
    .where(PAGE.c.alive, PAGE.c.path.in_(bindparam("paths")))
)
_MOMENTS = select(COMMIT.c.seq, COMMIT.c.moment).where(COMMIT.c.seq.in_(bindparam("numbers")))


@dataclass(frozen=True)
class Origin:
    """Where a page comes from: ``commit`` and ``path`` stay what they are, however it is moved.

    ``changes`` says how often it was changed since, as far as the audience may know.
    """

    commit: str
    path: str
    changes: int
    updated: datetime


@dataclass(frozen=True)
class Turn:
    """When a page began, moved, went, or was there again: ``kind`` as in ``Change``."""

    id: int
    commit: str
    path: str
    old_path: str | None
    kind: str


def turns(changes: Changes, path: str) -> list[Turn]:
    """The turns of the page at ``path``, or of the last one that was there; the oldest first."""
    with changes.reading() as rows:
        lineage = lineage_at(rows, path)
        return _turns_in(rows, lineage) if lineage is not None else []


def turns_of_gone(changes: Changes, path: str, commit: str) -> list[Turn]:
    """The turns of the page that ``commit`` took away from ``path``, up to then."""
    with changes.reading() as rows:
        found = rows.first(_GONE, {"path": path, "commit": commit})
        return _turns_in(rows, found[0], found[1]) if found else []


def origins(changes: Changes, paths: Sequence[str], audience: Collection[str]) -> dict[str, Origin]:
    """The origins of those of ``paths`` that are pages; ask for pages that the audience may see."""
    asked = {**seen_by(audience), "paths": list(paths)}
    with changes.reading() as rows:
        found = rows.execute(_ORIGINS, asked).fetchall()
    return {
        path: Origin(commit, first, count, read_moment(moment))
        for path, commit, first, moment, count in found
    }


def moments(changes: Changes, numbers: Sequence[int]) -> dict[int, datetime]:
    """When the commits of those numbers in the story were made (``ItemRow.number`` is one)."""
    with changes.reading() as rows:
        found = rows.execute(_MOMENTS, {"numbers": list(numbers)}).fetchall()
    return {seq: read_moment(moment) for seq, moment in found}


def _turns_in(rows: Rows, lineage: int, upto: int = 2**62) -> list[Turn]:
    return [Turn(*row) for row in rows.execute(_TURNS, {"lineage": lineage, "upto": upto})]
