"""When news of a project is due: 3, 12 and 24 months after it was shown (pure)."""

from collections.abc import Iterable
from datetime import date, timedelta

#: months after which one asks; each is over when the next one comes, the last after LAPSES
MILESTONES = (3, 12, 24)
LAPSES = 36
#: who has told something so shortly before a milestone is not asked at it
FRESH = timedelta(days=90)


def due(base: date, told: Iterable[date], today: date) -> int | None:
    """The milestone (in months) that news is due for on ``today``; None where none is.

    ``base`` is the day that the months are counted from, ``told`` are the days of the lines of the
    story. Whoever told something after ``base`` and since FRESH before the milestone has answered.
    """
    reached = [months for months in MILESTONES if months_after(base, months) <= today]
    if not reached or months_after(base, LAPSES) <= today:
        return None
    since = max(base + timedelta(days=1), months_after(base, reached[-1]) - FRESH)
    return None if any(since <= day <= today for day in told) else reached[-1]


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    month = day.year * 12 + day.month - 1 + months
    for last in (day.day, 30, 29, 28):
        try:
            return date(month // 12, month % 12 + 1, last)
        except ValueError:
            continue
    raise AssertionError
