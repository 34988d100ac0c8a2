"""“I can help”, “I am interested”, and the list of one's own introductions."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, WikiError
from wiki.api.forms import antispam, open_to_all
from wiki.api.limits import client_address, set_retry_after
from wiki.api.paths import action_url
from wiki.api.people import Person
from wiki.api.reading import Reader
from wiki.api.translation import gettext, language, lazy
from wiki.api.web import (
    current_instance,
    current_person,
    current_reader,
    flash_message,
    render_page,
    signed_in_person,
)

from .. import relays, requests, rules, someone
from ..links import SIDE
from ..someone import Someone
from ..states import ASKED, CONNECTED, DECLINED, RESTS, view, view_of_proposer
from ..store import Introduction, act_as_proposer, of_person, unreachable
from ..subjects import Subject, is_writer, subject_here, subject_of

bp = Blueprint("introductions", __name__)

_FIELDS = ("relay", "", "words", "name", "email")
#: what a side, or who proposed it, reads in the list
STATE_WORDS = {
    "confirm": lazy("your address is to be confirmed"),
    ASKED: lazy("waits for an answer"),
    "waits": lazy("you said yes; the other has yet to answer"),
    DECLINED: lazy("you said no"),
    "taken": lazy("someone of the team has answered"),
    CONNECTED: lazy("you are in touch"),
    RESTS: lazy("rests"),
}
PROPOSED_WORDS = {
    ASKED: lazy("waits for both"),
    CONNECTED: lazy("they are in touch"),
    RESTS: lazy("came to nothing this time"),
}


@bp.get("/introductions/answer/<identity>")
def answer_form(identity: str) -> Response:
    """Two lines to write; without an account, a name and an address below."""
    reader = current_reader()
    return _answer_page(reader, subject_here(reader, identity), {})


@bp.post("/introductions/answer/<identity>")
@open_to_all
def answer(identity: str) -> Response:
    """Sends them to who looks after the page; without an account, first asks by mail."""
    reader = current_reader()
    subject = subject_here(reader, identity)
    person = current_person()
    verdict = antispam.Verdict.FINE if person else antispam.check(request.form)
    if words := antispam.words(verdict):
        return _answer_page(reader, subject, {"": words}, 422)
    if verdict is antispam.Verdict.FILLED:
        return _answer_page(reader, subject, {}, sent="confirm")
    asked = relays.relayed(reader, subject)
    try:
        if is_writer(reader, subject.about):
            raise BadField("", gettext("You wrote this yourself: it is for others to answer."))
        if asked.team and not subject.team and not request.form.get("relay"):
            raise BadField("relay", gettext("Say so here, or nobody would read your lines."))
        requests.answer(
            reader,
            asked,
            _sender(person),
            request.form.get("words", ""),
            hidden=bool(request.form.get("hidden")),
            origin=client_address(),
        )
    except WikiError as error:
        return set_retry_after(
            _answer_page(reader, subject, {getattr(error, "field", ""): error.words}, error.status),
            error,
        )
    return _answer_page(reader, subject, {}, sent="asked" if person else "confirm")


@bp.get("/introductions")
def mine() -> Response:
    """One's own introductions: asked about, and proposed."""
    reader, person = current_reader(), _someone()
    found = of_person(reader.instance, person.id)
    return render_page(
        "introductions/mine.html",
        asked=[line for one in found for line in asked_lines(reader, person, one)],
        proposed=[_proposed_line(reader, one) for one in found if one.row.proposer == person.id],
        noindex=True,
    )


@bp.post("/introductions")
def withdraw() -> Response:
    """Takes back what one proposed, while nothing has come of it."""
    person = _someone()
    if act_as_proposer(current_instance(), person.id, request.form.get("id", ""), "withdraw"):
        flash_message(gettext("It is taken back."))
    return redirect(action_url("introductions"), HTTPStatus.SEE_OTHER)


def asked_lines(reader: Reader, person: Person, one: Introduction) -> list[dict[str, Any]]:
    """The lines of an introduction for someone who is asked about it."""
    lines = []
    for side in one.sides:
        if side.person != person.id:
            continue
        state = view(one.talk, side.id)
        subject = subject_of(reader, one.row.about)
        lines.append(
            {
                "state": state,
                "words": str(STATE_WORDS[state]),
                "other": one.names_opposite(side) if state != RESTS else "",
                "about": subject.said if subject else "",
                "url": SIDE.path(reader.instance, side.id),
                "when": one.row.confirmed or one.row.created,
            }
        )
    return lines


def _proposed_line(reader: Reader, one: Introduction) -> dict[str, Any]:
    state = view_of_proposer(one.talk)
    subject = subject_of(reader, one.row.about)
    return {
        "id": one.row.id,
        "state": state,
        "words": str(PROPOSED_WORDS[state]),
        "names": [", ".join(side.name for side in one.at(place)) for place in ("a", "b")],
        "about": subject.said if subject else "",
        "url": subject.url if subject else "",
        "when": one.row.created,
        "unreachable": unreachable(reader.instance, one) if state == ASKED else [],
        "may_withdraw": state == ASKED,
    }


def _someone() -> Person:
    return signed_in_person(gettext("Log in first: whoever is brought together learns who did it."))


def _sender(person: Person | None) -> Someone:
    if person is not None:
        return someone.account(person)
    form = request.form
    return someone.visitor(
        current_instance(), form.get("name", ""), form.get("email", ""), language()
    )


def _answer_page(
    reader: Reader,
    subject: Subject,
    errors: dict[str, str],
    status: int = 200,
    *,
    sent: str = "",
) -> Response:
    asked = relays.relayed(reader, subject)
    return _private(
        render_page(
            "introductions/answer.html",
            status,
            subject=subject,
            action=action_url("introductions", f"answer/{subject.about}"),
            values=_values("words", "name", "email", "hidden", "relay"),
            own=is_writer(reader, subject.about),
            nobody=not asked.team,
            consent="" if subject.team else relays.consent_words(asked),
            errors=dict.fromkeys(_FIELDS, "") | errors,
            traps=antispam.fields(),
            most=rules.WORDS,
            sent=sent,
            know_url=action_url("introductions/propose", query={"about": subject.about})
            if subject.team
            else "",
            noindex=True,
        )
    )


def _values(*names: str) -> dict[str, str]:
    return {name: request.values.get(name, "") for name in names}


def _private(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
