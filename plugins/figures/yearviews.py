"""``/-/figures/years``: the network over the years, as plots that print, each with its table."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api.pages.blocks import columns
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.translation import gettext, lazy
from wiki.api.web import current_reader, render_page, share_response

from .years import COUNTED, Year, years_for

bp = Blueprint("figures_years", __name__)

_WORDS = {
    "projects": lazy("New projects"),
    "said": lazy("Needs said"),
    "found": lazy("Needs met"),
    "events": lazy("Events held"),
}


@bp.get("/figures/years")
def show() -> Response:
    """Over what is public, whoever asks: such figures are for reports."""
    found = years_for(Reader(current_reader().instance))
    if found is not None:
        # What is said meanwhile is kept for nobody.
        share_response()
    years = found or []
    told = [name for name in COUNTED if any(year.counts[name] for year in years)]
    return render_page(
        "figures/years.html",
        reading=found is None,
        plots=[{"word": str(_WORDS[name]), "svg": _plot(years, name)} for name in told],
        words=[str(_WORDS[name]) for name in told],
        rows=[
            {"label": str(year.year), "counts": [year.counts[name] for name in told]}
            for year in reversed(years)
        ],
        totals=[sum(year.counts[name] for year in years) for name in told],
        long=action_url("figures"),
    )


def _plot(years: Sequence[Year], name: str) -> Any:
    # Every other year is named where there is no room for all.
    step = 1 + len(years) // 7
    last = len(years) - 1
    values = [
        (_named(year, (last - rank) % step == 0, rank), float(year.counts[name]))
        for rank, year in enumerate(years)
    ]
    label = gettext("{what}, by year").format(what=_WORDS[name])
    told = ", ".join(f"{year.year}\u00a0: {year.counts[name]}" for year in years)
    return columns(values, label, told)


def _named(year: Year, named: bool, rank: int) -> str:
    """A name of its own for each column: those without words are told apart by their blanks."""
    return str(year.year) if named else "\u200b" * (rank + 1)
