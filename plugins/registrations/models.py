"""The private rows of registrations: who comes to which event, and what they were told of it."""

from datetime import date, datetime
from typing import Annotated

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Base, Moment, Owner

PATH, PLACE, WORDS = 4000, 300, 500
#: the event that a row is about, and goes with
OfEvent = Annotated[str, mapped_column(ForeignKey("registrations_event.id", ondelete="CASCADE"))]


class EventRow(Base):
    """An event that somebody registered for, as they were told of it.

    ``starts`` and ``ends`` are ISO 8601, of a day or a moment in UTC. ``asked`` is what its page
    has said otherwise ``since`` a moment: those registered are told once that has settled.
    """

    __tablename__ = "registrations_event"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    path: Mapped[str] = mapped_column(String(PATH), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    starts: Mapped[str] = mapped_column(String(40))
    ends: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(PLACE))
    cancelled: Mapped[bool] = mapped_column()
    #: the pages of its team, one a line: whom to tell once the page is gone
    team: Mapped[str] = mapped_column(String(PATH))
    #: names it in calendars for ever; the number there only grows
    uid: Mapped[str] = mapped_column(String(100))
    sequence: Mapped[int] = mapped_column()
    #: how often those registered were told of a change; what was told before the last
    changes: Mapped[int] = mapped_column()
    before: Mapped[str] = mapped_column(String(600))
    asked: Mapped[str] = mapped_column(String(600))
    since: Mapped[datetime | None] = mapped_column(Moment)
    #: after how many changes those who come were reminded; -1: not yet
    reminded: Mapped[int] = mapped_column()
    #: the newest link for who helps at the door, and until when it is good
    door: Mapped[str] = mapped_column(String(16))
    door_until: Mapped[date | None] = mapped_column()
    #: only sums are left
    summed: Mapped[datetime | None] = mapped_column(Moment)


class PresenceRow(Base):
    """Who counts as having been at an event, where who prepares it said so: see ``presence.py``."""

    __tablename__ = "registrations_presence"

    event: Mapped[OfEvent] = mapped_column(primary_key=True)
    choice: Mapped[str] = mapped_column(String(12))


class GoneRow(Base):
    """An event whose page was gone when it was last looked at: see ``event/identity.py``."""

    __tablename__ = "registrations_gone"

    event: Mapped[OfEvent] = mapped_column(primary_key=True)


class RegistrationRow(Base):
    """Someone who registered for an event: an account, an address without one, or only a name.

    ``state`` is one of ``places.STATES``; ``place`` orders those who wait. ``reasons`` are keys of
    ``reasons.REASONS``, parted by commas. ``access`` is read by the organisers until the event.
    """

    __tablename__ = "registrations_registration"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    event: Mapped[OfEvent] = mapped_column(index=True)
    person: Mapped[Owner | None] = mapped_column(index=True)
    #: of someone without an account
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(200))
    lang: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    place: Mapped[int] = mapped_column()
    created: Mapped[datetime] = mapped_column(Moment)
    offered_until: Mapped[datetime | None] = mapped_column(Moment)
    #: how often their state changed: each is told by a mail of its own
    turns: Mapped[int] = mapped_column()
    listed: Mapped[bool] = mapped_column()
    access: Mapped[str] = mapped_column(String(WORDS))
    reasons: Mapped[str] = mapped_column(String(200))
    came: Mapped[datetime | None] = mapped_column(Moment)


class SumRow(Base):
    """What is kept of an event: how many came, did not, and gave each reason; of nobody."""

    __tablename__ = "registrations_sum"

    event: Mapped[OfEvent] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column()
