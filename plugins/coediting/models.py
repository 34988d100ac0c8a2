"""The private rows of rooms: what is typed, before it is a commit. Never in git."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, Owner, PageBirth, PagePath

_ROOM = "coediting_room.epoch"


class RoomRow(Base):
    """One shared text of one page; ``epoch`` names its document, and no other.

    ``base`` is the commit that it holds all of, ``base_text`` the page's text then.
    """

    __tablename__ = "coediting_room"

    epoch: Mapped[str] = mapped_column(String(32), primary_key=True)
    path: Mapped[PagePath] = mapped_column(index=True)
    #: ``Birth.name``: another page at the same address is no matter of this room
    birth: Mapped[PageBirth]
    base: Mapped[str] = mapped_column(String(64))
    base_text: Mapped[str] = mapped_column(Text)
    #: the document as it was at the update ``upto``
    state: Mapped[bytes] = mapped_column(LargeBinary)
    upto: Mapped[int] = mapped_column(Integer)
    used: Mapped[datetime] = mapped_column(Moment, index=True)


class UpdateRow(Base):
    """What came to a room after its ``state``, in order."""

    __tablename__ = "coediting_update"

    epoch: Mapped[str] = mapped_column(ForeignKey(_ROOM, ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class WriterRow(Base):
    """Who wrote since the last commit, and how many characters.

    ``head``: they changed the lines at the top of the page, which say who reads and edits it.
    """

    __tablename__ = "coediting_writer"

    epoch: Mapped[str] = mapped_column(ForeignKey(_ROOM, ondelete="CASCADE"), primary_key=True)
    person: Mapped[Owner] = mapped_column(primary_key=True)
    written: Mapped[int] = mapped_column(Integer)
    head: Mapped[bool] = mapped_column()


class HandedRow(Base):
    """What someone typed and the live process did not hear: an update, for it to take in."""

    __tablename__ = "coediting_handed"

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    epoch: Mapped[str] = mapped_column(ForeignKey(_ROOM, ondelete="CASCADE"), index=True)
    person: Mapped[Owner] = mapped_column(index=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class HereRow(Base):
    """Who has a page open in the editor, and in which chapter their caret is: of this minute."""

    __tablename__ = "coediting_here"

    epoch: Mapped[str] = mapped_column(ForeignKey(_ROOM, ondelete="CASCADE"), primary_key=True)
    person: Mapped[Owner] = mapped_column(primary_key=True)
    colour: Mapped[int] = mapped_column(Integer)
    chapter: Mapped[str] = mapped_column(String(300))
    heading: Mapped[str] = mapped_column(String(300))
    seen: Mapped[datetime] = mapped_column(Moment)
