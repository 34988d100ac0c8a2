"""Calendars that are followed: a cache of what others tell, which may be thrown away."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wiki.api.tables import Actor, Base, Moment


class CalendarRow(Base):
    """A calendar at an address: what pages that show its events have to know of it."""

    __tablename__ = "calendars_calendar"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    #: what it is called here, and what it calls itself
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120))
    #: where people read it; "" for the address of its host
    home: Mapped[str] = mapped_column(Text)
    #: somebody has looked at its first events, and had them shown
    shown: Mapped[bool]
    blocked: Mapped[bool]
    named_by: Mapped[Actor | None]
    created: Mapped[datetime] = mapped_column(Moment)


class LookRow(Base):
    """How looking at a calendar goes: apart, since it changes each hour and no page shows it."""

    __tablename__ = "calendars_look"

    calendar: Mapped[str] = mapped_column(
        ForeignKey(CalendarRow.id, ondelete="CASCADE"), primary_key=True
    )
    due: Mapped[datetime] = mapped_column(Moment, index=True)
    #: when it was last looked at, when it last answered well, when it was last read anew
    looked: Mapped[datetime | None] = mapped_column(Moment)
    seen: Mapped[datetime | None] = mapped_column(Moment)
    read: Mapped[datetime | None] = mapped_column(Moment)
    #: failures in a row, and what went wrong last, in words
    failures: Mapped[int]
    said: Mapped[str] = mapped_column(Text)
    #: what the server says to ask with next time, and what was read
    etag: Mapped[str] = mapped_column(Text)
    modified: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    #: whether it has more events than are kept
    more: Mapped[bool]


class EventRow(Base):
    """One date of an event of a calendar's. All words are others', plain and cut."""

    __tablename__ = "calendars_event"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    calendar: Mapped[str] = mapped_column(
        ForeignKey(CalendarRow.id, ondelete="CASCADE"), index=True
    )
    #: what an import would know it by (``occasion.key_of``)
    key: Mapped[str] = mapped_column(String(32))
    #: the same for all dates of an event that repeats
    series: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(200))
    #: days, or moments with their offset, as ISO 8601 has them; of days the last one
    starts: Mapped[str] = mapped_column(String(32))
    ends: Mapped[str] = mapped_column(String(32))
    place: Mapped[str] = mapped_column(String(300))
    territory: Mapped[str] = mapped_column(String(100))
    organiser: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(Text)
    #: with line ends between
    themes: Mapped[str] = mapped_column(Text)
