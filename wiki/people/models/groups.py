"""Groups of people, who stand in the lines of heads by the group's name, and who is in them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.people.models.tables import Base, Moment, Owner


class GroupRow(Base):
    """A group. Once it has ``ended`` it gives nobody anything, and its name is not taken again.

    ``open``: its members see who else is in it; else its keepers alone do.
    """

    __tablename__ = "people_group"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    open: Mapped[bool] = mapped_column()
    created: Mapped[datetime] = mapped_column(Moment)
    ended: Mapped[datetime | None] = mapped_column(Moment)


class GroupMemberRow(Base):
    """Someone in a group; a ``keeper`` says who else is."""

    __tablename__ = "people_group_member"

    group: Mapped[str] = mapped_column(
        ForeignKey("people_group.name", ondelete="CASCADE"), primary_key=True
    )
    person: Mapped[Owner] = mapped_column(primary_key=True, index=True)
    keeper: Mapped[bool] = mapped_column()
    since: Mapped[datetime] = mapped_column(Moment)


class GroupPartRow(Base):
    """A group whose people are in another one too."""

    __tablename__ = "people_group_part"

    group: Mapped[str] = mapped_column(
        ForeignKey("people_group.name", ondelete="CASCADE"), primary_key=True
    )
    part: Mapped[str] = mapped_column(
        ForeignKey("people_group.name", ondelete="CASCADE"), primary_key=True, index=True
    )
