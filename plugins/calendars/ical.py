"""Events of a file of iCalendar, in whatever way programs write it (pure)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext as _

from .event_record import Happening, person_of
from .recurrence import TooOften, dates_of

if TYPE_CHECKING:
    from icalendar import Component

#: pages of an event that repeats, dates that one page tells, and how far ahead they may be
_PAGES, _DATES, _AHEAD = 12, 50, timedelta(days=366)
#: events of one file
MOST = 20_000
#: called with a short kind of what is lost, and the title of its event
Lose = Callable[[str, str], None]


def read_ical(text: str, today: date, lose: Lose, *, one_page: bool) -> Iterator[Happening]:
    """The events of ``text``; of those that repeat the dates that come, or a page with them.

    Raises BadRequest, with the line where there is one.
    """
    events = [event for one in calendars_in(text) for event in one.walk("VEVENT")]
    if len(events) > MOST:
        words = _("There are more than {count} events in this: import it in parts.")
        raise BadRequest(words.format(count=f"{MOST:,}"))
    changed = changed_dates(events)
    for number, event in enumerate(events, 1):
        if value_of(event, "RECURRENCE-ID") is not None:
            continue
        found = happening_of(event, number, lose)
        others = changed.pop(found.uid, {})
        if not does_repeat(event):
            yield found
            others = {}
        else:
            yield from _series(event, found, others, today, lose, one_page=one_page)
    # Dates of an event that the file does not have itself.
    for uid, ones in changed.items():
        for when, event in ones.items():
            yield occurrence_of(happening_of(event, 0, lose), when, uid)


def calendars_in(text: str) -> "list[Component]":
    """The calendars of a file. Raises BadRequest where it is damaged, or was cut off."""
    from icalendar import Calendar

    try:
        found: list[Component] = [*Calendar.from_ical(text, multiple=True)]
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError) as error:
        words = _("This calendar is damaged, or was cut off: {why}")
        raise BadRequest(words.format(why=str(error)[:200])) from error
    if not text.rstrip()[-40:].upper().endswith("END:VCALENDAR"):
        raise BadRequest(_("This calendar was cut off: its end is not there."))
    return found


def changed_dates(events: "Iterable[Component]") -> "dict[str, dict[date, Component]]":
    """By the names of events that repeat: what is another on one date, by that date."""
    changed: dict[str, dict[date, Component]] = {}
    for event in events:
        instead = value_of(event, "RECURRENCE-ID")
        if isinstance(instead, date):
            changed.setdefault(words_of(event, "UID"), {})[instead] = event
    return changed


def repeats(data: bytes) -> bool:
    """Whether an event of this file may repeat, without reading it."""
    return b"\nRRULE" in data or b"\nRDATE" in data


def _series(
    event: "Component",
    found: Happening,
    others: dict[date, "Component"],
    today: date,
    lose: Lose,
    *,
    one_page: bool,
) -> Iterator[Happening]:
    if found.starts is None:
        yield found
        return
    until = datetime.combine(today, datetime.min.time(), UTC) + _AHEAD
    try:
        dates = dates_until(event, found.starts, until)
        coming = [one for one in dates if _day(one) >= today]
    except TooOften:
        lose(_("An event whose dates cannot be told: its first one came"), found.title)
        yield found
        return
    if not coming:
        yield found  # it is over: the first date says when it was
        return
    lasts = None if found.ends is None else found.ends - found.starts
    if one_page:
        when = coming[0]
        yield at_date(found, when, lasts, dates=tuple(islice(coming, _DATES)))
        return
    if len(coming) > _PAGES:
        lose(
            _("An event that repeats: its next {count} dates came").format(count=_PAGES),
            found.title,
        )
    for when in coming[:_PAGES]:
        other = next((one for at, one in others.items() if is_same_date(at, when)), None)
        if other is None:
            yield occurrence_of(at_date(found, when, lasts), when, found.uid)
        else:
            yield occurrence_of(happening_of(other, 0, lose), when, found.uid)


def dates_until(event: "Component", first: date, until: datetime) -> Iterator[date]:
    """The dates of an event that repeats, in their order. Raises TooOften."""
    rules = [one for one in _all(event, "RRULE") if hasattr(one, "items")]
    return dates_of(first, rules, _moments(event, "RDATE"), _moments(event, "EXDATE"), until)


def at_date(
    found: Happening, when: date, lasts: timedelta | None, dates: tuple[date, ...] = ()
) -> Happening:
    """The event on another of its dates."""
    return replace(found, starts=when, ends=None if lasts is None else when + lasts, dates=dates)


def occurrence_of(found: Happening, when: date, uid: str) -> Happening:
    """The event as one date of the event ``uid``."""
    return replace(found, uid=uid, occurrence=_day(when).isoformat())


def happening_of(event: "Component", number: int, lose: Lose) -> Happening:
    """What an event says; ``number`` names one without a title."""
    title = words_of(event, "SUMMARY")
    where = title or _("Event {number}").format(number=number)
    starts = value_of(event, "DTSTART")
    if not isinstance(starts, date):
        lose(_("An event without a date"), where)
        starts = None
    themes = [str(one) for said in _all(event, "CATEGORIES") for one in getattr(said, "cats", [])]
    updated = value_of(event, "LAST-MODIFIED") or value_of(event, "DTSTAMP")
    organiser = event.get("ORGANIZER")
    if _all(event, "ATTENDEE"):
        lose(_("Who takes part, which is not published"), where)
    text = words_of(event, "DESCRIPTION")
    alternative = event.get("X-ALT-DESC")
    if alternative is not None and "html" in str(alternative.params.get("FMTTYPE", "")).lower():
        text = str(alternative)
    return Happening(
        uid=words_of(event, "UID") or f"{title}@{starts}",
        title=title,
        starts=starts,
        ends=_end(event, starts, lose, where),
        place=words_of(event, "LOCATION"),
        text=text,
        organiser=person_of(str(getattr(organiser, "params", {}).get("CN", ""))),
        url=words_of(event, "URL"),
        themes=tuple(themes),
        cancelled=words_of(event, "STATUS").upper() == "CANCELLED",
        private=words_of(event, "CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"),
        updated=updated if isinstance(updated, datetime) else None,
        where=where,
    )


def _end(event: "Component", starts: date | None, lose: Lose, where: str) -> date | None:
    """When it ends; of days, the last one."""
    ends, lasts = value_of(event, "DTEND"), value_of(event, "DURATION")
    if starts is None:
        return None
    try:
        if ends is None and isinstance(lasts, timedelta):
            ends = starts + lasts
        if not isinstance(ends, date) or isinstance(ends, datetime) != isinstance(starts, datetime):
            return None
        if not isinstance(ends, datetime):
            ends -= timedelta(days=1)
        if isinstance(ends, datetime) and isinstance(starts, datetime) and not starts.tzinfo:
            ends = ends.replace(tzinfo=None)
        elif isinstance(ends, datetime) and not ends.tzinfo and isinstance(starts, datetime):
            ends = ends.replace(tzinfo=starts.tzinfo)
        if ends < starts:
            lose(_("An end before the beginning"), where)
            return None
    except (OverflowError, ValueError, TypeError):
        return None
    return ends if ends > starts else None


def does_repeat(event: "Component") -> bool:
    """Whether it has more dates than one."""
    return "RRULE" in event or "RDATE" in event


def _all(event: "Component", name: str) -> list[Any]:
    value = event.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def value_of(event: "Component", name: str) -> Any:
    """What Python makes of a property; None where it is not there, or is broken."""
    said = _all(event, name)
    return getattr(said[0], "dt", None) if said else None


def _moments(event: "Component", name: str) -> list[date]:
    found = [getattr(one, "dt", None) for said in _all(event, name) for one in said.dts]
    return [one for one in found if isinstance(one, date)]


def words_of(event: "Component", name: str) -> str:
    """What a property says, the first of that name; "" where it is not there."""
    said = _all(event, name)
    return str(said[0]).strip() if said else ""


def _day(when: date) -> date:
    return when.date() if isinstance(when, datetime) else when


def is_same_date(one: date, other: date) -> bool:
    """Whether both are the same moment; of a day and a moment, their days."""
    if isinstance(one, datetime) and isinstance(other, datetime) and one.tzinfo and other.tzinfo:
        return one == other
    return _day(one) == _day(other)
