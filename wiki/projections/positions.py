"""How far someone was told of what happened: a place in the story, however that is rewritten."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from wiki.projections.changes import Changes
from wiki.projections.histories.moments import end_of
from wiki.projections.histories.schema import COMMIT, ROW

_SEQ = select(COMMIT.c.seq).where(COMMIT.c.id == bindparam("commit"))
_SEQ_AT = (
    select(COMMIT.c.seq)
    .where(COMMIT.c.moment < bindparam("after"))
    .order_by(COMMIT.c.seq.desc())
    .limit(1)
)
_LAST = select(ROW.c.id).where(ROW.c.seq <= bindparam("seq")).order_by(ROW.c.id.desc()).limit(1)


class Position(NamedTuple):
    """A commit's number in the story, and the id of the last change up to it."""

    seq: int
    change: int


def position(changes: Changes, commit: str, at: datetime) -> Position:
    """Where ``commit`` is; where the story does not know it (any more), where it was ``at``."""
    with changes.reading() as rows:
        asked = {"commit": commit, "after": end_of(at)}
        seq = rows.scalar(_SEQ, asked) or rows.scalar(_SEQ_AT, asked) or 0
        return Position(seq, rows.scalar(_LAST, {"seq": seq}) or 0)
