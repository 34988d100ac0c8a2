"""Answering a need or an offer of a sister Carrefour's, with one's account here."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.limits import client_address
from wiki.api.paths import action_url
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web import current_reader, signed_in_person
from wiki.api.web.forms import redisplay, render_tool

from .. import rules
from ..sisters import answers
from ..subjects import Subject, about_sister, subject_of

bp = Blueprint("introductions_sisters", __name__)


@bp.get("/introductions/sister/<sister>/<identity>")
def answer_form(sister: str, identity: str, *, sent: bool = False) -> Response:
    """Two lines to write, and what becomes of them."""
    person = signed_in_person(_who_it_is())
    subject = _subject(current_reader(), sister, identity)
    return render_tool(
        "introductions/answer_sister.html",
        private_address=True,
        subject=subject,
        name=person.name,
        action=action_url("introductions", f"sister/{sister}/{identity}"),
        values={name: request.values.get(name, "") for name in ("words", "hidden", "relay")},
        most=rules.WORDS,
        sent=sent,
    )


@bp.post("/introductions/sister/<sister>/<identity>")
@redisplay(answer_form)
def answer(sister: str, identity: str) -> Response:
    """Has them asked by their own site."""
    person = signed_in_person(_who_it_is())
    reader = current_reader()
    answers.answer(
        reader,
        _subject(reader, sister, identity),
        person,
        request.form.get("words", ""),
        hidden=bool(request.form.get("hidden")),
        relay=bool(request.form.get("relay")),
        origin=client_address(),
    )
    return answer_form(sister, identity, sent=True)


def _subject(reader: Reader, sister: str, identity: str) -> Subject:
    subject = subject_of(reader, about_sister(sister, identity))
    if subject is None:
        raise NotFound(gettext("That site shows no such need or offer, or no longer does."))
    return subject


def _who_it_is() -> str:
    return gettext(
        "Log in first: the other site is told who answers, by the name of your account."
        " Without one, answer on its own pages."
    )
