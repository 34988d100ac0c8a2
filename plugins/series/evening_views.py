"""``/-/events/prepare/<event>``: everything about one evening, in the order in which it goes."""

from collections.abc import Sequence
from datetime import date, timedelta
from string import Template
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.events import Event, EventStep
from wiki.api.paths import action_url, page_url
from wiki.api.programmes import programme_lines, programme_paths
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web.forms import organised_event, render_tool, see_other

from .checklist import AFTER, Task, is_settled, steps_of, tasks_of, tick
from .kit import TEXTS, day_of, part, series_of

bp = Blueprint("series_preparing", __name__)

#: from where on a line is about the evening itself
_THAT_DAY = 50
_LONGEST = 20_000


@bp.get("/events/prepare/<path:path>")
def prepare(path: str) -> Response:
    """How far everything is, and where one goes on."""
    reader, event = organised_event(path)
    steps = steps_of(reader, event)
    series = series_of(reader, event.path)
    return render_tool(
        "series/prepare.html",
        title=event.title,
        url=page_url(event.path),
        action=action_url("events/prepare", event.path),
        series={"label": series.title, "url": page_url(series.path)} if series else None,
        day=day_of(reader, event),
        place=event.place,
        cancelled=event.cancelled,
        **_lines(reader, event, steps),
        texts=_texts(reader, event),
        programme=[
            {
                "title": one.title,
                "summary": one.summary,
                "url": page_url(one.row.path) if one.row else "",
            }
            for one in programme_lines(Reader(reader.instance), event)
        ],
        has_programme=bool(programme_paths(reader, event)),
        edit=action_url("edit", event.path) if reader.may_edit(event.path) else "",
    )


@bp.post("/events/prepare/<path:path>")
def do(path: str) -> Response:
    """Ticks a line of the calendar, or takes that back."""
    reader, event = organised_event(path)
    action, name = request.form.get("action", ""), request.form.get("task", "")[:100]
    names = {task.plan.name for task in tasks_of(reader, event, ())}
    if action not in ("tick", "untick") or name not in names:
        raise NotFound(gettext("There is nothing of that name to do."))
    tick(reader, event, name, done=action == "tick")
    return see_other(action_url("events/prepare", event.path) + "#calendar")


def task_line(reader: Reader, task: Task) -> dict[str, Any]:
    """A line of the calendar as pages show it."""
    return {
        "name": task.plan.name,
        "words": task.plan.words,
        "day": task.day,
        "done": task.done,
        "ticked": task.ticked,
        "late": not task.settled and task.day < reader.today,
        "itself": task.step is not None and task.step.by_itself and not task.done,
        "url": task.step.url if task.step else "",
        "step": task.step.words if task.step else "",
        "room": task.step.label if task.step else "",
        "notes": task.step.notes if task.step else (),
    }


def _lines(reader: Reader, event: Event, steps: Sequence[EventStep]) -> dict[str, Any]:
    """What is left to do and what is done, each thing once, as an evening goes.

    A line of the calendar says what its room says; where several lead to the same room, the first
    that is not settled does. Rooms that no line leads to stand at the time of the evening that
    they are of.
    """
    tasks = tasks_of(reader, event, steps)
    evening = day_of(reader, event)
    said: set[str] = set()
    found: list[tuple[bool, date, int, dict[str, Any]]] = []
    for task in sorted(tasks, key=lambda one: one.settled):
        line = task_line(reader, task)
        if task.step is not None and task.step.url in said:
            line |= {"step": "", "room": "", "notes": ()}
        elif task.step is not None:
            said.add(task.step.url)
        found.append((task.settled, task.day, 0, line))
    for step in steps:
        if step.url not in said:
            day = _day_of_step(step, evening, reader.today)
            settled = is_settled(reader, event, step)
            found.append((settled, day, step.order, _step_line(step)))
    found.sort(key=lambda one: one[1:3])
    return {
        "left": [line for settled, _day, _order, line in found if not settled],
        "gone": [line for settled, _day, _order, line in found if settled],
    }


def _step_line(step: EventStep) -> dict[str, Any]:
    line = {"words": step.label, "url": step.url, "step": step.words, "done": step.done}
    line |= {"notes": step.notes, "itself": step.by_itself and not step.done}
    return {"name": "", "day": None, "ticked": False, "late": False, "room": "", **line}


def _day_of_step(step: EventStep, evening: date | None, today: date) -> date:
    """Where a room that has no day of its own stands: now, on the evening, or after it."""
    if evening is None or step.order < _THAT_DAY:
        return today
    return evening if step.order < AFTER else evening + timedelta(days=1)


def _texts(reader: Reader, event: Event) -> list[dict[str, str]]:
    """The ready texts of the series, filled in for this evening: a heading and what is below."""
    series = series_of(reader, event.path)
    page = part(reader, series, TEXTS) if series else None
    if series is None or page is None:
        return []
    day = day_of(reader, event)
    # They are sent to people outside: what everyone may read stands in them.
    shown = programme_lines(Reader(reader.instance), event)
    lines = [f"- {one.title}" + (f" — {one.summary}" if one.summary else "") for one in shown]
    words = {
        "title": event.title,
        "series": series.title,
        "date": reader.instance.templates.filters["day"](day) if day else "…",
        "place": event.place or "…",
        "territory": event.row.first("territory"),
        "programme": "\n".join(lines) or "…",
        "address": reader.instance.settings.public_url + page_url(event.path),
    }
    lines_of = page.text.splitlines()
    found = []
    for heading in page.document.headings:
        if heading.level != 2:
            continue
        text = "\n".join(lines_of[heading.line + 1 : heading.end_line]).strip()[:_LONGEST]
        if text:
            filled = Template(text).safe_substitute(words)
            found.append({"label": heading.text, "text": filled})
    return found
