"""Words that reach their room beside the live process, where that did not answer.

The browser then saves its form, and hands over before what it typed and has no word of, as the
update that it is. The room takes that in before it joins what was saved: the same words, from the
form, from here and from the connection that may come to life again, stand in the text once.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from wiki.api import Database

from .models import HandedRow, RoomRow
from .updates import read_update

#: words that were handed over longer ago are in a commit, which others may have gone on from
_LATELY = timedelta(minutes=10)


@dataclass(frozen=True)
class Handed:
    """``data`` is an update of the room's document, by ``person``."""

    number: int
    person: str
    data: bytes


def hand_over(private: Database, path: str, epoch: str, person: str, data: bytes) -> bool:
    """Keeps ``data`` for the room ``epoch`` of ``path``; False where there is no such room.

    Raises Malformed for what is no update.
    """
    read_update(data)
    now = private.now()
    with private.session() as session:
        room = session.get(RoomRow, epoch)
        if room is None or room.path != path:
            return False
        session.execute(delete(HandedRow).where(HandedRow.at < now - _LATELY))
        session.add(HandedRow(epoch=epoch, person=person, data=data, at=now))
    return True


def handed(private: Database, epoch: str) -> list[Handed]:
    """What was handed over to the room ``epoch`` lately, in order."""
    with private.reading() as session:
        rows = session.scalars(
            select(HandedRow)
            .where(HandedRow.epoch == epoch, HandedRow.at >= private.now() - _LATELY)
            .order_by(HandedRow.number)
        )
        return [Handed(row.number, row.person, row.data) for row in rows]


def taken(private: Database, epoch: str, upto: int) -> None:
    """The room ``epoch`` has taken in what was handed over up to the number ``upto``."""
    with private.session() as session:
        session.execute(delete(HandedRow).where(HandedRow.epoch == epoch, HandedRow.number <= upto))
