"""A ticket: its code as a picture or as a table for mails, and the event for one's calendar."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby

from wiki.api.plugin import Instance

from .meetings import when_of
from .models import EventRow

CALENDAR = "text/calendar"
#: pixels a dot, and dots of white around it
_SCALE, _BORDER = 8, 4


def picture(url: str, kind: str) -> bytes:
    """The code that says ``url``, black on white, as ``svg`` or ``png``."""
    import segno

    out = BytesIO()
    made = segno.make(url, error="m", micro=False)
    size = {"omitsize": True} if kind == "svg" else {}
    made.save(out, kind=kind, scale=_SCALE, border=_BORDER, dark="#000", light="#fff", **size)
    return out.getvalue()


def runs(url: str) -> list[list[tuple[bool, int]]]:
    """The same for a mail, which shows no pictures of ours: each row as runs of (dark, length)."""
    import segno

    # Coarser than on a screen: each cell is a piece of the mail.
    rows = segno.make(url, error="l", micro=False).matrix
    return [[(bool(dark), len(list(group))) for dark, group in groupby(row)] for row in rows]


def calendar(instance: Instance, row: EventRow, url: str) -> bytes:
    """The event as those registered were told of it; a newer file replaces an older one."""
    from icalendar import Calendar, Event

    written = Calendar()
    written.add("prodid", "-//Carrefour//Carrefour wiki//FR")
    written.add("version", "2.0")
    written.add("method", "CANCEL" if row.cancelled else "PUBLISH")
    event = Event()
    event.add("uid", row.uid)
    event.add("summary", _line(row.title) or "…")
    when = when_of(row)
    if when is not None:
        event.add("dtstart", when.starts)
        if when.ends is not None:
            event.add("dtend", when.ends)
    moment: datetime = instance.private.now()
    event.add("dtstamp", moment.astimezone(UTC))
    event.add("sequence", row.sequence)
    event.add("status", "CANCELLED" if row.cancelled else "CONFIRMED")
    event.add("url", url)
    if place := _line(row.place):
        event.add("location", place)
    written.add_component(event)
    return bytes(written.to_ical())


def _line(text: str) -> str:
    return " ".join("".join(_visible(text)).split())


def _visible(text: str) -> Iterator[str]:
    return (char if char.isprintable() else " " for char in text)
