"""The private rows of what was signalled: whom to contact, and what waits, are nowhere else."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Actor, Base, Moment, Owner


class SignalRow(Base):
    """An innovation that somebody signalled; ``state`` as in ``store.py``.

    ``person`` is the account of its finder; without one there are ``name`` and ``email``. What was
    typed is kept until it stands in a page, or was decided.
    """

    __tablename__ = "correspondents_signal"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    #: a hash of who sent it and of the form's own key: what is sent twice is one row
    key: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    by_mail: Mapped[bool] = mapped_column()
    person: Mapped[Owner | None] = mapped_column(index=True)
    #: whose account is in the team of the draft
    maker: Mapped[Actor | None]
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    territory: Mapped[str] = mapped_column(String(100))
    contact: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    #: the draft page, noted before it is made
    path: Mapped[str | None] = mapped_column(String(4000))
    #: the page that it turned out to be about
    other: Mapped[str | None] = mapped_column(String(4000))
    created: Mapped[datetime] = mapped_column(Moment, index=True)
    decided: Mapped[datetime | None] = mapped_column(Moment, index=True)


class FileRow(Base):
    """A picture or document that waits for its page; checked already, its bytes as base64."""

    __tablename__ = "correspondents_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    signal: Mapped[str] = mapped_column(
        ForeignKey("correspondents_signal.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(100))
    data: Mapped[str] = mapped_column(Text)


class ReadRow(Base):
    """A mail that was read: a hash of its Message-ID, so that it counts once."""

    __tablename__ = "correspondents_read"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class UnreadableRow(Base):
    """A mail that could not be read, and lies in the mailbox with a flag; ``why`` as in
    ``unreadable.py``. ``person`` is the account that it says it is from; else ``sender``."""

    __tablename__ = "correspondents_unreadable"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[Owner | None] = mapped_column(index=True)
    sender: Mapped[str] = mapped_column(String(254))
    why: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Moment, index=True)
