"""A day as people write it in a title or a text, and another one in its place (pure)."""

import re
from datetime import date, timedelta
from functools import partial

from babel.dates import get_day_names, get_month_names

_LANGUAGES = ("fr", "en")
#: a line of a programme that begins with an hour
_HOUR = re.compile(r"^(\s*[-*+]\s+)(\d{1,2})(\s*[:h]\s*)(\d{2})?(?=\s)")
_OPENS = re.compile(r"^:::+\s*programme\b")
_A_DAY = 24 * 60


def put_day(text: str, was: date, now: date) -> str:
    """``text`` with ``now`` wherever it says ``was`` in words or as 18/03/2027, however it does.

    “18 March”, with the day of the week or without, of that year or of none; the 18 March of
    another year is another day. A date in digits with hyphens is the address of something.
    """
    for lang in _LANGUAGES:
        text = _pattern(lang, was).sub(partial(_said, lang, now), text)
    return re.sub(rf"\b{was:%d/%m/%Y}\b", f"{now:%d/%m/%Y}", text)


def says_other_day(text: str, day: date) -> bool:
    """Whether ``text`` names a whole date, with its year, and never that of ``day``."""
    named = [found for lang in _LANGUAGES for found in _any(lang).finditer(text)]
    return bool(named) and put_day(text, day, day + timedelta(days=1)) == text


def shift_hours(text: str, minutes: int) -> str:
    """The hours of the lines of its programmes, so much later."""

    def later(found: re.Match[str]) -> str:
        hour, past = int(found[2]), int(found[4] or 0)
        if hour > 23 or past > 59:
            return found[0]
        hour, past = divmod((hour * 60 + past + minutes) % _A_DAY, 60)
        written = f"{past:02}" if past or found[4] else ""
        return f"{found[1]}{hour:02}{found[3]}{written}"

    lines, inside = text.splitlines(keepends=True), False
    for index, line in enumerate(lines):
        inside = bool(_OPENS.match(line)) or (inside and line.strip(": \n") != "")
        if inside:
            lines[index] = _HOUR.sub(later, line)
    return "".join(lines)


def _pattern(lang: str, day: date) -> re.Pattern[str]:
    month = re.escape(get_month_names("wide", locale=lang)[day.month])
    weekdays = "|".join(map(re.escape, get_day_names("wide", locale=lang).values()))
    week = rf"(?:(?P<week>{weekdays})(?P<gap>,?\s+))?"
    year = rf"(?:(?P<year>,?\s+){day.year}\b)?(?!,?\s+\d{{4}}\b)"
    number = rf"{day.day}(?:er)?" if lang == "fr" else rf"{day.day}(?:st|nd|rd|th)?"
    whole = rf"(?<!\d){week}(?<!\d)(?P<first>{number})\s+{month}\b{year}"
    if lang == "en":
        other = rf"{week}(?P<last>{month}\s+{number}\b){year}"
        other = re.sub(r"\?P<(week|gap|year)>", r"?P<\g<1>2>", other)
        whole = f"{whole}|{other}"
    return re.compile(whole, re.I)


def _said(lang: str, day: date, found: re.Match[str]) -> str:
    part = found.groupdict()
    week = part["week"] or part.get("week2")
    gap = part["gap"] or part.get("gap2") or ""
    year = part["year"] or part.get("year2")
    name = get_day_names("wide", locale=lang)[day.weekday()] if week else ""
    if week and week[0].isupper():
        name = name.capitalize()
    month = get_month_names("wide", locale=lang)[day.month]
    number = "1er" if lang == "fr" and day.day == 1 else str(day.day)
    said = f"{month} {number}" if part.get("last") else f"{number} {month}"
    return f"{name}{gap}{said}" + (f"{year}{day.year}" if year else "")


def _any(lang: str) -> re.Pattern[str]:
    months = "|".join(map(re.escape, get_month_names("wide", locale=lang).values()))
    after = rf"\d{{1,2}}(?:er|st|nd|rd|th)?\s+(?:{months})\s+\d{{4}}\b"
    before = rf"(?:{months})\s+\d{{1,2}},?\s+\d{{4}}\b"
    return re.compile(after if lang == "fr" else f"{after}|{before}", re.I)
