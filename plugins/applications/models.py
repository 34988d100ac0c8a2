"""The private rows of applications: who proposed what to which evening, and what was said of it."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Actor, Base, Moment, Owner, PageBirth, PagePath

#: the application that a row is about, and goes with
Application = Annotated[
    str, mapped_column(ForeignKey("applications_application.id", ondelete="CASCADE"))
]


class ApplicationRow(Base):
    """A project proposed to an event; ``state`` as in ``states.py``.

    ``event`` and ``project`` are paths that follow their pages; "" once the page is gone for good,
    and for the project of a newcomer whose space is not made yet.
    """

    __tablename__ = "applications_application"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    event: Mapped[PagePath] = mapped_column(index=True)
    project: Mapped[PagePath] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    #: who proposed it
    person: Mapped[Actor | None] = mapped_column(index=True)
    #: which page the project is (``Birth.name``), whoever is on its team
    born: Mapped[PageBirth | None]
    #: why this evening
    why: Mapped[str] = mapped_column(String(1000))
    #: its space was made by the form, not there before
    made: Mapped[bool] = mapped_column()
    created: Mapped[datetime] = mapped_column(Moment, index=True)
    changed: Mapped[datetime] = mapped_column(Moment)
    #: the team would be glad to stand in the programme
    agreed: Mapped[datetime | None] = mapped_column(Moment)


class KnownRow(Base):
    """Someone of the project's team, or of the event's, when the application was last looked at.

    A page that someone else makes at the same address has nobody of them: it is another page.
    """

    __tablename__ = "applications_known"

    application: Mapped[Application] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(String(7), primary_key=True)
    person: Mapped[Owner] = mapped_column(primary_key=True, index=True)


class GoneRow(Base):
    """A project's page, or an event's, that was gone when it was last looked at.

    What comes after it at the same address is the same only with nobody new on its team.
    """

    __tablename__ = "applications_gone"

    application: Mapped[Application] = mapped_column(primary_key=True)
    side: Mapped[str] = mapped_column(String(7), primary_key=True)


class KeptRow(Base):
    """What the form of an application said of a new project, whoever reads its space since."""

    __tablename__ = "applications_kept"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    application: Mapped[Application | None] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    needs: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(Text)
    territory: Mapped[str] = mapped_column(Text)
    themes: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(Moment, index=True)


class ConsentRow(Base):
    """What the team agreed to have said of its project in the programme.

    It stands while the programme may say it: longer than the agreement, where that was taken back
    and the page could not be changed yet.
    """

    __tablename__ = "applications_consent"

    application: Mapped[Application] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(150))
    summary: Mapped[str] = mapped_column(String(300))


class PresentedRow(Base):
    """The project's page said from then on that it was presented, until its team objected."""

    __tablename__ = "applications_presented"

    application: Mapped[Application] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    objected: Mapped[bool] = mapped_column()


class NoteRow(Base):
    """A briefing note; nameless once its author has left."""

    __tablename__ = "applications_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    application: Mapped[Application] = mapped_column(index=True)
    person: Mapped[Actor | None] = mapped_column(index=True)
    #: written by who organises, not by the project's team
    organiser: Mapped[bool] = mapped_column()
    text: Mapped[str] = mapped_column(String(3000))
    at: Mapped[datetime] = mapped_column(Moment)


class DecisionRow(Base):
    """Selected, or not this time; the team knows nothing of it before it is ``told``."""

    __tablename__ = "applications_decision"

    application: Mapped[Application] = mapped_column(primary_key=True)
    choice: Mapped[str] = mapped_column(String(10))
    #: the letter, as whoever decided wants it
    words: Mapped[str] = mapped_column(String(3000))
    person: Mapped[Actor | None]
    at: Mapped[datetime] = mapped_column(Moment)
    told: Mapped[datetime | None] = mapped_column(Moment)


class ReasonRow(Base):
    """A reason that was ticked: a key of ``reasons.OURS``, or words of the wiki's own page."""

    __tablename__ = "applications_reason"
    __table_args__ = (UniqueConstraint("application", "words"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application: Mapped[Application] = mapped_column(index=True)
    words: Mapped[str] = mapped_column(String(300))


class DoorRow(Base):
    """A next door that was opened: the page that it leads to."""

    __tablename__ = "applications_door"

    id: Mapped[int] = mapped_column(primary_key=True)
    application: Mapped[Application] = mapped_column(index=True)
    page: Mapped[PagePath]
