"""The private rows of matching: what is not for someone, and which words are two things."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, Owner


class DeclinedRow(Base):
    """A need and an offer (or a person page) that ``person`` does not want to see together."""

    __tablename__ = "matching_declined"

    person: Mapped[Owner] = mapped_column(primary_key=True)
    need: Mapped[str] = mapped_column(String(20), primary_key=True)
    offer: Mapped[str] = mapped_column(String(500), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20))
    created: Mapped[datetime] = mapped_column(Moment)


class ApartRow(Base):
    """Two terms, by their stems in order, that are not one notion; who said so is not kept."""

    __tablename__ = "matching_apart"

    one: Mapped[str] = mapped_column(String(120), primary_key=True)
    other: Mapped[str] = mapped_column(String(120), primary_key=True)
    created: Mapped[datetime] = mapped_column(Moment)
