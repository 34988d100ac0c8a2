"""Who is being led through what, after they have set the site up."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment, Owner


class GuideRow(Base):
    """A guide that someone was begun with; once it has ``ended``, it is never shown again."""

    __tablename__ = "guide"

    person: Mapped[Owner] = mapped_column(primary_key=True)
    guide: Mapped[str] = mapped_column(String(20), primary_key=True)
    ended: Mapped[datetime | None] = mapped_column(Moment)
