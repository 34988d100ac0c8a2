"""What happened in each year: projects that began, needs said and met, events that took place."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from wiki.api.reading import Reader
from wiki.api.reading.history import get_creation_times
from wiki.api.reading.item_rows import iterate_items, select_items
from wiki.api.reading.rows import PageRow, iterate_rows, select

from .cases import needs_of
from .times import Times

PROJECTS, SAID, FOUND, EVENTS = "projects", "said", "found", "events"
#: what is counted, in the order in which it is shown
COUNTED = (PROJECTS, SAID, FOUND, EVENTS)
#: years that are shown, the last ones
YEARS = 12
_AT_ONCE = 1000
#: blocks whose dated lines tell a project's story
_STORIES = ("historique", "history")


@dataclass(frozen=True)
class Year:
    """The numbers of one year, by what is counted."""

    year: int
    counts: Mapping[str, int]


def years_for(reader: Reader) -> list[Year] | None:
    """The last years, as far as the reader may see what happened in them; the present one ends.

    None while the history is still being read.
    """
    needs = _needs(reader)
    if needs is None or reader.instance.projections.missing("catalogue"):
        return None
    said, found = needs
    days = {PROJECTS: _begun(reader), SAID: said, FOUND: found, EVENTS: _held(reader)}
    return by_year(days, reader.today)


def by_year(days: Mapping[str, Iterable[date]], today: date) -> list[Year]:
    """How many of the ``days`` of each kind lie in each year; none follows today (pure)."""
    counted = {
        name: Counter(day.year for day in group if day <= today) for name, group in days.items()
    }
    seen = [year for numbers in counted.values() for year in numbers]
    if not seen:
        return []
    first = max(min(seen), today.year - YEARS + 1)
    return [
        Year(year, {name: numbers[year] for name, numbers in counted.items()})
        for year in range(first, today.year + 1)
    ]


def _begun(reader: Reader) -> list[date]:
    """The first day that a project's story tells, or the one of its page's first version.

    A network that came here with its past began before its pages did.
    """
    paths = [row.path for row in _rows(reader, "project")]
    parts = (paths[start : start + _AT_ONCE] for start in range(0, len(paths), _AT_ONCE))
    days = {
        path: _day(reader, moment)
        for part in parts
        for path, moment in get_creation_times(reader, part).items()
    }
    for path, day in _told(reader):
        if path in days:
            days[path] = min(day, days[path])
    return list(days.values())


def _told(reader: Reader) -> Iterator[tuple[str, date]]:
    """The dated lines of all stories, each with its space."""
    wanted = select_items(_STORIES, until=reader.today.isoformat())
    for row in iterate_items(reader, wanted):
        # “2016” and “2016-03” are days enough for a year.
        day = _calendar(f"{row.date or ''}-01-01"[:10])
        if day is not None:
            yield row.space or row.path, day


def _held(reader: Reader) -> list[date]:
    days = []
    for row in _rows(reader, "event"):
        day = _calendar(row.first("starts")[:10])
        if day is not None:
            days.append(day)
    return days


def _needs(reader: Reader) -> tuple[list[date], list[date]] | None:
    rows = [row for row in needs_of(reader) if row.identity]
    times = cast(Times, reader.projection("figures"))
    lives = times.lives(row.identity or "" for row in rows)
    if len(lives) < len(rows) and times.reflects() != reader.head:
        return None
    known = [(row, lives[row.identity]) for row in rows if row.identity in lives]
    said = [_day(reader, life.born) for _row, life in known]
    found = [_day(reader, life.met) for row, life in known if life.met and row.state == "x"]
    return said, found


def _rows(reader: Reader, kind: str) -> Iterator[PageRow]:
    return iterate_rows(reader, select(types=(kind,)))


def _day(reader: Reader, moment: datetime) -> date:
    return moment.astimezone(reader.instance.settings.zone).date()


def _calendar(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
