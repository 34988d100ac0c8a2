"""The one private row: a line of the calendar that somebody ticked for one evening."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, PagePath


class TickRow(Base):
    """``task`` was done for the event; ``page`` names its page for ever, ``event`` is where it is.

    Who ticked it is nobody's business: the evening is everyone's who prepares it.
    """

    __tablename__ = "series_tick"

    page: Mapped[str] = mapped_column(String(64), primary_key=True)
    task: Mapped[str] = mapped_column(String(100), primary_key=True)
    event: Mapped[PagePath]
    at: Mapped[datetime] = mapped_column(Moment)
