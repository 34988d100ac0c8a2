"""“I can help”, “I am interested”, and the list of one's own introductions."""

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField
from wiki.api.limits import client_address
from wiki.api.paths import action_url
from wiki.api.people import Person
from wiki.api.reading import Reader
from wiki.api.translation import gettext, language, lazy
from wiki.api.web import (
    current_instance,
    current_person,
    current_reader,
    signed_in_person,
)
from wiki.api.web.forms import redisplay, render_tool, see_other
from wiki.api.web.open_forms import antispam, open_to_all

from .. import relays, requests, rules, someone
from ..links import SIDE
from ..someone import Someone
from ..states import ASKED, CONNECTED, DECLINED, RESTS, view, view_of_proposer
from ..store import Introduction, act_as_proposer, of_person, unreachable
from ..subjects import is_writer, subject_here, subject_of

bp = Blueprint("introductions", __name__)

#: what a side, or who proposed it, reads in the list
STATE_WORDS = {
    "confirm": lazy("your address is to be confirmed"),
    ASKED: lazy("waits for an answer"),
    "waits": lazy("you said yes; the other has yet to answer"),
    DECLINED: lazy("you said no"),
    "taken": lazy("someone of the team has answered"),
    CONNECTED: lazy("you are in touch"),
    RESTS: lazy("came to nothing"),
}
PROPOSED_WORDS = {
    ASKED: lazy("waits for both"),
    CONNECTED: lazy("they are in touch"),
    RESTS: lazy("came to nothing this time"),
}


@bp.get("/introductions/answer/<identity>")
def answer_form(identity: str, *, sent: str = "") -> Response:
    """Two lines to write; without an account, a name and an address below."""
    reader = current_reader()
    subject = subject_here(reader, identity)
    asked = relays.relayed(reader, subject)
    return render_tool(
        "introductions/answer.html",
        private_address=True,
        subject=subject,
        action=action_url("introductions", f"answer/{subject.about}"),
        values={
            name: request.values.get(name, "")
            for name in ("words", "name", "email", "hidden", "relay")
        },
        own=is_writer(reader, subject.about),
        nobody=not asked.team,
        consent="" if subject.team else relays.consent_words(asked),
        traps=antispam.fields(),
        most=rules.WORDS,
        sent=sent,
        know_url=action_url("introductions/propose", query={"about": subject.about})
        if subject.team
        else "",
    )


@bp.post("/introductions/answer/<identity>")
@open_to_all
@redisplay(answer_form)
def answer(identity: str) -> Response:
    """Sends them to who looks after the page; without an account, first asks by mail."""
    reader = current_reader()
    subject = subject_here(reader, identity)
    person = current_person()
    if antispam.caught():
        return answer_form(identity, sent="confirm")
    asked = relays.relayed(reader, subject)
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
    return answer_form(identity, sent="asked" if person else "confirm")


@bp.get("/introductions")
def mine() -> Response:
    """One's own introductions: asked about, and proposed."""
    person = signed_in_person(_who_did_it())
    reader = current_reader()
    found = of_person(reader.instance, person.id)
    return render_tool(
        "introductions/mine.html",
        asked=[line for one in found for line in asked_lines(reader, person, one)],
        proposed=[_proposed_line(reader, one) for one in found if one.row.proposer == person.id],
    )


@bp.post("/introductions")
def withdraw() -> Response:
    """Takes back what one proposed, while nothing has come of it."""
    person = signed_in_person(_who_did_it())
    reader = current_reader()
    done = act_as_proposer(reader.instance, person.id, request.form.get("id", ""), "withdraw")
    return see_other(action_url("introductions"), gettext("It is taken back.") if done else "")


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


def _who_did_it() -> str:
    return gettext("Log in first: whoever is brought together learns who did it.")


def _sender(person: Person | None) -> Someone:
    if person is not None:
        return someone.account(person)
    form = request.form
    return someone.visitor(
        current_instance(), form.get("name", ""), form.get("email", ""), language()
    )
