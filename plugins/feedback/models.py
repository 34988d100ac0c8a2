"""The private rows of feedback: what readers answered, and what became of it. Never in git."""

from datetime import datetime

from sqlalchemy import Boolean, String, false
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Actor, Base, Moment, PageBirth, PagePath

#: characters of one of the four answers, of a reply, of the words of a reason
WORDS = 2000

UNCONFIRMED, HELD, OPEN = "unconfirmed", "held", "open"


class AnswerRow(Base):
    """What someone answered about a page, or the section ``section`` of it (``heading`` then).

    ``state``: UNCONFIRMED (by address, the mailed link not followed), HELD (the first message of
    someone) or OPEN. ``fate``: "" or one of ``fates.FATES``.
    """

    __tablename__ = "feedback_answer"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    path: Mapped[PagePath] = mapped_column(index=True)
    #: the commit that made the page: another one at the same address is another page
    origin: Mapped[PageBirth]
    section: Mapped[str] = mapped_column(String(300))
    heading: Mapped[str] = mapped_column(String(300))
    #: of an account, which has a name of its own; None with ``email`` for who has none
    person: Mapped[Actor | None] = mapped_column(index=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(12))
    helps: Mapped[str] = mapped_column(String(WORDS))
    missing: Mapped[str] = mapped_column(String(WORDS))
    knows: Mapped[str] = mapped_column(String(WORDS))
    test: Mapped[str] = mapped_column(String(WORDS))
    #: one that the page names, in its words then
    hypothesis: Mapped[str] = mapped_column(String(300))
    #: its author lets it stand on the page
    shown: Mapped[bool] = mapped_column()
    state: Mapped[str] = mapped_column(String(12))
    created: Mapped[datetime] = mapped_column(Moment)
    #: when it reached the team: the order in which they read
    arrived: Mapped[datetime | None] = mapped_column(Moment)
    fate: Mapped[str] = mapped_column(String(10))
    fated: Mapped[datetime | None] = mapped_column(Moment)
    #: the version of the page in which it was used
    revision: Mapped[str] = mapped_column(String(64))
    reply: Mapped[str] = mapped_column(String(WORDS))
    reason: Mapped[str] = mapped_column(String(20))
    #: its author has been written to of this fate
    told: Mapped[datetime | None] = mapped_column(Moment)
    #: since when its page is gone
    gone: Mapped[datetime | None] = mapped_column(Moment)
    #: its author was told that the team may let the programme team read it
    told_of: Mapped[bool] = mapped_column(Boolean, server_default=false())


class HandoverRow(Base):
    """The team of a page lets the programme team read what was answered to it."""

    __tablename__ = "feedback_handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[PagePath] = mapped_column(unique=True)
    #: the commit that made the page
    origin: Mapped[PageBirth]
    #: who handed over
    person: Mapped[Actor | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(Moment)


class SenderRow(Base):
    """What is known of someone who answers: ``who`` is ``links.who_of``.

    ``trusted``: None as long as nobody has read a first message; False: it was no message at all.
    ``told``: when they were last written to about fates.
    """

    __tablename__ = "feedback_sender"

    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    trusted: Mapped[bool | None] = mapped_column()
    told: Mapped[datetime | None] = mapped_column(Moment)
