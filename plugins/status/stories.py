"""What became of projects: each with its newest sentence, worked out from all their stories."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from wiki.api.moments import shift_months
from wiki.api.paths import slug
from wiki.api.reading import Reader, resolve_target
from wiki.api.reading.item_rows import ItemRow, find_items, select_items
from wiki.api.reading.rows import PageRow, find_rows, get_rows, select

from .model import BLOCK_NAMES, CLOSED, ENDS, MATURITIES, SLEEPING, split_state

#: projects that are told of, and lines of their stories that are read; no list is longer
MOST, MOST_STEPS = 5_000, 50_000
_AT_ONCE = 1_000


class Listed(Protocol):
    """What a list of stories has: a project with its story, or one that programmes name."""

    @property
    def year(self) -> str:
        """The year in which it was shown."""

    def values(self, key: str) -> tuple[tuple[str, str], ...]:
        """What it is found by under ``key``, as slugs and words."""


One = TypeVar("One", bound=Listed)


@dataclass(frozen=True)
class Turn:
    """A dated line of a story, as it is kept; ``state`` is a key of STATES, or None."""

    date: date
    state: str | None
    text: str
    plain: str
    nested: str
    path: str


@dataclass(frozen=True)
class Story:
    """A project and its story, newest first (perhaps empty).

    ``state`` is the one of today or "", ``events`` the paths at which it was shown; ``sleeps``:
    nothing has been told for long, and nothing says that it ended.
    """

    row: PageRow
    turns: tuple[Turn, ...]
    state: str
    events: tuple[str, ...]
    shown: date | None
    sleeps: bool

    @property
    def newest(self) -> Turn | None:
        """The line that was told last."""
        return self.turns[0] if self.turns else None

    @property
    def year(self) -> str:
        """The year in which it was shown here, else the one of its first line, else ""."""
        first = self.shown or (self.turns[-1].date if self.turns else None)
        return str(first.year) if first else ""

    @property
    def word(self) -> str:
        """What its state is called: ``sleeping`` before any other, "" where nothing is known."""
        return SLEEPING if self.sleeps else self.state

    def values(self, key: str) -> tuple[tuple[str, str], ...]:
        """What it is found by under ``key``, as slugs and words."""
        if key == "year":
            return ((self.year, self.year),) if self.year else ()
        if key == "state":
            return ((self.word, self.word),) if self.word else ()
        if key == "event":
            return tuple((one, one) for one in self.events)
        return tuple((slug(one), one) for one in self.row.facts.get(key, ()))


def stories(reader: Reader, below: str = "index") -> list[Story]:
    """The stories of the projects that the reader sees, those with the newest line first."""
    chosen = select(types=("project",), below=below)
    rows = _all(lambda start: find_rows(reader, chosen, "path", _AT_ONCE, start).rows, MOST)
    lines = select_items(BLOCK_NAMES, until=reader.today.isoformat(), of=chosen)
    items = _all(lambda start: find_items(reader, lines, "page", _AT_ONCE, start).rows, MOST_STEPS)
    by_space: dict[str, list[ItemRow]] = {}
    for item in items:
        by_space.setdefault(item.space or item.path, []).append(item)
    events = _events(reader, rows)
    quiet = shift_months(reader.today, -reader.instance.settings.sleeping_months)
    told = [_story(row, by_space.get(row.path, ()), events, quiet) for row in rows]
    return sorted(told, key=_order)


def turns_of(items: Iterable[ItemRow]) -> list[Turn]:
    """The lines of one space's story, newest first; of one day the one nearer the new end."""
    by_page: dict[str, list[ItemRow]] = {}
    for item in items:
        by_page.setdefault(item.path, []).append(item)
    ranked: list[tuple[str, int, ItemRow]] = []
    for held in by_page.values():
        dates = [one.date or "" for one in held]
        falling = dates[0] >= dates[-1]
        ranked += [
            (one.date or "", -rank if falling else rank, one) for rank, one in enumerate(held)
        ]
    ranked.sort(key=lambda one: one[:2], reverse=True)
    return [_turn(item) for _day, _rank, item in ranked]


def narrowed(told: Iterable[One], asked: Mapping[str, Sequence[str]]) -> list[One]:
    """Those that have, for each key, one of the values that are asked for."""
    return [
        story
        for story in told
        if all(
            not wanted or {value for value, _words in story.values(key)} & set(wanted)
            for key, wanted in asked.items()
        )
    ]


def counts(
    told: Sequence[Listed], key: str, asked: Mapping[str, Sequence[str]]
) -> list[tuple[str, str, int]]:
    """``(value, words, how many)`` of one key, among those that all other keys leave."""
    others = {name: wanted for name, wanted in asked.items() if name != key}
    found: dict[str, tuple[str, int]] = {}
    for story in narrowed(told, others):
        for value, words in story.values(key):
            known = found.get(value, (words, 0))
            found[value] = (known[0], known[1] + 1)
    lines = [(value, words, count) for value, (words, count) in found.items()]
    if key == "year":
        return sorted(lines, reverse=True)
    if key == "state":
        order = [*MATURITIES, "paused", *ENDS, SLEEPING, CLOSED]
        return sorted(lines, key=lambda one: order.index(one[0]))
    return sorted(lines, key=lambda one: (-one[2], one[0]))


def _story(
    row: PageRow,
    items: Iterable[ItemRow],
    events: Mapping[str, tuple[str, date | None]],
    quiet: date,
) -> Story:
    turns = tuple(turns_of(items))
    state = row.first("state")
    shown = dict(events[said] for said in row.facts.get("presented", ()) if said in events)
    days = sorted(day for day in shown.values() if day is not None)
    last = max([*days, *([turns[0].date] if turns else [])], default=None)
    return Story(
        row=row,
        turns=turns,
        state=state,
        events=tuple(shown),
        shown=days[0] if days else None,
        sleeps=state not in ENDS and last is not None and last < quiet,
    )


def _events(reader: Reader, rows: Iterable[PageRow]) -> dict[str, tuple[str, date | None]]:
    """What projects say they were shown at, as far as the reader sees it: its path and its day."""
    named = sorted({said for row in rows for said in row.facts.get("presented", ())})
    paths = {said: path for said in named if (path := resolve_target(reader, said))}
    known: dict[str, PageRow] = {}
    wanted = sorted(set(paths.values()))
    for start in range(0, len(wanted), _AT_ONCE // 2):
        known |= get_rows(reader, wanted[start : start + _AT_ONCE // 2])
    return {
        said: (path, _day(known[path].first("starts")))
        for said, path in paths.items()
        if path in known
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _turn(item: ItemRow) -> Turn:
    state, text = split_state(item.text)
    plain = split_state(item.plain)[1]
    return Turn(date.fromisoformat(item.date or ""), state, text, plain, item.nested, item.path)


def _order(story: Story) -> tuple[Any, ...]:
    newest = story.newest
    return (-(newest.date.toordinal() if newest else 0), story.row.title.casefold())


def _all(page: Any, most: int) -> list[Any]:
    found: list[Any] = []
    while len(found) < most and (rows := page(len(found))):
        found += rows
        if len(rows) < _AT_ONCE:
            break
    return found[:most]
