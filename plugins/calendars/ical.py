"""Events of a file of iCalendar, in whatever way programs write it (pure)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from wiki.api.errors import BadRequest
from wiki.api.translation import gettext as _

from .occasion import Happening, person_of
from .recurrence import TooOften, dates_of

if TYPE_CHECKING:
    from icalendar import Component

#: pages of an event that repeats, dates that one page tells, and how far ahead they may be
_PAGES, _DATES, _AHEAD = 12, 50, timedelta(days=366)
_MOST = 20_000
#: called with a short kind of what is lost, and the title of its event
Lose = Callable[[str, str], None]


def read_ical(data: bytes, today: date, lose: Lose, *, one_page: bool) -> Iterator[Happening]:
    """The events of ``data``; of those that repeat the dates that come, or a page with them.

    Raises BadRequest, with the line where there is one.
    """
    from icalendar import Calendar

    try:
        calendars = Calendar.from_ical(data.removeprefix(b"\xef\xbb\xbf"), multiple=True)
        events = [event for one in calendars for event in one.walk("VEVENT")]
    except (ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError) as error:
        words = _("This calendar is damaged, or was cut off: {why}")
        raise BadRequest(words.format(why=str(error)[:200])) from error
    if not data.rstrip().upper().endswith(b"END:VCALENDAR"):
        raise BadRequest(_("This calendar was cut off: its end is not there."))
    if len(events) > _MOST:
        words = _("There are more than {count} events in this: import it in parts.")
        raise BadRequest(words.format(count=f"{_MOST:,}"))
    changed: dict[str, dict[date, Component]] = {}
    for event in events:
        instead = _value(event, "RECURRENCE-ID")
        if isinstance(instead, date):
            changed.setdefault(_words(event, "UID"), {})[instead] = event
    for number, event in enumerate(events, 1):
        if _value(event, "RECURRENCE-ID") is not None:
            continue
        found = _happening(event, number, lose)
        others = changed.pop(found.uid, {})
        if not _repeats(event):
            yield found
            others = {}
        else:
            yield from _series(event, found, others, today, lose, one_page=one_page)
    # Dates of an event that the file does not have itself.
    for uid, ones in changed.items():
        for when, event in ones.items():
            yield _occurrence(_happening(event, 0, lose), when, uid)


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
    rules = [one for one in _all(event, "RRULE") if hasattr(one, "items")]
    try:
        dates = dates_of(
            found.starts, rules, _moments(event, "RDATE"), _moments(event, "EXDATE"), until
        )
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
        yield _at(found, when, lasts, dates=tuple(islice(coming, _DATES)))
        return
    if len(coming) > _PAGES:
        lose(
            _("An event that repeats: its next {count} dates came").format(count=_PAGES),
            found.title,
        )
    for when in coming[:_PAGES]:
        other = next((one for at, one in others.items() if _same(at, when)), None)
        if other is None:
            yield _occurrence(_at(found, when, lasts), when, found.uid)
        else:
            yield _occurrence(_happening(other, 0, lose), when, found.uid)


def _at(
    found: Happening, when: date, lasts: timedelta | None, dates: tuple[date, ...] = ()
) -> Happening:
    return replace(found, starts=when, ends=None if lasts is None else when + lasts, dates=dates)


def _occurrence(found: Happening, when: date, uid: str) -> Happening:
    return replace(found, uid=uid, occurrence=_day(when).isoformat())


def _happening(event: "Component", number: int, lose: Lose) -> Happening:
    title = _words(event, "SUMMARY")
    where = title or _("Event {number}").format(number=number)
    starts = _value(event, "DTSTART")
    if not isinstance(starts, date):
        lose(_("An event without a date"), where)
        starts = None
    themes = [str(one) for said in _all(event, "CATEGORIES") for one in getattr(said, "cats", [])]
    updated = _value(event, "LAST-MODIFIED") or _value(event, "DTSTAMP")
    organiser = event.get("ORGANIZER")
    if _all(event, "ATTENDEE"):
        lose(_("Who takes part, which is not published"), where)
    text = _words(event, "DESCRIPTION")
    alternative = event.get("X-ALT-DESC")
    if alternative is not None and "html" in str(alternative.params.get("FMTTYPE", "")).lower():
        text = str(alternative)
    return Happening(
        uid=_words(event, "UID") or f"{title}@{starts}",
        title=title,
        starts=starts,
        ends=_end(event, starts, lose, where),
        place=_words(event, "LOCATION"),
        text=text,
        organiser=person_of(str(getattr(organiser, "params", {}).get("CN", ""))),
        url=_words(event, "URL"),
        themes=tuple(themes),
        cancelled=_words(event, "STATUS").upper() == "CANCELLED",
        private=_words(event, "CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"),
        updated=updated if isinstance(updated, datetime) else None,
        where=where,
    )


def _end(event: "Component", starts: date | None, lose: Lose, where: str) -> date | None:
    """When it ends; of days, the last one."""
    ends, lasts = _value(event, "DTEND"), _value(event, "DURATION")
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


def _repeats(event: "Component") -> bool:
    return "RRULE" in event or "RDATE" in event


def _all(event: "Component", name: str) -> list[Any]:
    value = event.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _value(event: "Component", name: str) -> Any:
    """What Python makes of a property; None where it is not there, or is broken."""
    said = _all(event, name)
    return getattr(said[0], "dt", None) if said else None


def _moments(event: "Component", name: str) -> list[date]:
    found = [getattr(one, "dt", None) for said in _all(event, name) for one in said.dts]
    return [one for one in found if isinstance(one, date)]


def _words(event: "Component", name: str) -> str:
    said = _all(event, name)
    return str(said[0]).strip() if said else ""


def _day(when: date) -> date:
    return when.date() if isinstance(when, datetime) else when


def _same(one: date, other: date) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime) and one.tzinfo and other.tzinfo:
        return one == other
    return _day(one) == _day(other)
