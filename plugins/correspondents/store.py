"""What was signalled, as rows.

::

    mail of an account ─▶ confirm ──its finder's link──┐
    form, signed in ───────────────────────────────────┼─▶ making ─▶ draft ─▶ (published: its page)
    form or mail of somebody else ─▶ held ──the team───┘      │        └─▶ merged
                                      └─▶ declined            └─ again by the task, if it was killed
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from wiki.api.errors import NotFound, TooMany
from wiki.api.limits import DAY
from wiki.api.people import Person
from wiki.api.plugin import Instance
from wiki.api.translation import gettext

from .models import FileRow, ReadRow, SignalRow

CONFIRM, HELD, MAKING = "confirm", "held", "making"
DRAFT, MERGED, DECLINED = "draft", "merged", "declined"
#: what nobody decided, of people without an account: more is not taken
MOST_HELD = 300
#: a mailed innovation that its finder does not confirm is forgotten
CONFIRM_LASTS = timedelta(days=14)
#: whom to contact is forgotten so long after it was decided, or made a page
CONTACT_LASTS = timedelta(days=365)
#: mails are not delivered again after so long
_READ_LASTS = timedelta(days=400)


@dataclass(frozen=True)
class Signal:
    """What is signalled, checked: see ``models.SignalRow``; ``files`` by their safe names."""

    title: str
    summary: str = ""
    text: str = ""
    territory: str = ""
    contact: str = ""
    link: str = ""
    name: str = ""
    email: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)


def key_of(who: str, key: str) -> str:
    """The row's key: what one sender sends twice under one key is the same."""
    return sha256(f"{who}\0{key}".encode("utf-8", "replace")).hexdigest()


def keep(
    instance: Instance,
    signal: Signal,
    person: Person | None,
    state: str,
    key: str,
    *,
    mail: str = "",
) -> tuple[SignalRow, bool]:
    """Keeps it; False beside a row that was there. ``mail``: the hash of the mail that it came by.

    Raises TooMany where too many wait to be read.
    """
    private = instance.private
    with private.session(f"signal:{key}") as session:
        if mail and session.get(ReadRow, mail) is None:
            session.add(ReadRow(id=mail, at=private.now()))
        there = session.scalar(select(SignalRow).where(SignalRow.key == key))
        if there is not None:
            return there, False
        if state == HELD and person is None:
            check_room(session)
        said = {name: value for name, value in vars(signal).items() if name != "files"}
        row = SignalRow(
            id=token_hex(8),
            key=key,
            state=state,
            by_mail=bool(mail),
            person=person.id if person else None,
            created=private.now(),
            **said,
        )
        session.add(row)
        session.flush()
        session.add_all(
            FileRow(signal=row.id, name=name, data=b64encode(data).decode("ascii"))
            for name, data in signal.files.items()
        )
        return row, True


def has_room(instance: Instance) -> bool:
    """Whether more of people without an account may wait to be read."""
    with instance.private.reading() as session:
        return _room(session) > 0


def _room(session: Session) -> int:
    waiting = (SignalRow.state == HELD, SignalRow.person.is_(None))
    return MOST_HELD - (session.scalar(select(func.count()).where(*waiting)) or 0)


def check_room(session: Session) -> None:
    """Raises TooMany where too much of people without an account waits to be read."""
    if _room(session) <= 0:
        words = gettext("Too many innovations wait to be read. Please send it again in some days.")
        raise TooMany(words, retry_after=DAY)


def known(instance: Instance, key: str) -> SignalRow | None:
    """The row of that key."""
    return instance.private.find_value(select(SignalRow).where(SignalRow.key == key))


def find(instance: Instance, signal_id: str) -> SignalRow:
    """The row of that id. Raises NotFound."""
    row = instance.private.find_row(SignalRow, signal_id)
    if row is None:
        raise NotFound(gettext("There is nothing here."))
    return row


def files_of(instance: Instance, signal_id: str) -> dict[str, bytes]:
    """What waits with it, by name."""
    chosen = select(FileRow).where(FileRow.signal == signal_id).order_by(FileRow.id)
    return {row.name: b64decode(row.data) for row in instance.private.list_rows(chosen)}


def file_names(instance: Instance, signal_id: str) -> list[str]:
    """The names alone."""
    chosen = select(FileRow.name).where(FileRow.signal == signal_id).order_by(FileRow.id)
    return instance.private.list_rows(chosen)


def listed(instance: Instance, person: str | None, limit: int = 200) -> list[SignalRow]:
    """The newest first; of one finder, or what the team sees of all: not what waits for a link."""
    chosen = select(SignalRow).order_by(SignalRow.created.desc(), SignalRow.id).limit(limit)
    if person is None:
        chosen = chosen.where(SignalRow.state != CONFIRM)
    else:
        chosen = chosen.where(SignalRow.person == person)
    return instance.private.list_rows(chosen)


def count_held(instance: Instance) -> int:
    """How many wait for the team."""
    return instance.private.find_value(select(func.count()).where(SignalRow.state == HELD)) or 0


def unmade(instance: Instance) -> list[SignalRow]:
    """Those whose page was being made when the process ended."""
    return instance.private.list_rows(select(SignalRow).where(SignalRow.state == MAKING).limit(50))


def move(instance: Instance, signal_id: str, before: str, after: str, **values: str | None) -> bool:
    """From one state to the next; False where it is no longer in the first."""
    now = instance.private.now()
    decided = {"decided": now} if after in (DRAFT, MERGED, DECLINED) else {}
    with instance.private.session() as session:
        done = session.execute(
            update(SignalRow)
            .where(SignalRow.id == signal_id, SignalRow.state == before)
            .values(state=after, **decided, **values)
            .returning(SignalRow.id)
        ).all()
        if after in (DRAFT, MERGED, DECLINED) and done:
            session.execute(delete(FileRow).where(FileRow.signal == signal_id))
        return bool(done)


def drop(instance: Instance, signal_id: str) -> bool:
    """Forgets what waits for its finder's word; False where it no longer waits for that."""
    with instance.private.session() as session:
        waiting = delete(SignalRow).where(SignalRow.id == signal_id, SignalRow.state == CONFIRM)
        return bool(session.execute(waiting.returning(SignalRow.id)).all())


def was_read(instance: Instance, mail: str) -> bool:
    """Whether the mail of that hash was read before."""
    return instance.private.find_row(ReadRow, mail) is not None


def note_read(instance: Instance, mail: str) -> None:
    """Remembers a mail that nothing is made of."""
    with instance.private.session() as session:
        if session.get(ReadRow, mail) is None:
            session.add(ReadRow(id=mail, at=instance.private.now()))


def forget(instance: Instance) -> None:
    """Deletes what nobody needs any more."""
    now = instance.private.now()
    old = now - CONTACT_LASTS
    with instance.private.session() as session:
        late = (SignalRow.state == CONFIRM, SignalRow.created <= now - CONFIRM_LASTS)
        session.execute(delete(SignalRow).where(*late))
        session.execute(
            delete(SignalRow).where(SignalRow.state == DECLINED, SignalRow.decided <= old)
        )
        session.execute(
            update(SignalRow)
            .where(SignalRow.state.in_((DRAFT, MERGED)), SignalRow.decided <= old)
            .values(contact="", email="", text="", link="")
        )
        session.execute(delete(ReadRow).where(ReadRow.at <= now - _READ_LASTS))
