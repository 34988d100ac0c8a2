"""Under which names pages came from elsewhere, and whose these are."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment, Owner


class PenNameRow(Base):
    """The author of imported pages: ``email`` was told with the name, as long as nobody claimed it.

    It is empty where the name was told with several addresses, or is not theirs who has this one.
    """

    __tablename__ = "pen_name"

    #: what stands before the sign in the address of the commits
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), index=True)
    person: Mapped[Owner | None] = mapped_column(index=True)
    told: Mapped[datetime] = mapped_column(Moment)
