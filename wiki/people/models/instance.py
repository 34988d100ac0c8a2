"""Whose rows these are."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base


class InstanceRow(Base):
    """The one instance that all other rows belong to."""

    __tablename__ = "instance"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    #: what tells a wiki that was made of a backup from the one that the backup is of; "" in the
    #: first
    copy: Mapped[str] = mapped_column(String(32), default="", server_default="")
