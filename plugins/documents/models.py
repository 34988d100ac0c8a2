"""The private rows: documents that are made or read, kept for a day; what they hold is in files."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, Owner, PagePath

EXPORT, IMPORT = "export", "import"
WAITING, WORKING, READY, FAILED = "waiting", "working", "ready", "failed"


class WorkRow(Base):
    """A document of someone's, or of a visitor's, whose address then only they know.

    ``name`` is what its file is called: the one to be made, or the one that was sent. ``pages``:
    paths, one a line, that the file was made of: it is given to nobody who may not see them all.
    """

    __tablename__ = "documents_work"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    person: Mapped[Owner | None] = mapped_column(index=True)
    #: the page that is exported, or below which the new one will stand
    path: Mapped[PagePath] = mapped_column(index=True)
    scope: Mapped[str] = mapped_column(String(16))
    format: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(8), index=True)
    #: why it failed, for who asked
    words: Mapped[str] = mapped_column(String(500), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    pages: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(Moment, index=True)
