"""What went to other repositories and came from them: pushes and mirrors."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment, Owner


class PushRow(Base):
    """A push that moved the branch from the commit ``old`` to ``new``, ``commits`` further."""

    __tablename__ = "push"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    old: Mapped[str] = mapped_column(String(40))
    new: Mapped[str] = mapped_column(String(40))
    commits: Mapped[int]


class PusherRow(Base):
    """Who pushed; goes with the account, without the push."""

    __tablename__ = "pusher"

    push: Mapped[int] = mapped_column(ForeignKey("push.id", ondelete="CASCADE"), primary_key=True)
    person: Mapped[Owner] = mapped_column(index=True)


class PushedRow(Base):
    """A commit of a push that is not by who pushed."""

    __tablename__ = "pushed_commit"

    commit: Mapped[str] = mapped_column(String(40), primary_key=True)
    push: Mapped[int] = mapped_column(ForeignKey("push.id", ondelete="CASCADE"), primary_key=True)


class FetchedRow(Base):
    """The ``commit`` that someone's git was told of last: what they commit stands on it."""

    __tablename__ = "fetched_commit"

    person: Mapped[Owner] = mapped_column(primary_key=True)
    commit: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)


class MirrorRow(Base):
    """A repository elsewhere that this wiki is copied to or takes from, and how that goes.

    The address holds no secret. What each state and word means: ``mirrors.py``.
    """

    __tablename__ = "mirror"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    url: Mapped[str] = mapped_column(String(2000))
    #: ``push``, ``pull`` or ``both``
    direction: Mapped[str] = mapped_column(String(4))
    #: ``all`` or ``public``
    what: Mapped[str] = mapped_column(String(6))
    created: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(Moment)
    #: what git, or the check, said
    said: Mapped[str] = mapped_column(Text)
    tried: Mapped[datetime | None] = mapped_column(Moment)
    done: Mapped[datetime | None] = mapped_column(Moment)
    due: Mapped[datetime] = mapped_column(Moment)
    failures: Mapped[int] = mapped_column(default=0)
    #: when the administrators were last told of trouble that is not over
    told: Mapped[datetime | None] = mapped_column(Moment)
    ahead: Mapped[int] = mapped_column(default=0)
    behind: Mapped[int] = mapped_column(default=0)
    #: commits: ours that was tried last, ours that stands there, theirs as last seen, as last taken
    head: Mapped[str] = mapped_column(String(40))
    pushed: Mapped[str] = mapped_column(String(40))
    theirs: Mapped[str] = mapped_column(String(40))
    taken: Mapped[str] = mapped_column(String(40))
    #: the branch there that takes our commits while its main cannot
    beside: Mapped[str] = mapped_column(String(100))
