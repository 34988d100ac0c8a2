"""A calendar as a document: events in, the bytes of RFC 5545 out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from wiki.api.moments import When

if TYPE_CHECKING:
    from icalendar import Event

MEDIA_TYPE = "text/calendar"
#: how often calendars are asked to look again
_AGAIN = timedelta(hours=6)
_TITLE, _SUMMARY, _PLACE = 200, 500, 300
#: blanks, but for those that French sets before a mark, where no line may break
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+")


@dataclass(frozen=True)
class Happening:
    """One event. ``uid`` never changes; ``changes`` only grows; ``url`` is absolute.

    ``cancelled``: calendars that have it strike it out.
    """

    uid: str
    title: str
    when: When
    url: str
    place: str
    summary: str
    themes: tuple[str, ...]
    updated: datetime
    changes: int
    cancelled: bool = False


def calendar(name: str, happenings: Iterable[Happening]) -> bytes:
    """The calendar called ``name``. Times are in UTC, so that no zone need be described."""
    from icalendar import Calendar, vDuration

    written = Calendar()
    written.add("prodid", "-//Carrefour//Carrefour wiki//FR")
    written.add("version", "2.0")
    written.add("method", "PUBLISH")
    # RFC 7986, and what programs read that are older than it.
    for key in ("name", "x-wr-calname"):
        written.add(key, line(name, _TITLE))
    written.add("refresh-interval", _AGAIN, parameters={"VALUE": "DURATION"})
    written.add("x-published-ttl", vDuration(_AGAIN))
    for one in happenings:
        written.add_component(_event(one))
    return bytes(written.to_ical())


def line(text: str, most: int) -> str:
    """``text`` on one line of at most ``most`` characters, without any that steers."""
    found = _BLANKS.sub(" ", _CONTROLS.sub(" ", text)).strip()
    return found if len(found) <= most else f"{found[: most - 1].rstrip()}…"


def _event(one: Happening) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", one.uid)
    event.add("summary", line(one.title, _TITLE) or "…")
    event.add("dtstart", one.when.starts)
    if one.when.ends is not None:
        event.add("dtend", one.when.ends)
    # When it was last changed, not when it was asked for: the same calendar has the same bytes.
    event.add("dtstamp", one.updated.astimezone(UTC))
    event.add("last-modified", one.updated.astimezone(UTC))
    event.add("sequence", max(one.changes - 1, 0))
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    event.add("url", one.url)
    if place := line(one.place, _PLACE):
        event.add("location", place)
    # Many programs show no URL: the description ends with it.
    event.add("description", "\n\n".join(filter(None, (line(one.summary, _SUMMARY), one.url))))
    if themes := [word for theme in one.themes if (word := line(theme, _TITLE))]:
        event.add("categories", themes)
    return event
