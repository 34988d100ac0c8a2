"""What one said oneself, and what became of it: by account, or by the link of a mail."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader, get_title, page_exists
from wiki.api.translation import gettext
from wiki.api.web import (
    current_instance,
    current_reader,
    flash_message,
    render_page,
    signed_in_person,
)
from wiki.api.web.forms import FormText

from . import store, submission
from .fates import words_of
from .links import OWN
from .models import UNCONFIRMED, AnswerRow
from .presenters import change_url, parts_of

bp = Blueprint("feedback_own", __name__)


@bp.get("/feedback/mine")
def mine() -> Response:
    """All that one said with one's account. Raises LogInFirst."""
    person = signed_in_person(gettext("Log in to see what became of what you said."))
    reader = current_reader()
    rows = store.of_person(reader.instance, person.id)
    said = [told(reader, row) for row in reversed(rows)]
    return render_page("feedback/mine.html", said=said, noindex=True)


@bp.post("/feedback/mine")
def take_back(id: FormText) -> Response:
    """Takes one back. Raises LogInFirst."""
    person = signed_in_person(gettext("Log in to see what became of what you said."))
    row = store.find(current_instance(), id)
    if row is not None and row.person == person.id:
        submission.take_back(current_instance(), row.id)
        flash_message(gettext("Taken back: nothing of it is kept."))
    return redirect(action_url("feedback/mine"), HTTPStatus.SEE_OTHER)


@bp.get("/feedback/own/<token>")
def own(token: str) -> Response:
    """What the holder of a link said; a button confirms it. Opening it changes nothing."""
    reader = current_reader()
    row = _row(token)
    return render_page(
        "feedback/own.html",
        private_address=True,
        action=OWN.path(reader.instance, row.id),
        unconfirmed=row.state == UNCONFIRMED,
        one=told(reader, row),
        stranger=_is_stranger(reader, row),
        name=store.name_of(reader.instance, row),
        noindex=True,
    )


@bp.post("/feedback/own/<token>")
def act(token: str, action: FormText) -> Response:
    """Confirms it, or takes it back; again is nothing."""
    reader = current_reader()
    row = _row(token)
    if _is_stranger(reader, row):
        return redirect(OWN.path(reader.instance, row.id), HTTPStatus.SEE_OTHER)
    if action == "back":
        submission.take_back(reader.instance, row.id)
        return render_page("feedback/gone.html", noindex=True)
    if action == "confirm":
        submission.confirm(reader.instance, row.id)
        flash_message(gettext("Thank you. The team reads it, and you see here what becomes of it."))
    return redirect(OWN.path(reader.instance, row.id), HTTPStatus.SEE_OTHER)


def told(reader: Reader, row: AnswerRow) -> dict[str, Any]:
    """An answer for its author, who may have lost sight of the page since."""
    readable = bool(row.path) and page_exists(reader, row.path)
    zone = reader.instance.settings.zone
    return {
        "id": row.id,
        "title": get_title(reader, row.path) if readable else "",
        "url": page_url(row.path) if readable else "",
        "heading": row.heading if readable else "",
        "day": row.created.astimezone(zone).date(),
        "parts": parts_of(row, named=readable),
        "words": words_of(row),
        "fate": row.fate,
        "reply": row.reply,
        "shown": row.shown,
        "change": change_url(reader, row),
    }


def _row(token: str) -> AnswerRow:
    answer = OWN.read(current_instance(), token)
    row = store.find(current_instance(), answer) if answer else None
    if row is None:
        raise NotFound(gettext("There is nothing behind this link any more."))
    return row


def _is_stranger(reader: Reader, row: AnswerRow) -> bool:
    """Whether who is signed in is somebody else than the account that answered."""
    return bool(row.person and reader.person and reader.person.id != row.person)
