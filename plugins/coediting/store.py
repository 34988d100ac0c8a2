"""Rooms on disk: each function is one transaction, and none knows of a connection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_hex

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.tables import Database

from .models import HandedRow, HereRow, RoomRow, UpdateRow, WriterRow

_KEPT = timedelta(days=30)
#: an update that says nothing
_NOTHING = b"\0\0"


@dataclass(frozen=True)
class Written:
    """How many characters someone wrote since the last commit; ``head``: in the page's head too."""

    count: int
    head: bool = False


@dataclass(frozen=True)
class Kept:
    """A room as it is on disk: its document is what ``updates`` make, in order.

    ``number``: of the last of them, which whoever writes next must have seen (``claim``).
    """

    epoch: str
    path: str
    birth: str
    base: str
    base_text: str
    updates: Sequence[bytes]
    number: int
    writers: Mapping[str, Written]


@dataclass(frozen=True)
class Batch:
    """What came to one room since it was written last; ``state``: the whole, in place of it all.

    ``number`` is one more than that of the last one.
    """

    epoch: str
    number: int
    data: bytes
    writers: Mapping[str, Written]
    state: bytes | None = None


@dataclass(frozen=True)
class Here:
    """Someone in the editor, and the chapter that their caret is in."""

    person: str
    colour: int
    chapter: str = ""
    heading: str = ""


def new_room(
    private: Database, path: str, birth: str, base: str, base_text: str, state: bytes
) -> Kept:
    """Makes the room of the page at ``path``."""
    epoch = token_hex(12)
    with private.session() as session:
        session.add(
            RoomRow(
                epoch=epoch,
                path=path,
                birth=birth,
                base=base,
                base_text=base_text,
                state=state,
                upto=0,
                used=private.now(),
            )
        )
    return Kept(epoch, path, birth, base, base_text, [state], 0, {})


def room_at(private: Database, path: str) -> Kept | None:
    """The room of the page at ``path``."""
    with private.reading() as session:
        row = session.scalar(
            select(RoomRow).where(RoomRow.path == path).order_by(RoomRow.used.desc()).limit(1)
        )
        return _kept(session, row) if row else None


def whole_of(kept: Kept) -> bytes:
    """Its document as one update."""
    # Only the live process, which has it, joins updates: all others read rows.
    from pycrdt import merge_updates

    return kept.updates[0] if len(kept.updates) == 1 else merge_updates(*kept.updates)


def room_of(private: Database, epoch: str) -> Kept | None:
    """The room ``epoch``."""
    with private.reading() as session:
        row = session.get(RoomRow, epoch)
        return _kept(session, row) if row else None


def claim(private: Database, epoch: str) -> Kept | None:
    """The room ``epoch``, which who had it until now writes no more, whatever they believe."""
    with private.session() as session:
        row = session.get(RoomRow, epoch, with_for_update=True)
        if row is None:
            return None
        kept = _kept(session, row)
        number = kept.number + 1
        session.add(UpdateRow(epoch=epoch, number=number, data=_NOTHING))
        return replace(kept, number=number)


def _is_ours(private: Database, session: Session, epoch: str, number: int) -> bool:
    """Whether nobody has claimed the room, or written in it, since ``number``.

    From here on nobody does until ``session`` ends.
    """
    used = update(RoomRow).where(RoomRow.epoch == epoch).values(used=private.now())
    upto = session.scalar(used.returning(RoomRow.upto))
    last = session.scalar(select(func.max(UpdateRow.number)).where(UpdateRow.epoch == epoch))
    return upto is not None and number == (upto if last is None else last)


def _kept(session: Session, row: RoomRow) -> Kept:
    after = session.execute(
        select(UpdateRow.number, UpdateRow.data)
        .where(UpdateRow.epoch == row.epoch, UpdateRow.number > row.upto)
        .order_by(UpdateRow.number)
    ).all()
    return Kept(
        row.epoch,
        row.path,
        row.birth,
        row.base,
        row.base_text,
        [row.state, *(data for _number, data in after)],
        after[-1][0] if after else row.upto,
        {
            one.person: Written(one.written, one.head)
            for one in session.scalars(select(WriterRow).where(WriterRow.epoch == row.epoch))
        },
    )


def keep(private: Database, batches: Sequence[Batch]) -> set[str]:
    """Writes what came, all of it or nothing, but to rooms that others have: it says which.

    Raises StorageFailed.
    """
    others: set[str] = set()
    with private.session() as session:
        for batch in sorted(batches, key=lambda one: one.epoch):
            if not _is_ours(private, session, batch.epoch, batch.number - 1):
                others.add(batch.epoch)
                continue
            if batch.state is not None:
                _compact(session, batch)
            else:
                session.add(UpdateRow(epoch=batch.epoch, number=batch.number, data=batch.data))
            _set_writers(private, session, batch.epoch, batch.writers)
    return others


def _compact(session: Session, batch: Batch) -> None:
    session.execute(
        update(RoomRow)
        .where(RoomRow.epoch == batch.epoch)
        .values(state=batch.state, upto=batch.number)
    )
    session.execute(delete(UpdateRow).where(UpdateRow.epoch == batch.epoch))


def set_base(
    private: Database,
    epoch: str,
    number: int,
    base: str,
    base_text: str,
    writers: Mapping[str, Written],
) -> bool:
    """The commit that the room holds all of, and who wrote since; False where others have it."""
    with private.session() as session:
        if not _is_ours(private, session, epoch, number):
            return False
        session.execute(
            update(RoomRow).where(RoomRow.epoch == epoch).values(base=base, base_text=base_text)
        )
        session.execute(delete(WriterRow).where(WriterRow.epoch == epoch))
        _set_writers(private, session, epoch, writers)
    return True


def _set_writers(
    private: Database, session: Session, epoch: str, writers: Mapping[str, Written]
) -> None:
    for person, written in writers.items():
        row = session.get(WriterRow, (epoch, person))
        if row is not None:
            row.written, row.head = written.count, written.head
        elif get_person(private, person) is not None:  # erased meanwhile: their words stay
            session.add(
                WriterRow(epoch=epoch, person=person, written=written.count, head=written.head)
            )


def set_place(private: Database, epoch: str, path: str, birth: str) -> None:
    """The room's page is at ``path`` from now on."""
    private.execute(update(RoomRow).where(RoomRow.epoch == epoch).values(path=path, birth=birth))


def forget(private: Database, epoch: str) -> None:
    """The room is over; none is no fault."""
    with private.session() as session:
        _forget(session, epoch)


def _forget(session: Session, epoch: str) -> None:
    for table in (UpdateRow, WriterRow, HereRow, HandedRow, RoomRow):
        session.execute(delete(table).where(table.epoch == epoch))


def leave(private: Database, epoch: str, number: int, *, over: bool) -> None:
    """Nobody is in the room; ``over``: none is, another one will be begun."""
    with private.session() as session:
        if not _is_ours(private, session, epoch, number):
            return
        if over:
            _forget(session, epoch)
        else:
            session.execute(delete(HereRow).where(HereRow.epoch == epoch))


def unfinished(private: Database) -> list[str]:
    """Rooms in which someone wrote since the last commit."""
    return private.list_rows(select(WriterRow.epoch).distinct())


def forget_unused(instance: Instance) -> None:
    """Forgets the rooms that nobody has used for a month, and that are commits wholly."""
    private = instance.private
    with private.session() as session:
        old = select(RoomRow.epoch).where(
            RoomRow.used < private.now() - _KEPT,
            RoomRow.epoch.not_in(select(WriterRow.epoch)),
        )
        epochs = list(session.scalars(old))
        for table in (UpdateRow, HereRow, HandedRow, RoomRow):
            session.execute(delete(table).where(table.epoch.in_(epochs)))


def set_here(private: Database, rooms: Mapping[str, Sequence[Here]]) -> None:
    """Who is in each of ``rooms`` (an epoch), in place of who was."""
    now = private.now()
    with private.session() as session:
        session.execute(delete(HereRow).where(HereRow.epoch.in_(rooms)))
        known = set(session.scalars(select(RoomRow.epoch).where(RoomRow.epoch.in_(rooms))))
        for epoch, people in rooms.items():
            for one in people if epoch in known else ():
                if get_person(private, one.person) is not None:
                    session.add(HereRow(epoch=epoch, seen=now, **vars(one)))


def here(private: Database, path: str, age: timedelta) -> list[Here]:
    """Who was in the room of ``path`` so lately, by order of arrival in the store."""
    rows = private.list_rows(
        select(HereRow)
        .join(RoomRow, RoomRow.epoch == HereRow.epoch)
        .where(RoomRow.path == path, HereRow.seen > private.now() - age)
        .order_by(HereRow.person)
    )
    return [Here(row.person, row.colour, row.chapter, row.heading) for row in rows]
