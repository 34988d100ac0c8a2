"""The private rows of webhooks: who told which address of what, and how each message went."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, Owner, PageBirth, PagePath


class HookRow(Base):
    """An address that is told what is new; it goes with the account of who named it.

    Columns that end in ``secret`` let their holder in somewhere, and are in nobody's export.
    """

    __tablename__ = "webhooks_hook"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    person: Mapped[Owner] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(100))
    form: Mapped[str] = mapped_column(String(16))
    host: Mapped[str] = mapped_column(String(255))
    #: chat programs let in whoever has their address
    address_secret: Mapped[str] = mapped_column(Text)
    #: of Matrix: who writes, and where
    access_secret: Mapped[str] = mapped_column(Text)
    room: Mapped[str] = mapped_column(String(300))
    #: what the messages are signed with; the former one until ``former_until``, too
    secret: Mapped[str] = mapped_column(String(120))
    former_secret: Mapped[str] = mapped_column(String(120))
    former_until: Mapped[datetime | None] = mapped_column(Moment)
    #: of what: ``site``, ``theme`` or ``board`` with a ``word``, or ``page`` with a path
    scope: Mapped[str] = mapped_column(String(8))
    word: Mapped[str] = mapped_column(String(200))
    path: Mapped[PagePath] = mapped_column(index=True)
    born: Mapped[PageBirth | None]
    #: the kinds of things that are told, with blanks between
    kinds: Mapped[str] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(Moment)
    #: why it is off; "" while it is on
    off: Mapped[str] = mapped_column(String(16))
    #: failures in a row, and when it is tried again
    failures: Mapped[int]
    due: Mapped[datetime] = mapped_column(Moment)


class MessageRow(Base):
    """One message: what it is about, never what it says. That is read when it is sent."""

    __tablename__ = "webhooks_message"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    hook: Mapped[str] = mapped_column(ForeignKey(HookRow.id, ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(32))
    path: Mapped[PagePath] = mapped_column(index=True)
    identity: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    state: Mapped[str] = mapped_column(String(8), index=True)
    tries: Mapped[int]
    #: what was answered, or why there was no answer
    status: Mapped[int]
    said: Mapped[str] = mapped_column(String(200))
    done: Mapped[datetime | None] = mapped_column(Moment)


class SeenRow(Base):
    """Up to which commit everything was noticed: one row."""

    __tablename__ = "webhooks_seen"

    id: Mapped[int] = mapped_column(primary_key=True)
    head: Mapped[str] = mapped_column(String(64))
