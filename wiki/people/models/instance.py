"""Whose rows these are."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base


class InstanceRow(Base):
    """The one instance that all other rows belong to."""

    __tablename__ = "instance"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
