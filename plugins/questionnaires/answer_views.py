"""The questionnaire, by its link: one project a screen, each answer sent on its own.

These views know nobody: no session is looked up, no cookie set, no try counted. The link is all
that lets one answer, so its form needs no other proof; it is kept out of logs by its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, NotFound
from wiki.api.events import Event
from wiki.api.paths import action_url, page_url, read_number
from wiki.api.programmes import ProgrammeLine
from wiki.api.translation import gettext
from wiki.api.web import anonymous_view, current_instance
from wiki.api.web.forms import hide_address, render_tool
from wiki.api.web.open_forms import csrf

from .models import RoundRow
from .questions import LONGEST, QUESTIONS, typed
from .schedule import SHIELD
from .store import (
    are_askable,
    asked_event,
    chosen_reader,
    has_answered,
    named_projects,
    round_by_id,
    take,
)
from .tokens import read_token

bp = Blueprint("questionnaires_answers", __name__)


# The address lets its holder answer. Of errors too: what their pages load would carry it.
bp.after_request(hide_address)


@dataclass(frozen=True)
class Asked:
    """What a link leads to: its round, its number, the event and the projects asked about."""

    token: str
    round: RoundRow
    nonce: bytes
    event: Event
    projects: tuple[str, ...]
    #: path → what the programme says of it
    lines: Mapping[str, ProgrammeLine]

    def url(self, step: int | None = None) -> str:
        """The screen of the ``step``-th project, from 1; the first page without one."""
        return action_url("questionnaires", f"answer/{self.token}", query={"step": step or ""})


@bp.get("/questionnaires/answer/<token>")
@anonymous_view
def ask(token: str) -> Response:
    """The promise, then a project a screen, then thanks; nothing changes by looking."""
    asked = _asked(token)
    if not asked.round.takes(current_instance()):
        return _closed(asked)
    step = _step(asked)
    if step == 0:
        return _first(asked)
    if step > len(asked.projects):
        return _last(asked)
    return _screen(asked, step)


@bp.post("/questionnaires/answer/<token>")
@csrf.exempt  # type: ignore[untyped-decorator]
@anonymous_view
def answer(token: str) -> Response:
    """Takes the answer about one project, once, and goes on to the next."""
    asked, instance = _asked(token), current_instance()
    project = request.form.get("project", "")
    if not asked.round.takes(instance, late=True):
        return _closed(asked)
    if project not in asked.projects:
        return _kept(asked, "gone", 1)
    step = asked.projects.index(project) + 1
    try:
        said = typed(request.form)
    except BadField as error:
        return _screen(asked, step, {error.field: error.words}, error.status)
    if not said.is_empty and not take(instance, asked.round.id, asked.nonce, project, said):
        now = round_by_id(instance, asked.round.id)
        if now is None or now.closed is not None:  # at this very moment
            return _closed(asked)
        return _kept(asked, "twice", step + 1)
    return redirect(asked.url(step + 1), HTTPStatus.SEE_OTHER)


def _asked(token: str) -> Asked:
    instance = current_instance()
    known = read_token(instance.secret, token)
    found = round_by_id(instance, known[0]) if known else None
    event = asked_event(instance, found) if found else None
    if known is None or found is None or event is None or found.sent is None:
        raise NotFound(gettext("This link is no longer good. Nothing was kept."))
    lines = named_projects(instance, event)
    projects = are_askable(instance, found.id, tuple(lines))
    return Asked(token, found, known[1], event, projects, lines)


def _step(asked: Asked) -> int:
    return min(read_number(request.args.get("step", "")) or 0, len(asked.projects) + 1)


def _first(asked: Asked) -> Response:
    return _page(asked, "first", projects=[one.title for one in _lines(asked)])


def _screen(
    asked: Asked, step: int, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    instance, project = current_instance(), asked.projects[step - 1]
    line = asked.lines[project]
    return _page(
        asked,
        "screen",
        status,
        step=step,
        count=len(asked.projects),
        project={
            "path": project,
            "title": line.title,
            "summary": line.summary,
            "url": page_url(project) if line.row else "",
        },
        done=has_answered(instance, asked.round.id, asked.nonce, project),
        errors=errors or {},
        longest=LONGEST,
        before=asked.url(step - 1) if step > 1 else "",
        next=asked.url(step + 1),
    )


def _last(asked: Asked) -> Response:
    instance = current_instance()
    left = [
        {"title": one.title, "url": asked.url(asked.projects.index(one.path) + 1)}
        for one in _lines(asked)
        if not has_answered(instance, asked.round.id, asked.nonce, one.path)
    ]
    return _page(asked, "last", left=left, said=len(left) < len(asked.projects))


def _closed(asked: Asked) -> Response:
    return _page(asked, "closed", HTTPStatus.GONE, written=_written())


def _kept(asked: Asked, why: str, step: int) -> Response:
    """Nothing was taken: why, and what was typed, to be copied."""
    status = HTTPStatus.CONFLICT if why == "twice" else HTTPStatus.GONE
    return _page(asked, why, status, written=_written(), next=asked.url(step))


def _written() -> list[str]:
    fields = (request.form.get(f"{one.name}_words", "") for one in QUESTIONS)
    return [text for text in fields if text.strip()]


def _lines(asked: Asked) -> list[ProgrammeLine]:
    return [asked.lines[path] for path in asked.projects]


def _page(asked: Asked, state: str, status: int = 200, **values: Any) -> Response:
    instance, known = current_instance(), asked.round
    person = chosen_reader(instance, known)
    return render_tool(
        "questionnaires/answer.html",
        status,
        state=state,
        title=asked.event.title,
        action=asked.url(),
        begin=asked.url(1),
        last_day=known.last_day,
        least=known.least,
        shield=SHIELD.days,
        chosen=person.name if person else "",
        questions=QUESTIONS,
        typed={**{one.name: request.form.getlist(one.name) for one in QUESTIONS}},
        words={one.name: request.form.get(f"{one.name}_words", "") for one in QUESTIONS},
        **values,
    )
