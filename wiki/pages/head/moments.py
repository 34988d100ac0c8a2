"""When something takes place, as a head writes it: read into a value (pure)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: calendars have no use for others, and some programs no place
_YEARS = range(1900, 2200)


@dataclass(frozen=True)
class When:
    """``starts`` and ``ends`` are both days, or both moments in UTC.

    ``ends`` is the first day, or the moment, that is no longer part of it; None: nobody said.
    """

    starts: date
    ends: date | None

    @property
    def all_day(self) -> bool:
        """Whether it takes days rather than hours."""
        return not isinstance(self.starts, datetime)

    def day(self, zone: ZoneInfo) -> date:
        """The day on which it begins, in that zone."""
        return local_day(self.starts, zone)

    def is_over(self, today: date, zone: ZoneInfo) -> bool:
        """Whether its last day, in that zone, is behind us."""
        last = self.ends or self.starts
        if isinstance(last, datetime):
            return last.astimezone(zone).date() < today
        return last <= today if self.ends else last < today


def read_when(starts: str, ends: str, zone: ZoneInfo) -> When | None:
    """When something takes place; None where its beginning is no date.

    A time without an offset is the zone's own. An end that is none, or that lies before the
    beginning, is as one that nobody said.
    """
    first, last = read_moment(starts, zone), read_moment(ends, zone)
    if first is None:
        return None
    if last is not None and is_before(last, first, zone):
        last = None
    if not isinstance(first, datetime):
        return When(first, local_day(last or first, zone) + timedelta(days=1))
    return When(first.astimezone(UTC), _end(first, last, zone))


def read_moment(text: str, zone: ZoneInfo) -> date | None:
    """The day, or the moment with its zone, that ISO 8601 writes so; None for anything else."""
    text = text.strip()
    try:
        return _known(date.fromisoformat(text))
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _known(found if found.tzinfo else found.replace(tzinfo=zone))


def is_before(last: date, first: date, zone: ZoneInfo) -> bool:
    """Whether ``last`` is over before ``first``; where one is a day, days are compared."""
    if isinstance(last, datetime) and isinstance(first, datetime):
        return last < first
    return local_day(last, zone) < local_day(first, zone)


def _end(first: datetime, last: date | None, zone: ZoneInfo) -> datetime | None:
    """The moment that ends what begins at a moment; a day ends at its midnight."""
    if last is None:
        return None
    if not isinstance(last, datetime):
        last = datetime.combine(last + timedelta(days=1), time(), zone)
    return last.astimezone(UTC) if last > first else None


def shift_months(day: date, months: int) -> date:
    """The same day so many months later, or earlier; or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(max(1, year), month + 1)[1]
    return date(max(1, year), month + 1, min(day.day, last))


def local_day(moment: date, zone: ZoneInfo) -> date:
    """The day of a moment in that zone; a day is one."""
    return moment.astimezone(zone).date() if isinstance(moment, datetime) else moment


def _known(moment: date) -> date | None:
    return moment if moment.year in _YEARS else None
