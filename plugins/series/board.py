"""``/-/series``: the evenings that come and those of the last month, what each waits for."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api.events import Event, event_of_row, organises_event
from wiki.api.panels import Waiting
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader
from wiki.api.reading.rows import find_rows, get_rows, select
from wiki.api.translation import gettext
from wiki.api.web import signed_in_reader
from wiki.api.web.forms import render_tool

from .checklist import is_settled, steps_of, tasks_of
from .evening_views import task_line
from .kit import EVENT, SERIES, all_series, day_of, may_add_evening, may_begin

bp = Blueprint("series_board", __name__)

#: how far back an evening still waits for something, and how many are shown
_BACK, _MOST = timedelta(days=31), 40
#: lines of each evening, and lines that wait for one person
_LINES, _WAITING = 4, 6


@bp.get("/series")
def board() -> Response:
    """Monday's fifteen minutes: everything that waits, the oldest evening first."""
    reader = signed_in_reader()
    found = [_line(reader, event) for event in mine(reader)]
    return render_tool(
        "series/board.html",
        gone=[one for one in found if one["over"]],
        coming=[one for one in found if not one["over"]],
        series=[
            {
                "label": one.title,
                "url": page_url(one.path),
                "next": action_url("series/next", one.path) if may_add_evening(reader, one) else "",
            }
            for one in all_series(reader)
        ],
        new=action_url("series/new") if may_begin(reader) else "",
    )


def mine(reader: Reader) -> list[Event]:
    """The evenings that the reader prepares, from a month ago on, the oldest first."""
    since = (reader.today - _BACK).isoformat()
    chosen = select(types=(EVENT,), ranges={"starts": (since, "")})
    rows = find_rows(reader, chosen, "starts", 4 * _MOST).rows
    return [event for row in rows if organises_event(reader, event := event_of_row(reader, row))][
        :_MOST
    ]


def has_evenings(reader: Reader) -> bool:
    """Whether “My evenings” is a page for the reader: it is asked for with each page."""
    person = reader.person
    if person is None or person.role == "reader":
        return False
    if person.role in ("programme", "admin"):
        return True
    return any(
        row.type in (EVENT, SERIES) for row in get_rows(reader, sorted(reader.teams)).values()
    )


def waiting_lines(reader: Reader) -> Sequence[Waiting]:
    """The lines of calendars that are due, for who prepares those evenings."""
    if not has_evenings(reader):
        return []
    zone = reader.instance.settings.zone
    lines = []
    for event in mine(reader):
        if event.cancelled:
            continue
        page = event.row.team_page or event.path
        own = page in reader.teams
        # What its room says is asked only where something may be due at all.
        due = [one for one in tasks_of(reader, event, ()) if one.day <= reader.today]
        if any(not one.settled for one in due):
            due = tasks_of(reader, event, steps_of(reader, event))
        for one in due:
            if one.settled or one.day > reader.today:
                continue
            words = gettext("{task}: {event}").format(task=one.plan.words, event=event.title)
            lines.append(
                Waiting(
                    words,
                    action_url("events/prepare", event.path),
                    datetime.combine(one.day, time(6), zone),
                    personal=own,
                )
            )
    return lines[:_WAITING]


def _line(reader: Reader, event: Event) -> dict[str, Any]:
    steps = steps_of(reader, event)
    found = tasks_of(reader, event, steps)
    said = {one.step.url for one in found if one.step is not None and not one.ticked}
    left = [one for one in steps if one.url not in said and not is_settled(reader, event, one)]
    tasks = [task_line(reader, one) for one in found if not one.settled]
    waits = tasks[:_LINES]
    return {
        "label": event.title,
        "url": page_url(event.path),
        "prepare": action_url("events/prepare", event.path),
        "day": day_of(reader, event),
        "place": event.place,
        "cancelled": event.cancelled,
        "over": event.is_over(reader),
        "late": sum(one["late"] for one in tasks),
        "tasks": waits,
        "steps": [
            {"label": one.label, "words": one.words, "url": one.url}
            for one in left[: max(0, _LINES - len(waits))]
        ],
    }
