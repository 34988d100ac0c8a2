"""The pages of a story while commits are taken in: read once, written once for all of them.

::

    page rows ──▶ ``at(path)`` ──▶ changed commit by commit ──▶ ``write``: those that differ

What differs is remembered by each state itself, so that a page which one commit after the other
wrote, or spoke of, is one statement.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select, update

from wiki.projections.histories.schema import PAGE
from wiki.projections.histories.ties import tie_of
from wiki.projections.tables.conditions import below
from wiki.projections.tables.dialect import upsert
from wiki.projections.tables.names import between
from wiki.projections.tables.rows import Rows, pick_columns

_NAMES = "lineage path alive leaf folder head type group_ born last news told day"
_STATES = select(*pick_columns(PAGE, _NAMES))
_AT = _STATES.where(PAGE.c.path == bindparam("at")).order_by(PAGE.c.lineage)
_BELOW = _STATES.where(between(PAGE.c.path, bindparam("low"), bindparam("high")))
_LAST = select(func.coalesce(func.max(PAGE.c.lineage), 0))
_NUMBERS_OF = ("leaf", "folder", "last", "news", "told", "day")
_PUT = upsert(PAGE)
_NUMBERS = update(PAGE).where(PAGE.c.lineage == bindparam("of"))


@dataclass(slots=True)
class PageState:
    """A page as of the commit under way; ``lineage`` is 0 where it has none yet.

    ``leaf`` and ``folder`` are its files' blobs, ``head`` has what its head says of rights;
    ``last``, ``news`` and ``told`` are numbers of commits, ``day`` is when ``told`` was
    (``schema.py``).
    """

    lineage: int
    path: str
    alive: bool = False
    leaf: str | None = None
    folder: str | None = None
    head: str = ""
    type: str = ""
    group: str = ""
    born: int | None = None
    last: int | None = None
    news: int = 0
    told: int = 0
    day: str = ""

    @property
    def blob(self) -> str | None:
        """The blob of the file that wins."""
        return self.leaf or self.folder

    def place(self) -> tuple[Any, ...]:
        """What has an index of its own, or tells pages from each other: it seldom changes."""
        return (self.path, self.alive, self.head, self.type, self.group, self.born)

    def numbers(self) -> tuple[Any, ...]:
        """What most commits change."""
        return (self.leaf, self.folder, self.last, self.news, self.told, self.day)


class PageStates:
    """The states by path, as the rows and what was done to them since say."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._next: int = rows.scalar(_LAST) + 1
        self._by_lineage: dict[int, PageState] = {}
        self._by_path: dict[str, list[PageState]] = {}
        # As they are in the rows: place and numbers, by lineage.
        self._written: dict[int, tuple[tuple[Any, ...], tuple[Any, ...]]] = {}
        # Put since the rows were written.
        self._placed: dict[int, PageState] = {}

    def at(self, path: str) -> PageState | None:
        """The page at ``path``, or the last one that was there."""
        there = self._by_path.get(path)
        if there is None:
            there = self._by_path[path] = []
            for row in self._rows.execute(_AT, {"at": path}):
                self._know(row)
            there = self._by_path[path]
        if len(there) > 1:
            return max(there, key=lambda state: (state.alive, state.lineage))
        return there[0] if there else None

    def known(self, path: str) -> PageState:
        """As ``at``, of a page that was put, or found."""
        if (state := self.at(path)) is None:
            raise LookupError(path)
        return state

    def below(self, path: str) -> Iterator[PageState]:
        """All pages that are, or were, below ``path``."""
        self._write(self._placed.values())
        low, high = below(path)
        for row in self._rows.execute(_BELOW, {"low": low, "high": high}).fetchall():
            self.at(row[1])
            yield self._by_lineage[row[0]]

    def put(self, state: PageState) -> PageState:
        """Keeps ``state`` in the place of what its lineage was; gives it one where it has none."""
        self.at(state.path)
        if not state.lineage:
            state.lineage, self._next = self._next, self._next + 1
        elif old := self._by_lineage.get(state.lineage):
            self._by_path[old.path].remove(old)
        self._by_lineage[state.lineage] = state
        self._by_path[state.path].append(state)
        self._placed[state.lineage] = state
        return state

    def write(self) -> None:
        """Has the rows say what the states do."""
        self._write(self._by_lineage.values())

    def _write(self, states: Iterable[PageState]) -> None:
        put, numbers = [], []
        for state in states:
            lineage = state.lineage
            now = (state.place(), state.numbers())
            was = self._written.get(lineage)
            if was == now:
                continue
            self._written[lineage] = now
            values = dict(zip(_NUMBERS_OF, now[1], strict=True))
            if was is not None and was[0] == now[0]:
                numbers.append({"of": lineage, **values})
            else:
                values |= {"lineage": lineage, "path": state.path, "alive": state.alive}
                values |= {"head": state.head, "type": state.type}
                values |= {"group_": state.group, "born": state.born, "tie": tie_of(state.path)}
                put.append(values)
        self._placed = {}
        self._rows.execute_many(_PUT, put)
        self._rows.execute_many(_NUMBERS, numbers)

    def _know(self, row: tuple[Any, ...]) -> None:
        state = PageState(*row)
        self._by_lineage[state.lineage] = state
        self._by_path[state.path].append(state)
        self._written[state.lineage] = (state.place(), state.numbers())
