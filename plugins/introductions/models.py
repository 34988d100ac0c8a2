"""The private rows of introductions: nowhere else, neither in git nor in a log."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wiki.api.tables import Actor, Base, Moment, Owner

#: kinds of introductions: one of the two offers it; or wanted to talk to the other where both were
ANSWER, MISSED = "answer", "missed"


class IntroductionRow(Base):
    """Two are to be brought together about a need, an offer (its identity) or a page (its path).

    ``kind``: ``answer`` (one of the two offers it), ``proposal`` (a third does, ``proposer``) or
    ``missed`` (one of the two asks the other, or a team: ``about`` is the event, or the project).
    """

    __tablename__ = "introductions_introduction"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    about: Mapped[str] = mapped_column(String(4000), index=True)
    proposer: Mapped[Actor | None] = mapped_column(index=True)
    words: Mapped[str] = mapped_column(String(500))
    created: Mapped[datetime] = mapped_column(Moment)
    #: whoever began it has shown that the address is theirs
    confirmed: Mapped[datetime | None] = mapped_column(Moment)
    #: the first yes of who brings something
    answered: Mapped[datetime | None] = mapped_column(Moment)
    connected: Mapped[datetime | None] = mapped_column(Moment)
    over: Mapped[datetime | None] = mapped_column(Moment, index=True)
    reminded: Mapped[datetime | None] = mapped_column(Moment)
    expires: Mapped[datetime] = mapped_column(Moment, index=True)
    outcome_asked: Mapped[datetime | None] = mapped_column(Moment)
    #: a line for the page's story that the side ``line_by`` proposes; written once both want it
    line: Mapped[str] = mapped_column(String(300))
    line_by: Mapped[str] = mapped_column(String(16))
    line_told: Mapped[datetime | None] = mapped_column(Moment)


class SideRow(Base):
    """Someone asked about an introduction: an account, an address without one, or neither.

    Those of ``elsewhere`` are asked by a sister Carrefour, which alone knows how to reach them.
    """

    __tablename__ = "introductions_side"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    introduction: Mapped[str] = mapped_column(
        ForeignKey("introductions_introduction.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[str] = mapped_column(String(2))
    person: Mapped[Owner | None] = mapped_column(index=True)
    #: of someone without an account
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(12))
    answer: Mapped[str] = mapped_column(String(3))
    #: written to through the wiki: the address is not given
    hidden: Mapped[bool] = mapped_column()
    #: one of the two who said yes
    chosen: Mapped[bool] = mapped_column()
    outcome: Mapped[str] = mapped_column(String(10))
    elsewhere: Mapped["ElsewhereRow | None"] = relationship(
        lazy="joined", cascade="all, delete-orphan", passive_deletes=True
    )


class ElsewhereRow(Base):
    """A side of an introduction that stands at a sister Carrefour, under the same ``thread``.

    ``handle`` is whom the sister means, said so that nobody else can tell who it is; ``told`` the
    last that it was told, ``agreed`` that it said yes, ``relay`` that those who bring people
    together there may read it where nobody else does.
    """

    __tablename__ = "introductions_elsewhere"
    __table_args__ = (UniqueConstraint("sister", "thread"),)

    side: Mapped[str] = mapped_column(
        ForeignKey("introductions_side.id", ondelete="CASCADE"), primary_key=True
    )
    sister: Mapped[str] = mapped_column(String(40))
    thread: Mapped[str] = mapped_column(String(32))
    handle: Mapped[str] = mapped_column(String(64))
    told: Mapped[str] = mapped_column(String(10))
    agreed: Mapped[bool] = mapped_column()
    relay: Mapped[bool] = mapped_column()


class BlockRow(Base):
    """``who`` wants nothing more from ``sender``: ids of accounts, or keyed hashes of addresses."""

    __tablename__ = "introductions_block"

    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    sender: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    reported: Mapped[bool] = mapped_column()


class QuietRow(Base):
    """``who`` is not proposed any more: an account's id, or a keyed hash of an address."""

    __tablename__ = "introductions_quiet"

    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)


class CardRow(Base):
    """A card of the queue in the hand of one connector, until a moment."""

    __tablename__ = "introductions_card"

    key: Mapped[str] = mapped_column(String(4010), primary_key=True)
    holder: Mapped[Owner] = mapped_column(index=True)
    until: Mapped[datetime] = mapped_column(Moment)


class DeedRow(Base):
    """What a connector did with a card: ``done``, ``passed`` or ``later``, in force ``until``."""

    __tablename__ = "introductions_deed"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(4010), index=True)
    person: Mapped[Owner] = mapped_column(index=True)
    what: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment, index=True)
