"""Who follows what, how far they were told of it, and up to where they have read a page."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment, Owner, PageBirth, PagePath


class FollowerRow(Base):
    """Someone who is written to of what they follow: an account, or an address without one.

    ``id`` is the account's where there is one. They were told of all up to ``commit`` (empty: of
    nothing yet), at ``told``.
    """

    __tablename__ = "follower"
    __table_args__ = (Index("ix_follower_rhythm_told", "rhythm", "paused", "told", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[Owner | None] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    lang: Mapped[str] = mapped_column(String(12))
    rhythm: Mapped[str] = mapped_column(String(10))
    paused: Mapped[bool] = mapped_column()
    commit: Mapped[str] = mapped_column(String(64))
    told: Mapped[datetime] = mapped_column(Moment)


class WatchRow(Base):
    """What someone follows: a page with what is below it, a theme, the words of a search …

    ``known`` are the results that a search had when its follower was last told of it; ``commit``
    is the head when it was begun, "" where that is not known. A search may be kept under a ``name``
    of one's own, and ``quiet``: then nothing is sent of it.
    """

    __tablename__ = "watch"

    follower: Mapped[str] = mapped_column(
        ForeignKey("follower.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    target: Mapped[str] = mapped_column(String(4000), primary_key=True)
    since: Mapped[datetime] = mapped_column(Moment)
    commit: Mapped[str] = mapped_column(String(64))
    known: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(80), default="")
    quiet: Mapped[bool] = mapped_column(default=False)


class FollowRequestRow(Base):
    """Someone without an account asked to follow something, and has yet to say so by mail."""

    __tablename__ = "follow_request"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    lang: Mapped[str] = mapped_column(String(12))
    kind: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(4000))
    expires: Mapped[datetime] = mapped_column(Moment, index=True)


class DigestClockRow(Base):
    """What was last seen of the wiki by who writes to those told at once, and when to do so."""

    __tablename__ = "digest_clock"

    rhythm: Mapped[str] = mapped_column(String(10), primary_key=True)
    commit: Mapped[str] = mapped_column(String(64))
    due: Mapped[datetime | None] = mapped_column(Moment)


class VisitRow(Base):
    """The latest visit of a person to a page: the last change they saw of it, and the visit before.

    ``origin`` names the page's birth: another one at the same address is another page.
    """

    __tablename__ = "visit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person: Mapped[Owner] = mapped_column(index=True)
    path: Mapped[PagePath] = mapped_column(index=True)
    origin: Mapped[PageBirth]
    commit: Mapped[str] = mapped_column(String(64))
    seen: Mapped[datetime] = mapped_column(Moment)
    commit_before: Mapped[str] = mapped_column(String(64))
    seen_before: Mapped[datetime | None] = mapped_column(Moment)
