"""How pages began, and when commits were: what news and calendars need of many pages at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from wiki.projections.changes import Changes
from wiki.projections.table import marks, visible_condition


@dataclass(frozen=True)
class Origin:
    """Where a page comes from: ``commit`` and ``path`` stay what they are, however it is moved.

    ``changes`` says how often it was changed since, as far as the audience may know.
    """

    commit: str
    path: str
    changes: int
    updated: datetime


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
