"""What was answered: for the chosen reader first, then for a project's team, for nobody else."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import LogInFirst, NotFound
from wiki.api.events import event_of
from wiki.api.mail import wake_sender
from wiki.api.panels import NextStep, PageContext, Waiting
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, get_row, get_rows
from wiki.api.translation import gettext, lazy
from wiki.api.web import current_reader, flash_message
from wiki.api.web.forms import render_tool

from .ballots import Urn, mark_of
from .closure import open_now, results_url
from .erasure import erase_order
from .models import RoundRow
from .questions import QUESTIONS
from .schedule import SHIELD
from .store import (
    change_urn,
    chosen_reader,
    event_of_round,
    may_read_first,
    round_of,
    rounds_about,
    urns_of,
)

bp = Blueprint("questionnaires_results", __name__)

#: a project's page leads its team there for so long
_NEWS = timedelta(days=60)
#: why something is held back
REASONS = {
    "hurts": lazy("It would only hurt"),
    "person": lazy("It is about someone, not about the project"),
    "named": lazy("It shows who wrote it"),
    "else": lazy("It is about something else"),
}


@bp.get("/questionnaires/results/<path:path>")
def results(path: str) -> Response:
    """What was said about one project after one event, for its team."""
    reader, found, event_title = _event(path)
    project = get_row(reader, normalise(request.args.get("project", "")))
    if project is None or not in_team(reader, project):
        raise _nothing(reader)
    urn = urns_of(reader.instance, found.id).get(project.path) if found.opened else None
    few = found.opened is not None and (urn is None or urn.count < found.least)
    return render_tool(
        "questionnaires/results.html",
        title=event_title,
        url=page_url(found.event),
        project=project.title,
        project_url=page_url(project.path),
        sent=found.sent is not None,
        opened=found.opened is not None,
        last_day=found.last_day,
        least=found.least,
        few=few,
        count=urn.count if urn and not few else 0,
        questions=_shown(found, urn) if urn and not few else [],
        held=len(urn.held) if urn and not few else 0,
    )


@bp.get("/questionnaires/read/<path:path>")
def read(path: str) -> Response:
    """All answers, for who was chosen to read first."""
    reader, found, title = _to_read(path)
    return _reading(reader, found, title)


@bp.post("/questionnaires/read/<path:path>")
def hold(path: str) -> Response:
    """Holds one text back, gives it back, or opens all to the teams."""
    reader, found, title = _to_read(path)
    form, instance = request.form, reader.instance
    what, project = form.get("what", ""), form.get("project", "")
    if what == "open":
        if open_now(instance, found.id):
            wake_sender(instance)
        erase_order(instance)  # what was held back is gone from the log, too
        flash_message(gettext("The teams can read them now. Thank you."))
        return redirect("/-/account", HTTPStatus.SEE_OTHER)
    mark, reason = form.get("text", ""), form.get("reason", "")
    if project not in _readable(reader, found):
        raise _nothing(reader)
    if what == "back":
        change_urn(instance, found.id, project, lambda urn: urn.giving_back(mark))
    elif what == "hold" and reason in REASONS:
        passage = form.get("passage", "").replace("\r\n", "\n").strip()
        change = lambda urn: urn.holding(mark, reason, passage)  # noqa: E731
        if not change_urn(instance, found.id, project, change) and passage:
            words = gettext("These words do not stand in that answer: copy them as they are there.")
            return _reading(reader, found, title, {mark: words}, HTTPStatus.UNPROCESSABLE_ENTITY)
    return redirect(action_url("questionnaires", f"read/{found.event}"), HTTPStatus.SEE_OTHER)


def in_team(reader: Reader, project: PageRow) -> bool:
    """Whether the reader is on the project's team: to run the site, or to organise, is not it."""
    team = project.team_page or project.path
    return team in reader.teams


@hookimpl
def next_steps(context: PageContext) -> Sequence[NextStep]:
    """For the team of a project: what was said about it lately can be read."""
    page, reader = context.page, context.reader
    row = get_row(reader, page.path)
    if row is None or row.type != "project" or not in_team(reader, row):
        return []
    steps = []
    since = reader.instance.private.now() - _NEWS
    for found in rounds_about(reader.instance, row.path)[:1]:
        if found.opened is None or found.opened < since:
            continue
        if (event := event_of_round(reader, found)) is not None:
            label = gettext("Read what was said after “{title}”").format(title=event.title)
            steps.append(NextStep(label, results_url(found.event, row.path), order=30))
    return steps


@hookimpl
def waiting(reader: Reader) -> Sequence[Waiting]:
    """For a chosen reader: what is closed and waits to be read."""
    if reader.person is None or not may_read_first(reader.person):
        return []
    return [
        Waiting(
            gettext("Answers to read first: {title}").format(title=event.title),
            action_url("questionnaires", f"read/{found.event}"),
            found.closed,
        )
        for found in rounds_about(reader.instance, "", reads=reader.person.id)
        if (event := event_of_round(reader, found)) is not None
    ]


def _event(path: str) -> tuple[Reader, RoundRow, str]:
    reader = current_reader()
    event = event_of(reader, normalise(path))
    if event is None:
        raise _nothing(reader)
    return reader, round_of(reader.instance, event.path), event.title


def _to_read(path: str) -> tuple[Reader, RoundRow, str]:
    reader, found, title = _event(path)
    person = reader.person
    chosen = chosen_reader(reader.instance, found)
    if person is None or chosen is None or person.id != chosen.id:
        raise _nothing(reader)
    if found.closed is None or found.opened is not None:
        raise _nothing(reader)
    return reader, found, title


def _readable(reader: Reader, found: RoundRow) -> dict[str, tuple[PageRow, Urn]]:
    """Project → its urn, of those that will open and are not the reader's own."""
    urns = urns_of(reader.instance, found.id)
    rows = get_rows(reader, list(urns))
    return {
        path: (rows[path], urn)
        for path, urn in urns.items()
        if path in rows and urn.count >= found.least and not in_team(reader, rows[path])
    }


def _nothing(reader: Reader) -> Exception:
    if reader.person is None:
        return LogInFirst(gettext("Log in first."))
    return NotFound(gettext("There is no such page here."))


def _reading(
    reader: Reader,
    found: RoundRow,
    title: str,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    projects = [
        {
            "path": path,
            "title": row.title,
            "questions": _shown(found, urn),
            "held": [
                {
                    "mark": mark_of(one.question, one.text),
                    "text": one.text,
                    "left": one.left,
                    "reason": REASONS.get(one.reason, ""),
                }
                for one in urn.held
            ],
        }
        for path, (row, urn) in sorted(_readable(reader, found).items())
    ]
    return render_tool(
        "questionnaires/read.html",
        status,
        title=title,
        url=page_url(found.event),
        action=action_url("questionnaires", f"read/{found.event}"),
        projects=projects,
        reasons=list(REASONS.items()),
        days=SHIELD.days,
        errors=errors or {},
    )


def _shown(found: RoundRow, urn: Urn) -> list[dict[str, Any]]:
    """Each question by itself: nothing says which of its texts go with which of another's."""
    return [
        {
            "label": question.label,
            "ticks": [
                {"label": label, "count": ticked}
                for key, label in question.ticks.items()
                if (ticked := urn.ticked.get(question.name, {}).get(key, 0))
            ],
            "texts": [
                {"text": text, "mark": mark_of(question.name, text)}
                for text in urn.shuffled(question.name, found.id)
            ],
        }
        for question in QUESTIONS
    ]
