"""The dates of an event that repeats: bounded in time and in number (pure)."""

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from dateutil.rrule import rrule, rrulestr

#: dates that a rule is followed for, however many it has before
_STEPS = 100_000
_EACH = frozenset({"YEARLY", "MONTHLY", "WEEKLY", "DAILY"})
_KNOWN = frozenset({"FREQ", "INTERVAL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"})


class TooOften(ValueError):
    """It repeats within a day, or its rule cannot be read."""


def dates_of(
    first: date,
    rules: Iterable[Mapping[str, Any]],
    more: Iterable[date],
    without: Collection[date],
    until: datetime,
) -> Iterator[date]:
    """The dates up to ``until`` in their order, each like ``first``: a day, or a moment there.

    Rules are followed by the clock of the place, so that 18:30 stays 18:30. Raises TooOften.
    """
    zone = first.tzinfo if isinstance(first, datetime) else None
    start = _plain(first, zone)
    last = _plain(until, zone)
    found = {start}
    for rule in rules:
        try:
            found.update(_follow(start, rule, last, zone))
        except (ValueError, TypeError, LookupError, OverflowError) as error:
            raise TooOften from error
    found.update(_plain(one, zone) for one in more)
    found -= {_plain(one, zone) for one in without}
    for one in sorted(found):
        if one <= last:
            yield one.replace(tzinfo=zone) if isinstance(first, datetime) else one.date()


def _follow(
    start: datetime, rule: Mapping[str, Any], last: datetime, zone: Any
) -> Iterator[datetime]:
    said = {key.upper(): value for key, value in rule.items()}
    until = next(iter(_listed(said.pop("UNTIL", []))), None)
    if str(next(iter(_listed(said.get("FREQ", []))), "")).upper() not in _EACH:
        raise TooOften
    count = int(next(iter(_listed(said.pop("COUNT", _STEPS))), _STEPS))
    if not _may_match(said):
        raise TooOften
    words = ";".join(f"{key}={','.join(map(str, _listed(one)))}" for key, one in said.items())
    made = rrulestr(words, dtstart=start)
    if not isinstance(made, rrule) or count < 0:
        raise TooOften
    if isinstance(until, datetime):
        last = min(last, _plain(until, zone))
    elif isinstance(until, date):
        last = min(last, datetime.combine(until, time.max))
    return islice(made.replace(until=last), min(count, _STEPS))


def _may_match(rule: Mapping[str, Any]) -> bool:
    """Whether it is of those that people have, and finds a date some day.

    One that never does would be followed to the year 9999.
    """
    if not rule.keys() <= _KNOWN or int(_listed(rule.get("INTERVAL", 1))[0]) < 1:
        return False
    if "BYSETPOS" in rule and str(_listed(rule["FREQ"])[0]).upper() == "DAILY":
        return False
    months = [int(one) for one in _listed(rule.get("BYMONTH", range(1, 13)))]
    days = [abs(int(one)) for one in _listed(rule.get("BYMONTHDAY", 1))]
    if not all(1 <= month <= 12 for month in months) or not all(1 <= day <= 31 for day in days):
        return False
    return any(day <= monthrange(2028, month)[1] for month in months for day in days)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple | range) else [value]


def _plain(when: date, zone: Any) -> datetime:
    """By the clock of the place, without its zone."""
    if not isinstance(when, datetime):
        return datetime.combine(when, time())
    if when.tzinfo is not None and zone is not None:
        when = when.astimezone(zone)
    return when.replace(tzinfo=None)
