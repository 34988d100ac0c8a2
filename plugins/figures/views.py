"""``/-/figures``: how long it takes from a need to an answer, to a meeting, to having found."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.pages.blocks import bars
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.translation import gettext, lazy, ngettext
from wiki.api.web import current_reader, render_page, share_response

from .cases import cases_for
from .medians import FEWEST, MILESTONES, Case, Line, line, lines

bp = Blueprint("figures", __name__)

_WORDS = {
    "answer": lazy("First answer"),
    "introduction": lazy("Introduction"),
    "met": lazy("Found"),
}
#: what a plot over groups shows: the milestone that most of them have
_UNTIL = {
    "answer": lazy("Median number of days until the first answer."),
    "introduction": lazy("Median number of days until an introduction."),
    "met": lazy("Median number of days until it was found."),
}
#: who may count what is not public too
_TEAM = ("admin", "programme")
#: bars in one plot
_BARS = 15


@bp.get("/figures")
def show() -> Response:
    """Over public needs, for everyone; ``?of=all`` over all that someone of the team may see."""
    reader = current_reader()
    may_all = reader.person is not None and reader.person.role in _TEAM
    everything = may_all and request.args.get("of") == "all"
    found = cases_for(reader if everything else Reader(reader.instance))
    if found is not None:
        # What is said meanwhile is kept for nobody.
        share_response()
    cases = found or []
    overall = line(gettext("All needs"), cases)
    groups = [
        (gettext("By theme"), "themes", lines(cases, "themes")),
        (gettext("By territory"), "territories", lines(cases, "territories")),
    ]
    return render_page(
        "figures/figures.html",
        reading=found is None,
        needs=len(cases) if len(cases) >= FEWEST else 0,
        fewest=FEWEST,
        years=action_url("figures/years"),
        columns=[str(_WORDS[name]) for name in MILESTONES],
        overall=_row(overall),
        plot=_plot_overall(overall),
        groups=[_group(title, key, found, cases) for title, key, found in groups],
        scope={
            "may": may_all,
            "all": everything,
            "url": action_url("figures", query=None if everything else {"of": "all"}),
        },
    )


def _group(title: str, key: str, found: list[Line], cases: Sequence[Case]) -> dict[str, Any]:
    named = {label for case in cases for label in getattr(case, key)}
    drawn = _most_told(found)
    # Where there is no room for all, those with the most cases stand for them, by name as ever.
    told = [(one.label, one.cells[drawn]) for one in found]
    known = [(label, cell) for label, cell in told if cell.days is not None]
    kept = sorted(known, key=lambda one: -(one[1].cases or 0))[:_BARS]
    values = [(label, cell.days or 0) for label, cell in known if (label, cell) in kept]
    what = str(_UNTIL[drawn])
    return {
        "title": title,
        "rows": [_row(one) for one in found],
        "hidden": bool(len(named) - len(found)),
        "plot": bars(values, f"{title} : {what}") if values else "",
        "caption": what,
        "more": len(known) - len(values),
    }


def _most_told(found: Sequence[Line]) -> str:
    """The milestone that most lines say; of those that are said alike, the one nearest the end."""
    return max(
        reversed(MILESTONES),
        key=lambda name: sum(one.cells[name].days is not None for one in found),
    )


def _plot_overall(overall: Line) -> Any:
    values = [
        (str(_WORDS[name]), cell.days)
        for name in MILESTONES
        if (cell := overall.cells[name]).days is not None
    ]
    label = gettext("Median days from a need to its first answer, introduction and end")
    return (
        bars([(name, days) for name, days in values if days is not None], label) if values else ""
    )


def _row(told: Line) -> dict[str, Any]:
    return {
        "label": told.label,
        "cells": [
            {"days": _days(cell.days), "cases": _cases(cell.cases)}
            if (cell := told.cells[name]).days is not None
            else None
            for name in MILESTONES
        ],
    }


def _days(days: float | None) -> str:
    number = round(days or 0)
    if number == 0:
        return gettext("the same day")
    return ngettext("{count} day", "{count} days", number).format(count=number)


def _cases(cases: int | None) -> str:
    number = cases or 0
    return ngettext("{count} case", "{count} cases", number).format(count=number)
