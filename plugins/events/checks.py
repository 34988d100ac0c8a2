"""What keeps an event out of calendars, told to those who may edit it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from wiki.api.moments import is_before, read_moment
from wiki.api.pages import Page, Problem

from .daywords import says_other_day

_NO_DATE = "“{value}” is no date: write 2027-03-18, or 2027-03-18T18:30 with an hour."
_BACKWARDS = "This event ends before it begins: “ends” is left out of calendars."
_OTHER_DAY = (
    "The title names another day than “starts” does: one of them was moved without the other."
)

#: days are compared here as they are written, wherever that is
_ANY = ZoneInfo("UTC")


def problems(page: Page) -> Sequence[Problem]:
    """What is wrong with the dates of ``page``; nothing where it is no event."""
    return list(_found(page)) if page.type == "event" else []


def written(page: Page, key: str) -> str:
    """What the head says under ``key``; the first where it says several."""
    return next(iter(page.head.words(key)), "").strip()


def _found(page: Page) -> Iterator[Problem]:
    moments = {}
    for key in ("starts", "ends"):
        words, line = written(page, key), page.head.lines.get(key, 0)
        if words and (moment := read_moment(words, _ANY)) is not None:
            moments[key] = moment
        elif words:
            yield Problem(line, "event-no-date", _NO_DATE, {"value": words[:60]})
    if (starts := moments.get("starts")) is not None:
        day = starts.date() if isinstance(starts, datetime) else starts
        if says_other_day(page.head.text("title"), day):
            yield Problem(page.head.lines.get("title", 0), "event-other-day", _OTHER_DAY)
    if len(moments) == 2 and is_before(moments["ends"], moments["starts"], _ANY):
        yield Problem(page.head.lines.get("ends", 0), "event-backwards", _BACKWARDS)
