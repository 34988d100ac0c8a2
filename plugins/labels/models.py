"""The private rows of labels: which project took the label of which event, and who took it back."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Actor, Base, Moment, PageBirth, PagePath


class LabelRow(Base):
    """A label that a project's team asked for: it says that an event showed the project.

    ``project`` and ``event`` are paths that follow their pages; "" once a page is gone for good.
    Whether it holds is worked out at each question from the pages and from ``revoked``.
    """

    __tablename__ = "labels_label"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    project: Mapped[PagePath] = mapped_column(index=True)
    event: Mapped[PagePath] = mapped_column(index=True)
    #: when the project's page was first made: another page at an address that it had is not it
    made: Mapped[datetime] = mapped_column(Moment)
    #: which pages they are (``Birth.name``): no others that are made at their addresses
    born: Mapped[PageBirth | None]
    event_born: Mapped[PageBirth | None]
    taken: Mapped[datetime] = mapped_column(Moment)
    taken_by: Mapped[Actor | None]
    revoked: Mapped[datetime | None] = mapped_column(Moment)
    revoked_by: Mapped[Actor | None]
    #: those who organise the event took it back: the team alone cannot take it again
    by_event: Mapped[bool] = mapped_column()
    #: why they did: read by them and by the team
    reason: Mapped[str] = mapped_column(Text)
