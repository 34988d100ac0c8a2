"""The private rows of contacts missed: none of them outlives the two weeks."""

from datetime import date, datetime
from typing import Annotated

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, Owner, PagePath

#: the event that a row is about, and goes with
OfEvent = Annotated[str, mapped_column(ForeignKey("encounters_event.id", ondelete="CASCADE"))]


class EventRow(Base):
    """An event whose two weeks run, from the day ``opens`` on; ``sent``: its mails were put."""

    __tablename__ = "encounters_event"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    event: Mapped[PagePath] = mapped_column(index=True)
    opens: Mapped[date] = mapped_column()
    sent: Mapped[datetime | None] = mapped_column(Moment)


class AskedRow(Base):
    """``asker`` asked ``target``: keys of attendances, or ``page:`` and a hash of a page's path.

    What was asked, and what came of it, is the introduction's alone.
    """

    __tablename__ = "encounters_asked"

    event: Mapped[OfEvent] = mapped_column(primary_key=True)
    asker: Mapped[str] = mapped_column(String(64), primary_key=True)
    target: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[Owner | None] = mapped_column(index=True)
    other: Mapped[Owner | None] = mapped_column(index=True)


class ListedRow(Base):
    """Someone whom the mail of the morning after counted: a key of an attendance."""

    __tablename__ = "encounters_listed"

    event: Mapped[OfEvent] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
