"""How the wiki is used, for administrators: sums by day, which follow nobody."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from babel.dates import format_skeleton
from werkzeug.wrappers import Response

from wiki.charts import columns
from wiki.jobs.overview import read_overview
from wiki.people.usage import count_active, list_uses
from wiki.projections.catalogue import select
from wiki.reading import Reader
from wiki.reading.lists import count_rows
from wiki.translation import gettext as _
from wiki.translation import language, lazy, ngettext
from wiki.web.admin.index import bp
from wiki.web.admin.sections import USE, Line, Section, register
from wiki.web.forms import render_tool
from wiki.web.support import current_reader

#: days that are told one by one, and those that are drawn
_DAYS, _DRAWN = 28, 14
_EVENT = "event"


@bp.get("/admin/figures")
def figures() -> Response:
    """Day by day, and what is counted and what is not, in words."""
    reader = current_reader()
    days = _days(reader)
    shown = [(str(one["day"].day), one["views"]) for one in days[_DRAWN - 1 :: -1]]
    return render_tool(
        "admin/figures.html",
        days=days,
        plot=columns(shown, _("Pages read, day by day")) if any(n for _d, n in shown) else "",
        **_sums(reader, days),
    )


def _days(reader: Reader) -> list[dict[str, Any]]:
    """The last days, today first: pages viewed, by programs too, searches."""
    today = reader.today
    first = today - timedelta(days=_DAYS - 1)
    by_day: dict[tuple[date, str], tuple[int, int]] = {
        (one.day, one.name): (one.people, one.programs)
        for one in list_uses(reader.instance.private, first)
    }
    # What was counted since the last minute is in no row yet.
    for name, counts in _unwritten(reader).items():
        before = by_day.get((today, name), (0, 0))
        by_day[today, name] = (before[0] + counts[0], before[1] + counts[1])
    none = (0, 0)
    days = []
    for number in range(_DAYS):
        day = today - timedelta(days=number)
        views = by_day.get((day, "view"), none)
        without = sum(by_day.get((day, "search_without_result"), none))
        days.append(
            {
                "day": day,
                "label": format_skeleton("MMMEd", day, locale=language()),
                "views": views[0],
                "programs": views[1],
                "searches": sum(by_day.get((day, "search"), none)) + without,
                "without": without,
            }
        )
    return days


def _unwritten(reader: Reader) -> Mapping[str, tuple[int, int]]:
    uses, noted = reader.instance.counters.uses(), reader.instance.counters.noted_uses()
    return {name: (one[0] - noted[name][0], one[1] - noted[name][1]) for name, one in uses.items()}


def _sums(reader: Reader, days: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    known, week = read_overview(reader.instance), days[:7]
    now, today = reader.instance.private.now(), reader.today
    month = timedelta(days=30)
    past = (today - month).isoformat(), (today - timedelta(days=1)).isoformat()
    coming = today.isoformat(), (today + month).isoformat()
    return {
        "views_week": sum(one["views"] for one in week),
        "searches_week": sum(one["searches"] for one in week),
        "without_week": sum(one["without"] for one in week),
        "saves_week": known.saves_week if known else None,
        "saves_month": known.saves_month if known else None,
        "counted": known.when if known else None,
        "active_month": count_active(reader.instance.private, now - month),
        "evenings_past": _evenings(reader, past),
        "evenings_coming": _evenings(reader, coming),
    }


def _evenings(reader: Reader, between: tuple[str, str]) -> int:
    return count_rows(reader, select([_EVENT], ranges={"starts": between}))


def _lines(reader: Reader) -> Sequence[Line]:
    sums = _sums(reader, _days(reader))
    url = "/-/admin/figures"
    without = sums["without_week"]
    words = ngettext("{count} without a result", "{count} without a result", without)
    lines = [
        Line(_("Pages read in seven days"), url, sums["views_week"]),
        Line(
            _("Searches in seven days"),
            url,
            sums["searches_week"],
            words.format(count=without) if without else "",
        ),
    ]
    if sums["saves_week"] is not None:
        lines.append(Line(_("Saves in seven days"), url, sums["saves_week"]))
    return [
        *lines,
        Line(_("Accounts used in thirty days"), url, sums["active_month"]),
        Line(_("Evenings in the next thirty days"), url, sums["evenings_coming"]),
    ]


register(Section(lazy("Figures"), _lines, order=10, part=USE))
