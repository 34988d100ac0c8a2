"""Medians over needs, by theme and territory; what rests on few cases is left out (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

#: what is timed, in the order in which it happens
ANSWER, INTRODUCTION, MET = "answer", "introduction", "met"
MILESTONES = (ANSWER, INTRODUCTION, MET)
#: a figure over fewer cases could be about someone
FEWEST = 5


@dataclass(frozen=True)
class Case:
    """One need: the days from its birth to each of its milestones, and what it is about."""

    days: Mapping[str, int]
    themes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cell:
    """A median in days over ``cases`` needs; both are None where there are too few to say."""

    days: float | None = None
    cases: int | None = None


@dataclass(frozen=True)
class Line:
    """The cells of all milestones of one theme, or one territory, or of all."""

    label: str
    cells: Mapping[str, Cell] = field(hash=False)

    @property
    def told(self) -> bool:
        """Whether any of it may be shown."""
        return any(cell.days is not None for cell in self.cells.values())


def line(label: str, cases: Iterable[Case]) -> Line:
    """The medians of ``cases``."""
    days: dict[str, list[int]] = {name: [] for name in MILESTONES}
    for case in cases:
        for name, value in case.days.items():
            days[name].append(value)
    return Line(label, {name: _cell(values) for name, values in days.items()})


def lines(cases: Iterable[Case], key: str) -> list[Line]:
    """A line for each of the ``themes`` (or ``territories``) with something to show, by name."""
    grouped: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for label in getattr(case, key):
            grouped[label].append(case)
    found = [line(label, group) for label, group in grouped.items()]
    return sorted((one for one in found if one.told), key=lambda one: one.label.casefold())


def _cell(values: list[int]) -> Cell:
    if len(values) < FEWEST:
        return Cell()
    return Cell(median(values), len(values))
