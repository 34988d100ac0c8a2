"""The private rows of news requests: who was asked what when, and who wants no more of them."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Actor, Base, Moment, Owner


class RequestRow(Base):
    """Someone was asked for news of a project, at the milestone ``months`` after ``since``.

    ``key`` names these three, so that a milestone is asked about once; the row outlives who was
    asked, for the same reason.
    """

    __tablename__ = "news_request"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    #: the path that the project had then
    project: Mapped[str] = mapped_column(Text)
    since: Mapped[str] = mapped_column(String(10))
    months: Mapped[int]
    person: Mapped[Actor | None] = mapped_column(index=True)
    asked: Mapped[datetime] = mapped_column(Moment, index=True)
    expires: Mapped[datetime] = mapped_column(Moment)
    #: the link was used; what was told stands in the page
    answered: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(10))


class StopRow(Base):
    """Someone wants to be asked no more about a project, or ("") about any."""

    __tablename__ = "news_stop"

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[Owner] = mapped_column(index=True)
    project: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
