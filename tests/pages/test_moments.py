"""When an event takes place, as people write it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wiki.pages.head.moments import read_when, shift_months

PARIS = ZoneInfo("Europe/Paris")


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "ends", "first", "last"),
    [
        # A time without an offset is the site's, in winter and in summer.
        ("2027-01-18T18:30", "2027-01-18T21:00", at(1, 18, 17, 30), at(1, 18, 20)),
        ("2027-07-18 18:30", "", at(7, 18, 16, 30), None),
        ("2027-07-18T18:30+05:00", "2027-07-18T20:00Z", at(7, 18, 13, 30), at(7, 18, 20)),
        # Days last to their end.
        ("2027-03-18", "", date(2027, 3, 18), date(2027, 3, 19)),
        ("2027-03-18", "2027-03-20", date(2027, 3, 18), date(2027, 3, 21)),
        ("2027-03-18", "2027-03-18T20:00", date(2027, 3, 18), date(2027, 3, 19)),
        ("2027-03-18T18:30", "2027-03-19", at(3, 18, 17, 30), at(3, 19, 23)),
        # An end before the beginning is none.
        ("2027-03-18T18:30", "2027-03-18T18:00", at(3, 18, 17, 30), None),
        ("2027-03-18", "2027-03-17", date(2027, 3, 18), date(2027, 3, 19)),
        ("2027-03-18T18:30", "bientôt", at(3, 18, 17, 30), None),
        # The hour that summer time leaves out, and the one that it has twice.
        ("2027-03-28T02:30", "", at(3, 28, 1, 30), None),
        ("2027-10-31T02:30", "", at(10, 31, 0, 30), None),
    ],
)
def test_dates_as_they_are_written(starts: str, ends: str, first: date, last: date | None) -> None:
    when = read_when(starts, ends, PARIS)
    assert when is not None
    assert (when.starts, when.ends) == (first, last)
    assert when.all_day == (not isinstance(first, datetime))


@pytest.mark.parametrize(
    "starts",
    ["", "bientôt", "2027-02-30", "0001-01-01", "9999-12-31", "2027-13-01T10:00", "18:30", "\x00"],
)
def test_what_is_no_date_is_when_nothing_is(starts: str) -> None:
    assert read_when(starts, "2027-01-01", PARIS) is None


@given(starts=st.text(max_size=30), ends=st.text(max_size=30))
@example("2199-12-31T23:59", "2199-12-31")
@example("1900-01-01T00:00+14:00", "1900-01-01T00:00-12:00")
def test_nothing_that_is_written_raises(starts: str, ends: str) -> None:
    when = read_when(starts, ends, PARIS)
    assert when is None or when.ends is None or when.ends > when.starts


@pytest.mark.parametrize(
    ("starts", "ends", "over"),
    [
        ("2027-03-17", "", True),
        ("2027-03-18", "", False),
        ("2027-03-10", "2027-03-18", False),
        ("2027-03-17T23:59", "", True),
        ("2027-03-18T00:00", "", False),
    ],
)
def test_an_event_is_over_the_day_after(starts: str, ends: str, over: bool) -> None:
    when = read_when(starts, ends, PARIS)
    assert when is not None
    assert when.is_over(date(2027, 3, 18), PARIS) == over


@given(day=st.dates(date(1990, 1, 1), date(2100, 1, 1)), months=st.integers(0, 60))
def test_months_before_is_never_late(day: date, months: int) -> None:
    before = shift_months(day, -months)
    assert day - timedelta(days=31 * months + 3) <= before <= day - timedelta(days=28 * months)
    assert before.day <= day.day
    assert shift_months(before, months) <= day
