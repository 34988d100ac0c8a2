"""An event that somebody registers for: its page, its row, and what the page says differently."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from secrets import token_hex
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from wiki.api.events import Event
from wiki.api.moments import When, local_day, read_when
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, get_page, page_exists, system_reader
from wiki.api.reading.history import get_origins
from wiki.api.reading.rows import PageRow
from wiki.api.web.feeds import entry_id

from .event.identity import event_of_row, has_nobody_new, is_same
from .event.terms import Terms, terms_of
from .models import PATH, PLACE, EventRow

#: so long after its beginning an event without an end is still on
_LASTS = timedelta(hours=6)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Told:
    """What those registered know of an event, as rows keep it."""

    starts: str
    ends: str
    place: str
    cancelled: bool

    def __str__(self) -> str:
        return "\n".join((self.starts, self.ends, self.place, str(self.cancelled)))


def terms_at(reader: Reader, path: str) -> Terms | None:
    """The terms of the event at ``path``; None where one cannot register there."""
    if not page_exists(reader, path):
        return None
    return terms_of(get_page(reader, path), reader.instance.settings.zone)


def read_told(words: str) -> Told:
    """What ``str`` made of it."""
    starts, ends, place, cancelled = [*words.split("\n"), "", "", "", ""][:4]
    return Told(starts, ends, place, cancelled == str(True))


def told_by(row: EventRow) -> Told:
    """What was told."""
    return Told(row.starts, row.ends, row.place, row.cancelled)


def told_now(event: Event | None, row: EventRow) -> Told:
    """What its page says now; a page that is gone cancels it, a date that is none changes none."""
    if event is None:
        return Told(row.starts, row.ends, row.place, True)
    starts, ends = _written(event.when) if event.when else (row.starts, row.ends)
    return Told(starts, ends, _line(event.place), event.cancelled)


def when_of(row: EventRow | Told) -> When | None:
    """When it takes place, as it was told."""
    starts = _moment(row.starts)
    return When(starts, _moment(row.ends)) if starts is not None else None


def when_now(instance: Instance, row: EventRow) -> When | None:
    """When it takes place as its page says it now, told yet or not; else as it was told."""
    event = event_of_row(instance, row)
    return event.when if event is not None and event.when is not None else when_of(row)


def begins(when: When | None, instance: Instance) -> datetime | None:
    """The moment at which it begins."""
    return _at(when.starts, instance) if when else None


def is_past(when: When | None, instance: Instance, now: datetime) -> bool:
    """Whether it is over."""
    return when is not None and _ending(when, instance) <= now


def kept_until(when: When | None, instance: Instance, now: datetime) -> datetime:
    """Until when a device may keep a ticket: the day after."""
    return (now if when is None else _ending(when, instance)) + timedelta(days=1)


def _ending(when: When, instance: Instance) -> datetime:
    if when.ends is not None:
        return _at(when.ends, instance)
    return _at(when.starts, instance) + _LASTS


def day_of(moment: date, instance: Instance) -> date:
    """The day of a moment, as the calendars there show it; a day is one."""
    return local_day(moment, instance.settings.zone)


def row_of(reader: Reader, event: Event, session: Session) -> EventRow:
    """The row of an event, made where there is none; one that has moved takes its row along."""
    instance = reader.instance
    instance.private.lock(session, f"registrations:{event.path}")
    found = session.scalar(select(EventRow).where(EventRow.path == event.path))
    if found is not None and is_same(session, found, event.row):
        return found
    if found is not None:
        # Whoever comes after the page that it was of has nothing of it; no page has such a path.
        found.path = f"{found.path}#{found.id}"
        session.flush()
    every = system_reader(instance, "registrations")
    aliases = get_page(every, event.path).head.words("aliases")
    moved = select(EventRow).where(EventRow.path.in_(aliases))
    for row in session.scalars(moved):
        if not page_exists(every, row.path) and has_moved(instance, row, event.row):
            row.path = event.path
            return row
    starts, ends = _written(event.when) if event.when else ("", "")
    uid, sequence = calendar_name(instance, event.path)
    row = EventRow(
        id=token_hex(8),
        path=event.path,
        title=event.title[:300],
        starts=starts,
        ends=ends,
        place=_line(event.place),
        cancelled=event.cancelled,
        team=team_of(event),
        uid=uid,
        sequence=sequence,
        changes=0,
        before="",
        asked="",
        reminded=-1,
        door="",
    )
    session.add(row)
    session.flush()
    return row


def has_moved(instance: Instance, row: EventRow, page: PageRow) -> bool:
    """Whether ``page``, which says that it was at the address of ``row``, is the one from there.

    It is by its history, or has nobody on its team who was not there before.
    """
    return calendar_name(instance, page.path)[0] == row.uid or has_nobody_new(row, page)


def team_of(event: Event) -> str:
    """The pages of an event's team, as a row keeps them."""
    return "\n".join(event.row.facts.get("team", ()))[:PATH]


def calendar_name(instance: Instance, path: str) -> tuple[str, int]:
    """What an event is called in calendars, and how often it changed, as visitors know it."""
    visitor = Reader(instance, None)
    reader = visitor if page_exists(visitor, path) else system_reader(instance, "registrations")
    origin = get_origins(reader, [path]).get(path)
    if origin is None:
        return token_hex(16), 0
    name = entry_id("event", origin.commit, origin.path).rpartition(":")[2]
    return name, max(origin.changes - 1, 0)


def _line(place: str) -> str:
    return " ".join(place.split())[:PLACE]


def _written(when: When) -> tuple[str, str]:
    return when.starts.isoformat(), when.ends.isoformat() if when.ends else ""


def _moment(text: str) -> date | None:
    if not text:
        return None
    found = read_when(text, "", _UTC)
    return found.starts if found else None


def _at(moment: date, instance: Instance) -> datetime:
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), instance.settings.zone)
