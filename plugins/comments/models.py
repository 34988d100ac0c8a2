"""The private rows of comments: threads about a passage of a page, and what is said in them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Actor, Base, Moment, Owner, PageBirth, PagePath

#: characters of one comment; of a passage that is commented
WORDS, PASSAGE = 2000, 1200

HELD, OPEN = "held", "open"


class ThreadRow(Base):
    """A thread about a passage of the page ``path``; about the page as a whole without a quote.

    ``start`` to ``end`` are words of the page ``place`` as it was in the version ``revision``
    (``anchoring.Words``). ``lost``: they were not found again; they are looked for from there on
    each change, so a passage that comes back has its thread again.
    """

    __tablename__ = "comments_thread"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    path: Mapped[PagePath] = mapped_column(index=True)
    #: which page it is (``Birth.name``): no other that is made at its address
    born: Mapped[PageBirth]
    #: about a chapter as a whole, whose heading the quote is
    chapter: Mapped[bool] = mapped_column()
    #: as it was when somebody chose it
    quote: Mapped[str] = mapped_column(Text)
    start: Mapped[int] = mapped_column()
    end: Mapped[int] = mapped_column()
    place: Mapped[str] = mapped_column(String(4000))
    revision: Mapped[str] = mapped_column(String(64))
    lost: Mapped[bool] = mapped_column()
    created: Mapped[datetime] = mapped_column(Moment)
    #: since when it is resolved, and by whom
    resolved: Mapped[datetime | None] = mapped_column(Moment)
    resolver: Mapped[Actor | None]
    #: since when its page is gone
    gone: Mapped[datetime | None] = mapped_column(Moment)


class CommentRow(Base):
    """What somebody said in a thread; with an account it goes when that does.

    ``state``: HELD (by somebody whom nobody knows yet) or OPEN. ``words`` are "" where it was
    taken back and others had answered.
    """

    __tablename__ = "comments_comment"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    thread: Mapped[str] = mapped_column(
        ForeignKey("comments_thread.id", ondelete="CASCADE"), index=True
    )
    person: Mapped[Owner | None] = mapped_column(index=True)
    #: what a visitor said they are called
    name: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8))
    created: Mapped[datetime] = mapped_column(Moment)
    changed: Mapped[datetime | None] = mapped_column(Moment)


class SourceRow(Base):
    """Where a comment was written, if that was on another site: its name there, and its address."""

    __tablename__ = "comments_source"

    comment: Mapped[str] = mapped_column(
        ForeignKey("comments_comment.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(String(500), unique=True)
    url: Mapped[str] = mapped_column(String(500))


#: what a page shows of its threads comes from these, and is of that page alone
TABLES = (ThreadRow, CommentRow)


class MentionRow(Base):
    """Someone whom a comment names."""

    __tablename__ = "comments_mention"

    comment: Mapped[str] = mapped_column(
        ForeignKey("comments_comment.id", ondelete="CASCADE"), primary_key=True
    )
    person: Mapped[Owner] = mapped_column(primary_key=True, index=True)
