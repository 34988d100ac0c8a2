"""“I know someone”: a third person brings two together; a visitor begins with the words."""

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wiki.api.errors import LogInFirst
from wiki.api.limits import client_address
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext, language
from wiki.api.web import current_reader
from wiki.api.web.forms import redisplay, render_tool, see_other
from wiki.api.web.open_forms import (
    OpenForm,
    antispam,
    check_self_registration,
    keep_in_browser,
    open_to_all,
    receive_form,
    typed_fields,
)

from .. import recipients, requests, rules, someone
from ..someone import Someone
from ..subjects import PAGE, subject_here

bp = Blueprint("introductions_proposals", __name__)

#: what the form is called
NAME = "introductions-propose"
_FIELDS = ("words", "name", "email", "person")


@bp.get("/introductions/propose")
def propose_form() -> Response:
    """Whom one knows for a need, an offer or a project; a visitor begins with it too."""
    reader = _proposing()
    typed = typed_fields(NAME) or request.args
    subject = subject_here(reader, typed.get("about", ""))
    chosen = typed.get("person", "")
    row = get_row(reader, chosen) if chosen else None
    # Who of them reads mails, and has time, is nothing for those whom nobody knows.
    suited = recipients.suited(reader, subject) if reader.person else []
    values = {name: typed.get(name, "") for name in _FIELDS}
    if row is not None and request.method == "GET" and not values["words"]:
        values["words"] = next((one["words"] for one in suited if one["path"] == row.path), "")
    response = render_tool(
        "introductions/propose.html",
        private_address=True,
        subject=subject,
        whole=subject.kind == PAGE,
        nobody=not subject.team,
        values=values,
        people=[(one.path, one.title) for one in recipients.known_people(reader)],
        suited=suited if row is None else [],
        else_url=action_url("introductions/propose", query={"about": subject.about}),
        chosen={"label": row.title, "url": page_url(row.path), "path": row.path} if row else None,
        most=rules.WORDS,
        traps=antispam.fields(),
    )
    return keep_in_browser(response)


@bp.post("/introductions/propose")
@open_to_all
@redisplay(propose_form)
def propose() -> Response:
    """Asks both sides; a visitor is asked for an address first."""
    reader, form = _proposing(), request.form
    subject = subject_here(reader, form.get("about", ""))

    def look() -> list[tuple[str, str]]:
        helper = _helper(reader, form)
        return [
            (gettext("I know someone"), subject.said),
            (gettext("Whom?"), helper.name),
            (gettext("Why should they meet?"), rules.check_words(form.get("words", ""))),
        ]

    return receive_form(NAME, look)


def open_form() -> OpenForm:
    """Two that a visitor would bring together."""
    done = gettext("Both are asked. You will see here what comes of it.")
    return OpenForm(
        action_url("introductions/propose"), gettext("Ask both"), done, _propose, propose_form
    )


def _propose(reader: Reader, form: MultiDict[str, str]) -> Response:
    subject = subject_here(reader, form.get("about", ""))
    if (person := reader.person) is None:
        raise LogInFirst(gettext("Log in first."))
    helper, words = _helper(reader, form), form.get("words", "")
    requests.propose(reader, subject, person, helper, words, origin=client_address())
    words = gettext("Both are asked. You will see here what comes of it.")
    return see_other(action_url("introductions"), words)


def _proposing() -> Reader:
    """Who may bring two together, or may begin to. Raises LogInFirst, Forbidden."""
    check_self_registration(gettext("Log in first: whoever is brought together learns who did it."))
    reader = current_reader()
    rules.check_proposer(reader.person, reader.instance)
    return reader


def _helper(reader: Reader, form: MultiDict[str, str]) -> Someone:
    lang = reader.person.lang if reader.person else language()
    page = recipients.page_named(reader, form.get("person", ""))
    return someone.named(reader, page, form.get("email", ""), form.get("name", ""), lang)
