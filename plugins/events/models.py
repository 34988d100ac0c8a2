"""The one private row: that an event was announced, and by which change, so that it is so once."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, PageBirth, PagePath


class AnnouncedRow(Base):
    """An event was announced; ``page`` names its page for ever, ``event`` is where that is now.

    Without a ``change`` (a commit) somebody is about to, or was stopped while they did.
    """

    __tablename__ = "events_announced"

    page: Mapped[PageBirth] = mapped_column(primary_key=True)
    event: Mapped[PagePath]
    change: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[datetime] = mapped_column(Moment, index=True)
