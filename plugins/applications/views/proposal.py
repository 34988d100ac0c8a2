"""Proposing a project, and one's own applications: for who has a project, or is about to."""

from dataclasses import asdict

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.reading import Reader
from wiki.api.reading.rows import count_facets
from wiki.api.translation import gettext
from wiki.api.web import current_person, current_reader
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

from .. import submission
from .. import values as showing
from ..access import someone
from ..calls import Call, call_at
from ..submission import LONGEST

bp = Blueprint("applications", __name__)

#: what its form is called
NAME = "applications"
#: territories that are offered as one types
_KNOWN = 40


@bp.get("/applications/new")
def form() -> Response:
    """The form: a project of mine, or a new one; a visitor begins with it."""
    check_self_registration(gettext("Log in first."))
    typed = typed_fields(NAME)
    call = _call(typed.get("to") or request.args.get("to", ""))
    reader, person = current_reader(), current_person()
    projects = submission.mine(reader) if person else []
    known = count_facets(reader, ("theme", "territory"), limit=_KNOWN)
    chosen = typed.get("project") or request.args.get("project", "")
    response = render_tool(
        "applications/new.html",
        event={"label": call.title, "url": page_url(call.path), "path": call.path},
        until=call.until,
        open=call.open,
        projects=[(row.path, row.title, row.summary) for row in projects],
        chosen=chosen if chosen in {row.path for row in projects} else "",
        values=asdict(submission.read_draft(typed)),
        most=LONGEST,
        held=person is not None and person.held,
        traps=antispam.fields(),
        themes=[one.value for one in known["theme"]],
        territories=[one.value for one in known["territory"]],
    )
    return keep_in_browser(response)


@bp.post("/applications/new")
@open_to_all
@redisplay(form)
def send() -> Response:
    """Proposes it; a visitor is asked for an address first."""
    check_self_registration(gettext("Log in first."))
    call, draft = _call(request.form.get("to", "")), submission.read_draft(request.form)

    def look() -> list[tuple[str, str]]:
        submission.check_takes(call)
        submission.check(draft, new=True)
        return [
            (call.title, draft.title),
            (gettext("In one sentence"), draft.summary),
            (gettext("What does it need?"), draft.needs),
            (gettext("Why this evening?"), draft.why),
            (gettext("Who carries it?"), draft.who),
            (gettext("Where?"), draft.territory),
            (gettext("Themes"), draft.themes),
        ]

    return receive_form(NAME, look)


def open_form() -> OpenForm:
    """A project that a visitor proposes."""
    done = gettext("It is with those who prepare the evening. Here you follow what becomes of it.")
    return OpenForm(action_url("applications/new"), gettext("Propose it"), done, _propose, form)


def _propose(reader: Reader, fields: MultiDict[str, str]) -> Response:
    call, draft = _call(fields.get("to", "")), submission.read_draft(fields)
    if project := fields.get("project", ""):
        row = submission.apply_with(reader, call, normalise(project), draft.why)
    else:
        row = submission.apply_new(reader, call, draft)
    words = gettext("It is with those who prepare the evening. Here you follow what becomes of it.")
    return see_other(action_url(f"application/{row.id}"), words)


@bp.get("/applications/mine")
def mine() -> Response:
    """What my projects were proposed to, and what became of it."""
    reader = current_reader()
    someone(reader)
    return render_tool("applications/mine.html", lines=showing.mine(reader))


def _call(raw: str) -> Call:
    call = call_at(current_reader(), normalise(raw)) if raw else None
    if call is None:
        raise NotFound(gettext("There is no such event here."))
    return call
