"""A series as the wiki holds it: its page, calendar, texts, the template of its evenings."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from wiki.api.events import Event, event_of_row, organises_event
from wiki.api.meaning import fold
from wiki.api.pages import Page
from wiki.api.paths import join
from wiki.api.reading import Reader, find_page
from wiki.api.reading.rows import PageRow, find_rows, get_row, list_children, select
from wiki.api.translation import language, lazy

from .calendar import Plan, plans_of

SERIES, EVENT = "carrefour", "event"
TEMPLATES = "modeles/series"
#: what the pages of a kit are called below the page of the series
EVENING = ("modele-de-soiree", "evening-template")
TEXTS = ("textes", "texts")
CALENDAR = ("calendrier", "calendar")
#: months between two evenings, by what the head says
RHYTHMS = {
    "month": (1, lazy("each month"), ("chaque mois", "each month")),
    "quarter": (3, lazy("each quarter"), ("chaque trimestre", "each quarter")),
    "half": (6, lazy("twice a year"), ("deux fois par an", "twice a year")),
    "year": (12, lazy("each year"), ("chaque annee", "each year")),
    "free": (0, lazy("when it suits"), ("quand cela convient", "when it suits")),
}
#: where nothing says when the next evening is
_AHEAD, _FRIDAY = 75, 4
_EVENTS = 60


@dataclass(frozen=True)
class Series:
    """A page of the type ``carrefour``."""

    row: PageRow
    page: Page

    @property
    def path(self) -> str:
        """Where its page is."""
        return self.row.path

    @property
    def title(self) -> str:
        """What its page is called."""
        return self.row.title


def series_at(reader: Reader, path: str) -> Series | None:
    """The series at ``path``; None where the reader sees none."""
    row = get_row(reader, path) if path else None
    page = find_page(reader, path) if row is not None and row.type == SERIES else None
    return Series(row, page) if row is not None and page is not None else None


def series_of(reader: Reader, event: str) -> Series | None:
    """The series that the event belongs to: the nearest page above it that is one."""
    path = event
    while "/" in path:
        path = path.rpartition("/")[0]
        if (found := series_at(reader, path)) is not None:
            return found
    return None


def organises_series(reader: Reader, series: Series) -> bool:
    """Whether the reader prepares its evenings."""
    return organises_event(reader, event_of_row(reader, series.row))


def may_add_evening(reader: Reader, series: Series) -> bool:
    """Whether the reader may make the page of an evening below it."""
    return organises_series(reader, series) and reader.may_edit(join(series.path, "x"))


def may_begin(reader: Reader) -> bool:
    """Whether the reader may make a series at all."""
    person = reader.person
    return person is not None and person.role != "reader" and not person.held


def may_keep_template(reader: Reader, series: Series) -> bool:
    """Whether its texts may become everyone's by the reader: a public one's, or their own."""
    own = series.row.group == "public" or organises_series(reader, series)
    return own and reader.may_edit(join(TEMPLATES, "x"))


def all_series(reader: Reader, limit: int = 100) -> list[Series]:
    """The series that the reader prepares, by title."""
    rows = find_rows(reader, select(types=(SERIES,)), "title", limit).rows
    found = (series_at(reader, row.path) for row in rows)
    return [one for one in found if one is not None and organises_series(reader, one)]


def part(reader: Reader, series: Series, names: tuple[str, ...]) -> Page | None:
    """The page of its kit that bears one of those names."""
    for name in names:
        if (page := find_page(reader, join(series.path, name))) is not None:
            return page
    return None


def plans(reader: Reader, series: Series) -> list[Plan]:
    """Its calendar: of its own page, and of the page of its kit."""
    kept = part(reader, series, CALENDAR)
    found = [*plans_of(series.page.document), *(plans_of(kept.document) if kept else [])]
    return list({plan.name: plan for plan in reversed(found)}.values())[::-1]


def evenings(reader: Reader, series: Series) -> list[Event]:
    """Its events, the newest first."""
    chosen = select(types=(EVENT,), below=series.path)
    return [event_of_row(reader, row) for row in find_rows(reader, chosen, "-starts", _EVENTS).rows]


def next_day(reader: Reader, series: Series) -> date:
    """The day to propose for the next evening: a rhythm after the last one, never behind us.

    It falls on the weekday of the last one; of a first one, on a day that people work.
    """
    months = months_of(" ".join(series.page.head.words("rhythm")))
    days = [day_of(reader, event) for event in evenings(reader, series)]
    last = max((day for day in days if day is not None), default=None)
    weekday = last.weekday() if last else min(reader.today.weekday(), _FRIDAY)
    step = Plan("", 0, months) if months and last else Plan("", _AHEAD, 0)
    found = step.day(last or reader.today)
    while found <= reader.today:
        found = step.day(found)
    found += timedelta(days=(weekday - found.weekday() + 3) % 7 - 3)
    return found if found > reader.today else found + timedelta(days=7)


def months_of(words: str) -> int:
    """How many months lie between two evenings; 0 where the words do not say."""
    said = fold(words.strip())
    return next((count for count, _label, names in RHYTHMS.values() if said in names), 0)


def day_of(reader: Reader, event: Event) -> date | None:
    """The day of an event on the site."""
    return event.when.day(reader.instance.settings.zone) if event.when else None


def templates(reader: Reader) -> Iterator[PageRow]:
    """The kits that one can begin from, those in the language of the site's reader first."""
    rows = list_children(reader, TEMPLATES, limit=100)
    yield from sorted(rows, key=lambda row: (row.lang != language(), row.title))
