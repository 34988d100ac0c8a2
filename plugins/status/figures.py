"""``/-/status/figures``: how far projects have come, year by year, and how long each step took."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api.pages.blocks import bars, columns
from wiki.api.translation import gettext, ngettext
from wiki.api.web import current_reader, render_page, share_response

from .model import ENDS, MATURITIES, STATES
from .presenters import state_values
from .stories import Turn, narrowed, stories
from .views import asked_here, others

bp = Blueprint("status_figures", __name__)

#: years that are shown, the last ones
YEARS = 12
#: from which to which maturity one counts the days; the last is the whole way
WAYS = (
    ("idea", "concept"),
    ("concept", "prototype"),
    ("prototype", "pilot"),
    ("pilot", "market"),
    ("concept", "market"),
)
_MONTH = 30.44


@dataclass(frozen=True)
class Way:
    """How long projects took from one maturity to another: the median in days, over ``cases``."""

    first: str
    last: str
    days: float
    cases: int


@bp.get("/status/figures")
def show() -> Response:
    """Over the projects that the reader sees, narrowed as the stories are."""
    reader = current_reader()
    told = [story for story in narrowed(stories(reader), asked_here()) if story.turns]
    years = states_by_year([story.turns for story in told], reader.today)
    share_response()
    names = [name for name in STATES if any(counted[name] for _year, counted in years)]
    # Those that ended only ever grow in number: beside them the others would not be seen.
    tops = [
        max((counted[name] for _year, counted in years for name in group), default=0)
        for group in ([name for name in names if name not in ENDS], ENDS)
    ]
    found = ways([story.turns for story in told])
    return render_page(
        "status/figures.html",
        projects=len(told),
        states=[state_values(reader, name) for name in names],
        plots=[_plot(name, years, tops[name in ENDS]) for name in names],
        apart=[state_values(None, name)["state"] for name in names if name in ENDS],
        years=[
            {"year": year, "counts": [counted[name] for name in names]}
            for year, counted in reversed(years)
        ],
        ways=[_way(reader, one) for one in found],
        way_plot=_way_plot(found),
        others=others("figures"),
    )


def states_by_year(told: Iterable[Sequence[Turn]], today: date) -> list[tuple[int, Counter[str]]]:
    """For each of the last years, how many projects were in each state at its end (or today).

    ``told`` are stories, newest first; a project counts from its first state on.
    """
    histories = [
        [(turn.date.year, turn.state) for turn in reversed(turns) if turn.state] for turns in told
    ]
    begun = [held[0][0] for held in histories if held]
    if not begun:
        return []
    first = max(min(begun), today.year - YEARS + 1)
    years = []
    for year in range(first, today.year + 1):
        now = [[state for when, state in held if when <= year] for held in histories]
        years.append((year, Counter(held[-1] for held in now if held)))
    return years


def ways(told: Iterable[Sequence[Turn]]) -> list[Way]:
    """The median of each way that some project went, from when it first was at each end."""
    reached: list[dict[str, date]] = []
    for turns in told:
        first: dict[str, date] = {}
        for turn in reversed(turns):
            if turn.state in MATURITIES:
                first.setdefault(turn.state, turn.date)
        reached.append(first)
    found = []
    for start, end in WAYS:
        days = [
            (one[end] - one[start]).days
            for one in reached
            if start in one and end in one and one[end] >= one[start]
        ]
        if days:
            found.append(Way(start, end, median(days), len(days)))
    return found


def _plot(name: str, years: Sequence[tuple[int, Counter[str]]], most: int) -> Any:
    word = state_values(None, name)["state"]
    values = [(f"{year % 100:02}", float(counted[name])) for year, counted in years]
    label = gettext("{state}: how many projects, at the end of each year").format(state=word)
    told = ", ".join(f"{year} : {counted[name]}" for year, counted in years)
    return {"word": word, "svg": columns(values, label, told, most=most)}


def _way(reader: Any, one: Way) -> dict[str, Any]:
    return {
        "first": state_values(reader, one.first),
        "last": state_values(reader, one.last),
        "long": _long(one.days),
        "cases": ngettext("{count} project", "{count} projects", one.cases).format(count=one.cases),
    }


def _way_plot(found: Sequence[Way]) -> Any:
    if not found:
        return ""
    values = [(_name(one), round(one.days / _MONTH, 1)) for one in found]
    told = ", ".join(f"{_name(one)} : {_long(one.days)}" for one in found)
    return bars(values, gettext("Median number of months from one stage to another"), told)


def _name(one: Way) -> str:
    first, last = (state_values(None, name)["state"] for name in (one.first, one.last))
    return f"{first} → {last}"


def _long(days: float) -> str:
    months = round(days / _MONTH)
    if months < 1:
        return gettext("less than a month")
    return ngettext("{count} month", "{count} months", months).format(count=months)
