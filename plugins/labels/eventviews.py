"""The labels of an event, for those who organise it: who took one, and taking one back."""

from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, Forbidden, LogInFirst, NotFound
from wiki.api.events import Event, event_of, manages_event
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.people import get_person
from wiki.api.reading import Reader, get_title, page_exists
from wiki.api.translation import gettext
from wiki.api.web import current_reader, flash_message, render_page

from .links import PROOF
from .models import LabelRow
from .store import REASON, give_back, of_event, standing, withdraw

bp = Blueprint("labels_event", __name__)


@bp.get("/labels/given/<path:path>")
def given(path: str) -> Response:
    """Which projects took the label of the event."""
    return _page(*_asked(path))


@bp.post("/labels/given/<path:path>")
def act(path: str) -> Response:
    """Takes a label back, or gives it back."""
    reader, event = _asked(path)
    label, action = request.form.get("id", ""), request.form.get("action", "")
    if label not in {one.id for one in of_event(reader.instance, event.path)}:
        raise NotFound(gettext("There is no such label."))
    if action == "withdraw":
        try:
            withdraw(reader, label, request.form.get("reason", ""))
        except BadField as error:
            return _page(reader, event, {label: error.words}, int(error.status))
        flash_message(gettext("The label is withdrawn, wherever it is shown."))
    elif action == "again":
        give_back(reader, label)
        flash_message(gettext("The project has its label again."))
    else:
        raise NotFound(gettext("There is nothing of that name to do."))
    return redirect(action_url("labels/given", event.path), HTTPStatus.SEE_OTHER)


def _asked(path: str) -> tuple[Reader, Event]:
    reader = current_reader()
    event = event_of(reader, normalise(path))
    if event is None:
        raise NotFound(gettext("There is no such event."))
    if not manages_event(reader, event):
        words = gettext("This is for those who organise the event.")
        raise Forbidden(words) if reader.person else LogInFirst(words)
    return reader, event


def _page(
    reader: Reader, event: Event, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    rows = [
        one for one in of_event(reader.instance, event.path) if page_exists(reader, one.project)
    ]
    return render_page(
        "labels/given.html",
        status,
        event={"label": event.title, "url": page_url(event.path)},
        action=action_url("labels/given", event.path),
        labels=[_shown(reader, one, errors or {}) for one in rows],
        most=REASON,
        noindex=True,
    )


def _shown(reader: Reader, row: LabelRow, errors: dict[str, str]) -> dict[str, object]:
    return {
        "id": row.id,
        "project": {"label": get_title(reader, row.project), "url": page_url(row.project)},
        "taken": row.taken,
        "taker": _name(reader, row.taken_by),
        "remover": _name(reader, row.revoked_by),
        "holds": standing(reader.instance, row) is not None,
        "by_event": row.by_event,
        "by_team": row.revoked is not None and not row.by_event,
        "reason": row.reason,
        "proof": PROOF.path(reader.instance, row.id),
        "typed": request.form.get("reason", "") if row.id in errors else "",
        "error": errors.get(row.id, ""),
    }


def _name(reader: Reader, person: str | None) -> str:
    """What an account is called; "" where it is gone."""
    found = get_person(reader.instance.private, person) if person else None
    return found.name if found else ""
