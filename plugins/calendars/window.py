"""The events of a calendar between two days, each date of those that repeat by itself (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, UTC, date, datetime, time
from itertools import takewhile
from typing import TYPE_CHECKING

from .event_record import Happening
from .ical import (
    at_date,
    calendars_in,
    changed_dates,
    dates_until,
    does_repeat,
    happening_of,
    is_same_date,
    occurrence_of,
    value_of,
    words_of,
)
from .recurrence import TooOften

if TYPE_CHECKING:
    from icalendar import Component


@dataclass(frozen=True)
class Window:
    """The days from ``begin`` to ``end``."""

    begin: date
    end: date

    def holds(self, one: Happening) -> bool:
        """Whether some of it lies between the two days."""
        if one.starts is None:
            return False
        first, last = _day(one.starts), _day(one.ends or one.starts)
        # At both ends of time no moment is told in another zone.
        in_time = first.year > 1 and last.year < MAXYEAR
        return in_time and first <= self.end and last >= self.begin


def read_window(text: str, window: Window) -> Iterator[Happening]:
    """What of a file of iCalendar lies in the window, in no order. Raises BadRequest."""
    events = [event for one in calendars_in(text) for event in one.walk("VEVENT")]
    changed = changed_dates(events)
    for number, event in enumerate(events, 1):
        if value_of(event, "RECURRENCE-ID") is not None:
            continue
        found = _told(event, number)
        if found.starts is not None and does_repeat(event):
            yield from _dates(event, found, changed.get(found.uid, {}), window)
        elif window.holds(found):
            yield found
    for uid, ones in changed.items():
        for when, event in ones.items():
            one = occurrence_of(_told(event, 0), when, uid)
            if window.holds(one):
                yield one


def name_in(text: str) -> tuple[str, str]:
    """What a file of iCalendar calls itself, and where it says that people read it."""
    for one in calendars_in(text):
        name = words_of(one, "X-WR-CALNAME") or words_of(one, "NAME")
        return name, words_of(one, "URL") or words_of(one, "X-ORIGINAL-URL")
    return "", ""


def _dates(
    event: "Component", found: Happening, others: "dict[date, Component]", window: Window
) -> Iterator[Happening]:
    """Its dates but those that are said by themselves, which ``read_window`` adds."""
    if found.starts is None:
        return
    lasts = None if found.ends is None else found.ends - found.starts
    try:
        dates = dates_until(event, found.starts, datetime.combine(window.end, time.max, UTC))
        for when in takewhile(lambda one: _day(one) <= window.end, dates):
            if not any(is_same_date(instead, when) for instead in others):
                one = at_date(found, when, lasts)
                if window.holds(one):
                    yield occurrence_of(one, when, found.uid)
    except (TooOften, OverflowError):
        if window.holds(found):  # its rule cannot be followed: its first date is one
            yield found


def _told(event: "Component", number: int) -> Happening:
    found = happening_of(event, number, lambda _what, _where: None)
    # Who is reached by mail is a person; an address of the web is a page that they show.
    if not str(event.get("ORGANIZER", "")).lower().startswith("https://"):
        return replace(found, organiser="")
    return found


def _day(when: date) -> date:
    return when.date() if isinstance(when, datetime) else when
