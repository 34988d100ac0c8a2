"""How far someone was told of what happened: a place in the story, however that is rewritten."""

from datetime import datetime
from typing import NamedTuple

from wiki.projections.changes import Changes


class Position(NamedTuple):
    """A commit's number in the story, and the id of the last change up to it."""

    seq: int
    change: int


def position(changes: Changes, commit: str, at: datetime) -> Position:
    """Where ``commit`` is; where the story does not know it (any more), where it was ``at``."""
    with changes.reading() as rows:
        found = rows.execute("select seq from changes_commit where id = ?", (commit,)).fetchone()
        if found is None:
            found = rows.execute(
                "select seq from changes_commit where julianday(moment) <= julianday(?)"
                " order by seq desc limit 1",
                (at.isoformat(),),
            ).fetchone()
        seq = found[0] if found else 0
        last = rows.execute(
            "select id from changes_row where seq <= ? order by id desc limit 1", (seq,)
        ).fetchone()
    return Position(seq, last[0] if last else 0)
