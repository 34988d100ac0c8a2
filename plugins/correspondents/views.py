"""“Signal an innovation”: the form, what keeps it usable without a line, and what came of it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from secrets import token_hex

from flask import Blueprint, jsonify, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import Forbidden, LogInFirst, NotFound, WikiError
from wiki.api.limits import client_address, count_request, set_retry_after
from wiki.api.paths import action_url, asset, page_url
from wiki.api.people import Person, get_person
from wiki.api.reading import Reader
from wiki.api.reading.rows import count_facets
from wiki.api.translation import gettext
from wiki.api.web import (
    anonymous_view,
    current_instance,
    current_person,
    current_reader,
    render_html,
    signed_in_person,
    wants_json,
)
from wiki.api.web.forms import (
    FormFlag,
    FormText,
    hide_address,
    read_fields,
    redisplay,
    render_tool,
    see_other,
    show_refusal,
    typed_values,
)
from wiki.api.web.open_forms import antispam, form_token

from . import signals, store, team, unreadable
from .draft_pages import make_draft, may_draft
from .links import CONFIRMATION
from .models import SignalRow
from .signals import LONGEST, Sender
from .store import CONFIRM, DRAFT, HELD, MAKING

bp = Blueprint("correspondents", __name__)

_FIELDS = ("title", "summary", "territory", "contact", "link", "name", "email")
#: territories that are offered as one types
_KNOWN = 40
#: what the worker keeps on the device, beside the form without a line
_ASSETS = (
    *("wiki.css", "theme.js", "signal.js", "icons.svg", "favicon.svg"),
    *("literata-latin-400-normal.woff2", "figtree-latin-wght-normal.woff2"),
)


@bp.get("/signal")
def form() -> Response:
    """The form; for people without an account too, where the settings say so."""
    person = current_person()
    signals.check_sender(current_instance(), person)
    return _form({name: request.args.get(name, "") for name in _FIELDS})


@bp.post("/signal")
def send(key: FormText, sure: FormFlag) -> Response:
    """Keeps what was typed, and makes its draft page; a script is answered in JSON."""
    person = current_person()
    instance = current_instance()
    try:
        if antispam.caught():
            return _sent(None)
        signals.check_sender(instance, person)
        signal = signals.checked(typed_values(*_FIELDS), person)
        files = signals.checked_files(instance, _uploads())
        if not wants_json() and not sure and not files:
            found = _similar(current_reader(), signal.title)
            if found:
                return _form(typed_values(*_FIELDS), similar=found)
        who = Sender(person, client_address())
        kept = signals.send(instance, replace(signal, files=files), who, key)
    except WikiError as error:
        return _refused(error)
    return _sent(kept)


@bp.get("/signal/state")
def state() -> Response:
    """What a form that was kept on the device needs to be sent: a token, and whose it would be."""
    person = current_person()
    return jsonify(
        token=form_token(),
        who=_who(person),
        traps=antispam.fields(),
        open=person is not None or current_instance().settings.visitor_signals,
    )


@bp.get("/signal/similar")
def similar() -> Response:
    """Projects whose titles share words with ``title``, as the reader may see them.

    Raises TooMany.
    """
    count_request("suggestion")
    found = _similar(current_reader(), request.args.get("title", "")[:200])
    return jsonify([{"title": one["title"], "url": one["url"]} for one in found])


@bp.get("/signal/offline")
@anonymous_view
def offline() -> Response:
    """The form as a device keeps it: it holds nothing about anybody."""
    return Response(_shell(), mimetype="text/html")


@bp.get("/signal/worker.js")
@anonymous_view
def worker() -> Response:
    """The service worker of this one form: it opens where there is no line."""
    shell = _shell()
    version = sha256(shell.encode()).hexdigest()[:12]
    text = render_html("correspondents/worker.js", version=version, assets=_assets())
    response = Response(text, mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = action_url("signal")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _assets() -> list[str]:
    """Where they are today."""
    return [asset(name) for name in _ASSETS]


@bp.get("/signal/list")
def listed() -> Response:
    """What one signalled; for the team, all that was."""
    reader, person = current_reader(), signed_in_person()
    instance = reader.instance
    mine = [team.line(reader, row) for row in store.listed(instance, person.id)]
    everyones = []
    if team.is_list_reader(person):
        everyones = [team.line(reader, row) for row in store.listed(instance, None)]
    if not team.is_team(person):
        everyones = [one for one in everyones if one["state"] == "published" and one["page_url"]]
    return render_tool(
        "correspondents/list.html",
        mine=mine,
        everyones=everyones,
        unreadable=team.unread_mails(reader) if team.is_team(person) else [],
        team=team.is_team(person),
        connector=team.is_list_reader(person),
    )


@bp.post("/signal/unreadable/<mail>")
def looked_at(mail: str) -> Response:
    """Somebody of the team has looked at a mail that the wiki could not read."""
    if not team.is_team(signed_in_person()):
        raise Forbidden(gettext("This is for the programme's team."))
    unreadable.forget(current_instance(), mail)
    return redirect(action_url("signal/list"), HTTPStatus.SEE_OTHER)


@bp.get("/signal/<signal_id>")
def one(signal_id: str) -> Response:
    """What was signalled, for its finder and the team."""
    reader = current_reader()
    signed_in_person()
    row = team.seen(reader, signal_id)
    deciding = team.is_team(reader.person)
    return render_tool(
        "correspondents/one.html",
        one=team.line(reader, row),
        row=row,
        files=store.file_names(reader.instance, row.id),
        similar=team.alike(reader, row) if deciding else [],
        team=deciding,
        values=typed_values("other"),
    )


@bp.post("/signal/<signal_id>")
@redisplay(one)
def decide(signal_id: str) -> Response:
    """Publishes, accepts, declines, or joins it with a page that is there."""
    reader = current_reader()
    signed_in_person()
    return see_other(team.act(reader, team.seen(reader, signal_id)))


@bp.get("/signal/confirm/<token>")
def ask(token: str) -> Response:
    """By the mailed link: is this from you?"""
    row, _person = _to_confirm(token)
    return render_tool(
        "correspondents/confirm.html",
        private_address=True,
        row=row,
        done=row.state != CONFIRM,
        files=store.file_names(current_instance(), row.id),
    )


@bp.post("/signal/confirm/<token>")
def confirm(token: str, action: FormText) -> Response:
    """Yes: it becomes a draft. No: it is forgotten."""
    row, person = _to_confirm(token)
    instance = current_instance()
    if action == "no":
        if not store.drop(instance, row.id):
            # Said to be theirs before, by the same link: it is told what has become of it.
            return hide_address(see_other(request.path))
        return hide_address(see_other("/", gettext("It is forgotten, and nobody has read it.")))
    drafts = may_draft(instance, person)
    store.move(instance, row.id, CONFIRM, MAKING if drafts else HELD)
    if drafts:
        make_draft(instance, row.id, person)
    return hide_address(see_other(request.path))


def _to_confirm(token: str) -> tuple[SignalRow, Person]:
    instance = current_instance()
    signal_id = CONFIRMATION.read(instance, token)
    row = store.find(instance, signal_id) if signal_id else None
    person = get_person(instance.private, row.person) if row and row.person else None
    asking = current_person()
    strangers = asking is not None and person is not None and asking.id != person.id
    if row is None or person is None or person.disabled or strangers:
        raise NotFound(gettext("There is nothing here."))
    return row, person


def _sent(row: SignalRow | None) -> Response:
    """After it was taken; None: as if it had been."""
    url = page_url(row.path) if row is not None and row.state == DRAFT and row.path else ""
    if wants_json():
        return jsonify({"state": DRAFT if url else HELD, "url": url})
    if url:
        words = gettext(
            "Here is its page: a draft that you, the programme’s team and the administrators "
            "see. Thank you."
        )
        return see_other(url, words)
    words = gettext("Thank you. Someone of the team reads it, then it becomes a page.")
    return see_other(action_url("signal"), words)


def _refused(error: WikiError) -> Response:
    field = getattr(error, "field", "photo" if error.status in _UPLOADS else "")
    if wants_json():
        login = isinstance(error, LogInFirst)
        answer = jsonify({"error": error.words, "field": field, "login": login})
        answer.status_code = int(error.status)
        return set_retry_after(answer, error)
    return show_refusal(partial(_form, typed_values(*_FIELDS)), error, field)


#: what is said of a file that cannot be taken
_UPLOADS = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


@read_fields
def _form(
    values: dict[str, str], similar: Sequence[dict[str, str]] = (), key: FormText = ""
) -> Response:
    reader = current_reader()
    person = reader.person
    known = count_facets(reader, ("territory",), limit=_KNOWN)
    return render_tool(
        "correspondents/form.html",
        values=values,
        similar=similar,
        key=key or token_hex(16),
        traps=antispam.fields() if person is None else None,
        who=_who(person),
        drafts=may_draft(reader.instance, person),
        territories=[found.value for found in known["territory"]],
        most=LONGEST,
        mailbox=reader.instance.settings.signal_address,
        listed=person is not None,
    )


def _shell() -> str:
    return render_html("correspondents/offline.html", most=LONGEST)


def _similar(reader: Reader, title: str) -> list[dict[str, str]]:
    return [
        {"title": row.title, "url": page_url(row.path), "summary": row.summary}
        for row in signals.similar(reader, title)
    ]


def _uploads() -> dict[str, bytes]:
    sent = request.files.get("photo")
    if sent is None or not sent.filename:
        return {}
    return {sent.filename: sent.read()}


def _who(person: Person | None) -> str:
    """Whom what is kept on a device belongs to, in a word that says nothing."""
    if person is None:
        return ""
    secret = current_instance().secret
    return sha256(secret + f"signal:{person.id}".encode()).hexdigest()[:16]
