"""How pages began, and when commits were: what news and calendars need of many pages at once."""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from wiki.projections.changes import Changes
from wiki.projections.conditions import marks, visible_condition
from wiki.projections.histories.story import lineage_at


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
        found = rows.execute(
            "select r.lineage, r.id from changes_row r join changes_commit c on c.seq = r.seq"
            " where r.path = ? and c.id = ? and r.kind = 'deleted'",
            (path, commit),
        ).fetchone()
        return _turns_in(rows, found[0], found[1]) if found else []


def origins(changes: Changes, paths: Sequence[str], audience: Collection[str]) -> dict[str, Origin]:
    """The origins of those of ``paths`` that are pages; ask for pages that the audience may see."""
    visible, params = visible_condition(audience, "r", group="shown")
    with changes.reading() as rows:
        found = rows.execute(
            f"""select p.path, b.id, f.path, l.moment,
                (select count(*) from changes_row r indexed by changes_row_lineage
                 where r.lineage = p.lineage and {visible})
            from changes_page p
            join changes_row f on f.id = (select min(id) from changes_row
                                          where lineage = p.lineage)
            join changes_commit b on b.seq = f.seq
            join changes_commit l on l.seq = p.last
            where p.alive and p.path in ({marks(paths)})""",
            (*params, *paths),
        ).fetchall()
    return {
        path: Origin(commit, first, count, datetime.fromisoformat(moment))
        for path, commit, first, moment, count in found
    }


def moments(changes: Changes, numbers: Sequence[int]) -> dict[int, datetime]:
    """When the commits of those numbers in the story were made (``ItemRow.number`` is one)."""
    with changes.reading() as rows:
        found = rows.execute(
            f"select seq, moment from changes_commit where seq in ({marks(numbers)})",
            tuple(numbers),
        ).fetchall()
    return {seq: datetime.fromisoformat(moment) for seq, moment in found}


def _turns_in(rows: sqlite3.Connection, lineage: int, upto: int = 2**62) -> list[Turn]:
    found = rows.execute(
        "select r.id, c.id, r.path, r.old_path, r.kind"
        " from changes_row r indexed by changes_row_lineage"
        " join changes_commit c on c.seq = r.seq where r.lineage = ? and r.id <= ?"
        " and r.kind in ('created', 'moved', 'deleted', 'restored') order by r.id",
        (lineage, upto),
    ).fetchall()
    return [Turn(*row) for row in found]
