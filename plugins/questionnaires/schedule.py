"""When a questionnaire leaves, closes and opens: pure, from the event's own dates."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wiki.api.moments import When

#: it leaves at this hour of the site
HOUR = time(9)
#: an evening that ends before this hour belongs to the day before
_NIGHT = timedelta(hours=6)
#: a server that was down sends so much later at most: then the evening is no longer fresh
LATE = timedelta(days=3)
#: days that it stays open: unless the organisers say otherwise, and at most
DAYS, MOST_DAYS = 10, 60
#: a page that was opened before the closing may be sent for so long
GRACE = timedelta(hours=1)
#: the chosen reader has so long; then the answers open by themselves
SHIELD = timedelta(days=7)
#: answers are kept for the team so long after they opened
KEPT = timedelta(days=730)


def sent_at(when: When, zone: ZoneInfo) -> datetime:
    """The morning after the last day of an event."""
    end = when.ends or when.starts
    if isinstance(end, datetime):
        morning = (end.astimezone(zone) - _NIGHT).date() + timedelta(days=1)
    else:
        # Of whole days, the end is the first that is no longer part of it.
        morning = end if when.ends else end + timedelta(days=1)
    return datetime.combine(morning, HOUR, zone)


def is_due(when: When, zone: ZoneInfo, now: datetime) -> bool:
    """Whether it is to leave at ``now``."""
    at = sent_at(when, zone)
    return at <= now < at + LATE


def closing_day(sent: datetime, days: int, zone: ZoneInfo) -> date:
    """The last day on which one can answer."""
    return sent.astimezone(zone).date() + timedelta(days=days)


def closes_at(day: date, zone: ZoneInfo) -> datetime:
    """The midnight that ends the last day."""
    return datetime.combine(day + timedelta(days=1), time(), zone)
