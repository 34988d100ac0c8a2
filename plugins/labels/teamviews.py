"""The page of a project's labels, for its team: take one, see it, copy it, give it up."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from markupsafe import escape
from werkzeug.wrappers import Response

from wiki.api.errors import Forbidden, NotFound, WikiError
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, get_title
from wiki.api.reading.rows import PageRow, get_row
from wiki.api.translation import gettext
from wiki.api.web import flash_message, render_page, signed_in_reader
from wiki.api.web.forms import language_choices

from .links import PROOF, badge_path
from .models import LabelRow
from .store import Standing, give_up, of_project, offered, standing, take
from .svg import Look
from .views import look_asked
from .words import day_words, drawn

bp = Blueprint("labels_team", __name__)


def may_ask(reader: Reader, project: str) -> bool:
    """Whether the reader takes labels for a project: they are on its team."""
    return reader.may_change_rights(project)


@bp.get("/labels/<path:path>")
def team(path: str) -> Response:
    """The labels that there are, and those that could be taken."""
    reader, row = _asked(path)
    return _page(reader, row, "")


@bp.post("/labels/<path:path>")
def act(path: str) -> Response:
    """Takes a label, or gives one up."""
    reader, row = _asked(path)
    action = request.form.get("action", "")
    try:
        if action == "accept":
            take(reader, row.path, normalise(request.form.get("path", "")))
            flash_message(gettext("The label is yours: copy it to wherever you show the project."))
        elif action == "leave":
            label = request.form.get("id", "")
            if label not in {one.id for one in of_project(reader.instance, row.path)}:
                raise NotFound(gettext("There is no such label."))
            give_up(reader, label)
            flash_message(
                gettext("The label is withdrawn, wherever it is shown. You can take it again.")
            )
        else:
            raise NotFound(gettext("There is nothing of that name to do."))
    except WikiError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            raise
        return _page(reader, row, error.words, int(error.status))
    return redirect(action_url("labels", row.path), HTTPStatus.SEE_OTHER)


def _asked(path: str) -> tuple[Reader, PageRow]:
    """The project, for its team. Raises LogInFirst, NotFound, Forbidden."""
    reader = signed_in_reader(gettext("Log in first: a label is taken by the team of the project."))
    row = get_row(reader, normalise(path))
    if row is None or row.type != "project":
        raise NotFound(gettext("There is no such project."))
    if not may_ask(reader, row.path):
        raise Forbidden(gettext("This is for the team of the project."))
    return reader, row


def _page(reader: Reader, row: PageRow, error: str, status: int = 200) -> Response:
    instance, look = reader.instance, look_asked(reader.instance, request.args.get("spoken", ""))
    held, gone = [], []
    for label in of_project(instance, row.path):
        if said := standing(instance, label):
            held.append(_shown(instance, label, said, look))
        elif label.by_event:
            gone.append({"event": get_title(reader, label.event), "reason": label.reason})
    named = {one["event"]["url"] for one in held}
    blocked = {one.event for one in of_project(instance, row.path) if one.by_event}
    return render_page(
        "labels/team.html",
        status,
        project={"label": row.title, "url": page_url(row.path)},
        action=action_url("labels", row.path),
        held=held,
        gone=gone,
        offers=[
            {"path": one.event.path, "label": one.event.title, "day": day_words(one)}
            for one in offered(instance, row.path)
            if page_url(one.event.path) not in named and one.event.path not in blocked
        ],
        look=look.query,
        langs=language_choices(instance.settings.offered),
        error=error,
        noindex=True,
    )


def _shown(instance: Instance, label: LabelRow, said: Standing, look: Look) -> Mapping[str, Any]:
    made = drawn(instance, said, look)
    picture = instance.settings.public_url + badge_path(instance, label.id, look.query)
    proof = PROOF.url(instance, label.id)
    snippet = (
        f'<a href="{escape(proof)}"><img src="{escape(picture)}" alt="{escape(made.words)}"'
        f' width="{made.badge.width}" height="{made.badge.height}"></a>'
    )
    return {
        "id": label.id,
        "event": {"label": said.event.title, "url": page_url(said.event.path)},
        "day": day_words(said),
        "picture": badge_path(instance, label.id, look.query),
        "address": picture,
        "proof": PROOF.path(instance, label.id),
        "words": made.words,
        "width": made.badge.width,
        "height": made.badge.height,
        "snippet": snippet,
    }
