"""Days and hours as people type them in French and English, as ISO 8601 writes them (pure).

``12/03/2027`` is 12 March unless its column has a second number above 12: ``month_first``.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache

from babel.dates import get_month_names

from wiki.api.paths import slug

_YEARS = range(1900, 2200)
#: two figures of a year below that are of this century
_CENTURY = 70
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th|e)?[ .-]+([^\W\d_]+)\.?,?[ .-]+(\d{4})")
_MONTH_FIRST = re.compile(r"(?<![^\W\d_])([^\W\d_]++)\.?[ ]+(\d{1,2})(?:st|nd|rd|th)?,?[ ]+(\d{4})")
#: each with where the year, the month and the day are in it
_FORMS = ((_ISO, 1, 2, 3), (_NUMBERS, 3, 2, 1), (_DAY_FIRST, 3, 2, 1), (_MONTH_FIRST, 3, 1, 2))
_TIME = re.compile(r"(\d{1,2})(?:\s?[h:]\s?(\d{2})?|\s?(?=[ap]m))(?::\d{2}(?:\.\d+)?)?\s?([ap]m)?")
_WEEKDAY = re.compile(
    r"^(?:(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)\.?)[ ,]+",
    re.I,
)
_BETWEEN = re.compile(r"(?<!\s)\s*+(?:-|–|—|/|\bà\b|\bto\b)\s*+", re.I)
_FROM = re.compile(r"^(?:de|from)\s+", re.I)
_JOINTS = re.compile(r"(?:,|\bà\b|\bat\b|\bt(?=\d)|\ble\b|\bde\b|\bfrom\b|-)", re.I)


def month_first(values: Iterable[str]) -> bool:
    """Whether a column of numbers such as 03/25/2027 says the month before the day."""
    first = second = False
    for value in values:
        if found := _NUMBERS.match(value.strip()):
            first = first or int(found[1]) > 12
            second = second or int(found[2]) > 12
    return second and not first


def read_day(text: str, *, american: bool = False) -> date | None:
    """The day that ``text`` names; None where it names none, or more than one."""
    found = _day_in(text, american)
    if found is None:
        return None
    day, rest = found
    return day if not rest or read_time(rest) is not None else None


def read_moment(text: str, *, american: bool = False) -> date | datetime | None:
    """The day, or the day and the hour, that ``text`` names."""
    found = _day_in(text, american)
    if found is None:
        return None
    day, rest = found
    if not rest:
        return day
    hour = read_time(rest)
    return None if hour is None else datetime.combine(day, hour)


def read_time(text: str) -> time | None:
    """The hour of the day that ``text`` is: 18h30, 18:30, 18 h, 6:30 pm."""
    found = _TIME.fullmatch(text.strip().lower().replace("\u00a0", " ").replace("\u202f", " "))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def read_hours(text: str) -> tuple[str, str] | None:
    """From when to when: “18h30 - 21h”, “de 18 h à 20 h”; None for one hour, or none."""
    parts = [read_time(one) for one in _BETWEEN.split(_FROM.sub("", text.strip()))]
    if len(parts) != 2 or parts[0] is None or parts[1] is None:
        return None
    return parts[0].isoformat("minutes"), parts[1].isoformat("minutes")


def _day_in(text: str, american: bool) -> tuple[date, str] | None:
    """The day that ``text`` begins with, and what follows it."""
    text = " ".join(text.split())
    # “Mar 1, 2027” is a month in English, and “mar. 1 mars 2027” a Tuesday in French.
    return _day_at_once(text, american) or _day_at_once(_WEEKDAY.sub("", text), american)


def _day_at_once(text: str, american: bool) -> tuple[date, str] | None:
    for pattern, year, month, at in _FORMS:
        found = pattern.match(text)
        if found is not None:
            if pattern is _NUMBERS and american:
                month, at = at, month
            day = _day(found[year], found[month], found[at])
            rest = text[found.end() :]
            if day is None or rest[:1].isdigit():
                continue
            return day, _JOINTS.sub("", rest, count=1).strip(" ,Zz")
    return None


def _day(year: str, month: str, day: str) -> date | None:
    if len(year) == 2:
        year = ("20" if int(year) < _CENTURY else "19") + year
    number = int(month) if month.isdecimal() else _months().get(slug(month))
    if number is None or int(year) not in _YEARS:
        return None
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    """The months by their names, whole and short, in both languages."""
    names: dict[str, int] = {}
    for lang in ("fr", "en"):
        for width in ("wide", "abbreviated"):
            names |= {slug(word): at for at, word in get_month_names(width, locale=lang).items()}
    return {**names, "sept": 9, "fev": 2, "aou": 8, "dec": 12}
