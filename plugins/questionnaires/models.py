"""The private rows: one a round, one an urn, one for each spent link. None is a person's.

Which rows there are, and why no two of them lead from an answer to a person, is told table by
table in the README.
"""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.plugin import Instance
from wiki.api.tables import Actor, Base, Moment, PageBirth

from .schedule import GRACE, closes_at


class RoundRow(Base):
    """The questionnaire of one event; made when it is sent, or when its organisers change it."""

    __tablename__ = "questionnaires_round"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    #: the path of the event's page
    event: Mapped[str] = mapped_column(String(4000), unique=True)
    #: which page that is (``Birth.name``): another one at its address has another questionnaire
    birth: Mapped[PageBirth | None]
    wanted: Mapped[bool] = mapped_column(default=True)
    #: days that it stays open
    days: Mapped[int] = mapped_column()
    #: people who must have answered before answers are shown to a team
    least: Mapped[int] = mapped_column()
    #: who may read first
    reader: Mapped[Actor | None] = mapped_column(index=True)
    sent: Mapped[datetime | None] = mapped_column(Moment)
    #: mails that were put
    asked: Mapped[int] = mapped_column(default=0)
    #: the last day on which one can answer
    last_day: Mapped[date | None] = mapped_column(Date)
    closed: Mapped[datetime | None] = mapped_column(Moment)
    #: the teams may read
    opened: Mapped[datetime | None] = mapped_column(Moment, index=True)

    def takes(self, instance: Instance, *, late: bool = False) -> bool:
        """Whether one can answer now; ``late``: from a page that was opened before the closing."""
        if self.sent is None or self.last_day is None or self.closed is not None:
            return False
        end = closes_at(self.last_day, instance.settings.zone)
        return instance.private.now() < end + (GRACE if late else GRACE * 0)


class UrnRow(Base):
    """All answers about one project, as one text without an order (``urns``)."""

    __tablename__ = "questionnaires_urn"

    round: Mapped[str] = mapped_column(
        ForeignKey("questionnaires_round.id", ondelete="CASCADE"), primary_key=True
    )
    project: Mapped[str] = mapped_column(String(4000), primary_key=True)
    #: the path that the page had at the first answer, if it has moved: marks are made of it
    first: Mapped[str | None] = mapped_column(String(4000))
    #: which page the answers are about (``Birth.name``): they are no other's
    birth: Mapped[PageBirth | None]
    answers: Mapped[str] = mapped_column(Text)


class SpentRow(Base):
    """That some link has answered about some project; gone once the questionnaire is closed."""

    __tablename__ = "questionnaires_spent"
    # No number that grows with each row: they lie in the order of their marks.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy wants it

    round: Mapped[str] = mapped_column(
        ForeignKey("questionnaires_round.id", ondelete="CASCADE"), primary_key=True
    )
    mark: Mapped[str] = mapped_column(String(32), primary_key=True)
