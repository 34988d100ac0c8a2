"""Words that reach their room beside the live process, where that did not answer.

The browser then saves its form, and hands over before what it typed and has no word of, as the
update that it is. The room takes that in before it joins what was saved: the same words, from the
form, from here and from the connection that may come to life again, stand in the text once.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from wiki.api.tables import Database

from .models import HandedRow, RoomRow
from .updates import read_update

#: words that were handed over longer ago are in a commit, which others may have gone on from
_LATELY = timedelta(minutes=10)
#: of one person: updates for one room, which some tabs may send, and bytes for all rooms. A browser
#: hands over all that it has no word of, so its newest has what those before it had
_ROWS, _BYTES = 8, 4_000_000


@dataclass(frozen=True)
class Handed:
    """``data`` is an update of the room's document, by ``person``."""

    number: int
    person: str
    data: bytes


def hand_over(private: Database, path: str, epoch: str, person: str, data: bytes) -> bool:
    """Keeps ``data`` for the room ``epoch`` of ``path``; False where there is no such room.

    What the person handed over before gives way where it is too much. Raises Malformed for what is
    no update.
    """
    read_update(data)
    now = private.now()
    with private.session() as session:
        room = session.get(RoomRow, epoch)
        if room is None or room.path != path:
            return False
        session.execute(delete(HandedRow).where(HandedRow.at < now - _LATELY))
        private.lock(session, f"handed:{person}")
        session.add(HandedRow(epoch=epoch, person=person, data=data, at=now))
        session.flush()
        _drop_oldest(session, epoch, person)
    return True


def _drop_oldest(session: Session, epoch: str, person: str) -> None:
    rows = session.execute(
        select(HandedRow.number, HandedRow.epoch, func.length(HandedRow.data))
        .where(HandedRow.person == person)
        .order_by(HandedRow.number.desc())
    )
    here = total = 0
    for number, room, size in rows.all():
        here += room == epoch
        total += size
        if total > _BYTES or (room == epoch and here > _ROWS):
            session.execute(delete(HandedRow).where(HandedRow.number == number))


def handed(private: Database, epoch: str) -> list[Handed]:
    """What was handed over to the room ``epoch`` lately, in order."""
    rows = private.list_rows(
        select(HandedRow)
        .where(HandedRow.epoch == epoch, HandedRow.at >= private.now() - _LATELY)
        .order_by(HandedRow.number)
    )
    return [Handed(row.number, row.person, row.data) for row in rows]


def taken(private: Database, epoch: str, upto: int) -> None:
    """The room ``epoch`` has taken in what was handed over up to the number ``upto``."""
    private.execute(delete(HandedRow).where(HandedRow.epoch == epoch, HandedRow.number <= upto))
