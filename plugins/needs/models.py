"""The private rows of needs: who was asked, once, whether a need still stands."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, Owner


class QuestionRow(Base):
    """Someone was asked about an item that nothing was heard of since the day ``heard``."""

    __tablename__ = "needs_question"
    __table_args__ = (UniqueConstraint("identity", "heard"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    identity: Mapped[str] = mapped_column(String(10))
    heard: Mapped[str] = mapped_column(String(10))
    person: Mapped[Owner] = mapped_column(index=True)
    asked: Mapped[datetime] = mapped_column(Moment, index=True)
    expires: Mapped[datetime] = mapped_column(Moment)
    #: the link was used; what was answered stands in the page
    answered: Mapped[datetime | None] = mapped_column(Moment)
