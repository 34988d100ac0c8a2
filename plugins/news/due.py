"""Which projects owe news today, and which of their team is asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from wiki.api.events import event_of
from wiki.api.moments import local_day, shift_months
from wiki.api.pages.blocks import STORY_BLOCKS
from wiki.api.pages.editing import story_page
from wiki.api.people import Person, accounts_named, following
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, resolve_target, system_reader
from wiki.api.reading.history import get_times
from wiki.api.reading.item_rows import ItemRow, iterate_items, select_items
from wiki.api.reading.rows import PageRow, find_rows, select

from .news import ENDS, STATE

_AT_ONCE = 500


@dataclass(frozen=True)
class Owed:
    """News of ``row`` is due, ``months`` after ``since``; ``last`` is its newest line, if any.

    ``event`` is the page of the event that ``since`` is the day of, "" where it was shown at none.
    """

    row: PageRow
    event: str
    since: date
    months: int
    last: ItemRow | None

    @property
    def key(self) -> str:
        """What names this milestone of this project."""
        words = f"{self.row.path}\n{self.since.isoformat()}\n{self.months}"
        return sha256(words.encode()).hexdigest()


def owed(instance: Instance) -> Iterator[Owed]:
    """Every project that news is due of today, whoever may see it; for the background."""
    everything = system_reader(instance, "news")
    chosen = select(types=("project",))
    start = 0
    while rows := find_rows(everything, chosen, "path", _AT_ONCE, start).rows:
        start += len(rows)
        lines = _lines(everything, [row.path for row in rows])
        for row in rows:
            # Where its team alone reads a page, nobody waits for its news.
            if row.first(STATE) in ENDS or row.group not in ("public", "members"):
                continue
            told = lines.get(row.path, [])
            since, event = counted_from(everything, row, told)
            days = [date.fromisoformat(one.date) for one in told if one.date]
            if since and (months := due(since, days, everything.today)):
                yield Owed(row, event, since, months, told[0] if told else None)


def counted_from(reader: Reader, row: PageRow, told: Sequence[ItemRow]) -> tuple[date | None, str]:
    """The last day that the project was shown and the event, else that of its first line, else of
    its page, and "".
    """
    shown = [
        (day, path)
        for said in row.facts.get("presented", ())
        if (path := resolve_target(reader, said)) and (day := _shown(reader, path)) <= reader.today
    ]
    if shown:
        return max(shown)
    if told and told[-1].date:
        return date.fromisoformat(told[-1].date), ""
    times = get_times(reader, row.path)
    zone = reader.instance.settings.zone
    return times.created.astimezone(zone).date() if times else None, ""


def who_tells(instance: Instance, row: PageRow, stopped: Mapping[str, set[str]]) -> Person | None:
    """The first of the team with an account who may write the story, takes mails, and was not
    told of by ``stopped`` (id → projects, "" for all) to want no more requests.
    """
    for person in accounts_named(instance.private, row.facts.get("team", ())):
        if person.disabled or person.held:
            continue
        if stopped.get(person.id, set()) & {"", row.path}:
            continue
        if following(instance.private, person.id).paused:
            continue
        reader = Reader(instance, person)
        if reader.may_edit(story_page(reader, row.path)):
            return person
    return None


def _lines(reader: Reader, spaces: Sequence[str]) -> dict[str, list[ItemRow]]:
    """The dated lines of each space up to today, newest first."""
    chosen = select_items(STORY_BLOCKS, subjects=spaces, until=reader.today.isoformat())
    found: dict[str, list[ItemRow]] = {}
    for row in iterate_items(reader, chosen, "date"):
        found.setdefault(row.space or row.path, []).append(row)
    return found


def _shown(reader: Reader, path: str) -> date:
    event = event_of(reader, path)
    if event is None or event.when is None or event.cancelled:
        return date.max
    return local_day(event.when.starts, reader.instance.settings.zone)


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
    reached = [months for months in MILESTONES if shift_months(base, months) <= today]
    if not reached or shift_months(base, LAPSES) <= today:
        return None
    since = max(base + timedelta(days=1), shift_months(base, reached[-1]) - FRESH)
    return None if any(since <= day <= today for day in told) else reached[-1]
