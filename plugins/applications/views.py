"""Proposing a project, and one's own applications: for who has a project, or is about to."""

from dataclasses import asdict
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api import (
    NotFound,
    WikiError,
    action_url,
    current_instance,
    current_person,
    current_reader,
    gettext,
    normalise,
    page_of,
    page_url,
    say,
    traps,
    wait,
)

from . import applying, keeping, showing
from .applying import LONGEST, Draft
from .calls import Call, call_at
from .sides import someone

bp = Blueprint("applications", __name__)

#: territories that are offered as one types
_KNOWN = 40


@bp.get("/applications/new")
def form() -> Response:
    """The form: a project of mine, or a new one."""
    call = _call(request.args.get("to", ""))
    kept = keeping.kept_by_id(current_instance(), request.args.get("kept", ""))
    values = applying.draft_of(kept) if kept else asdict(Draft())
    return _form(call, values, {}, kept=kept.id if kept else "")


@bp.post("/applications/new")
def send() -> Response:
    """Proposes it; a visitor goes on to an account first, and what they wrote waits for them."""
    call = _call(request.form.get("to", ""))
    draft, kept = applying.read_draft(request.form), request.form.get("kept", "")
    reader, project = current_reader(), request.form.get("project", "")
    try:
        if reader.person is None:
            return _visitor(call, draft)
        if project:
            row = applying.apply_with(reader, call, normalise(project), draft.why)
        else:
            row = applying.apply_new(reader, call, draft)
    except WikiError as error:
        errors = {getattr(error, "field", ""): error.words}
        return wait(_form(call, asdict(draft), errors, int(error.status), kept=kept), error)
    if kept:
        keeping.drop_kept(reader.instance, kept)
    say(gettext("It is with those who prepare the evening. Here you follow what becomes of it."))
    return redirect(action_url(f"application/{row.id}"), HTTPStatus.SEE_OTHER)


@bp.get("/applications/mine")
def mine() -> Response:
    """What my projects were proposed to, and what became of it."""
    reader = current_reader()
    someone(reader)
    return page_of("applications/mine.html", lines=showing.mine(reader), noindex=True)


def _visitor(call: Call, draft: Draft) -> Response:
    verdict = traps.check(request.form)
    back = {"to": call.path}
    if words := traps.words(verdict):
        return _form(call, asdict(draft), {"": words}, HTTPStatus.UNPROCESSABLE_ENTITY)
    if verdict is not traps.Verdict.FILLED:
        applying.check(draft, new=True)
        back["kept"] = applying.keep_for_visitor(current_instance(), draft)
    say(gettext("What you wrote is kept. One more step: an account, so that the space is yours."))
    target = f"{action_url('applications/new')}?{urlencode(back)}"
    url = f"{action_url('register')}?{urlencode({'next': target})}"
    return _private(redirect(url, HTTPStatus.SEE_OTHER))


def _call(raw: str) -> Call:
    call = call_at(current_reader(), normalise(raw)) if raw else None
    if call is None:
        raise NotFound(gettext("There is no such event here."))
    return call


def _form(
    call: Call,
    values: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
    *,
    kept: str = "",
) -> Response:
    reader, person = current_reader(), current_person()
    projects = applying.mine(reader) if person else []
    known = reader.facets(("theme", "territory"), limit=_KNOWN)
    chosen = request.values.get("project", "")
    response = page_of(
        "applications/new.html",
        status,
        event={"label": call.title, "url": page_url(call.path), "path": call.path},
        until=call.until,
        open=call.open,
        projects=[(row.path, row.title, row.summary) for row in projects],
        chosen=chosen if chosen in {row.path for row in projects} else "",
        values=values,
        errors=dict.fromkeys(("", "project", *LONGEST), "") | errors,
        most=LONGEST,
        visitor=person is None,
        held=person is not None and person.held,
        traps=traps.fields() if person is None else None,
        kept=kept,
        themes=[one.value for one in known["theme"]],
        territories=[one.value for one in known["territory"]],
        noindex=True,
    )
    return _private(response) if kept else response


def _private(response: Response) -> Response:
    """What was kept is found by its address alone: no other site learns of it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
