"""Bringing a document: the form, what was read of it, and saving that as a page."""

import re
from functools import partial
from html import escape
from urllib.parse import quote

from flask import Blueprint, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from wiki.api.documents import ACCEPTED, missing_programs
from wiki.api.errors import BadField, NotFound, WikiError
from wiki.api.pages import Page
from wiki.api.paths import action_url, join, normalise, page_url
from wiki.api.reading import Reader, get_title, page_exists
from wiki.api.reading.html import render_body
from wiki.api.translation import gettext
from wiki.api.web import signed_in_reader
from wiki.api.web.downloads import file_headers
from wiki.api.web.forms import FormText, redisplay, render_tool, see_other, show_refusal

from .importing import Draft, draft_of, picture_of, placed, proposed_path, save_draft, sent
from .models import FAILED, IMPORT, READY, WorkRow
from .store import drop, found
from .views import count, look_again

bp = Blueprint("documents_in", __name__)
_SOURCES = re.compile(r' (?:srcset|sizes)="[^"]*"')
_ROOT = "index"


@bp.get("/import")
def choose() -> Response:
    """The form to send a document with; ``?below=`` is where its page will stand."""
    reader = _someone()
    below = _below(reader, request.values.get("below", ""))
    return render_tool(
        "documents/import.html",
        action=action_url("import"),
        below="" if below == _ROOT else below,
        missing=missing_programs(reader.person),
        place={"label": get_title(reader, below), "url": page_url(below)},
        accept=",".join(f".{one}" for one in ACCEPTED),
        most=reader.instance.settings.max_upload // 1_000_000,
    )


@bp.post("/import")
@redisplay(choose, but=())
def send(below: FormText) -> Response:
    """Reads the document, now or soon, and goes to what was read of it."""
    reader = _someone()
    below = _below(reader, below)
    file = request.files.get("file")
    if not reader.may_edit(join(below, "x")):
        raise BadField("below", gettext("You may not write a page there."))
    if file is None or not file.filename:
        raise BadField("file", gettext("Choose a file first."))
    count(reader)
    with file.stream:
        data = file.stream.read()
    return see_other(action_url("import", sent(reader, file.filename, data, below).id))


@bp.get("/import/<id>")
def review(id: str) -> Response:
    """What was read, as a page and as its text; nothing is saved yet."""
    reader = _someone()
    row = found(reader, id, IMPORT)
    if row.state != READY:
        return _waiting(row)
    draft = draft_of(reader.instance, row.id)
    path = proposed_path(reader, row.path or _ROOT, draft.title)
    return _review(reader, row, draft, path, placed(draft.text, draft, path))


@bp.post("/import/<id>")
def save(id: str, act: FormText, text: FormText, path: FormText) -> Response:
    """Saves the page, shows it anew, or throws what was read away."""
    reader = _someone()
    row = found(reader, id, IMPORT)
    if act == "drop":
        drop(reader.instance, row.id)
        return see_other(page_url(row.path or _ROOT), gettext("Thrown away. Nothing was saved."))
    draft = draft_of(reader.instance, row.id)
    try:
        path = normalise(path)
        if act == "look":
            return _review(reader, row, draft, path, placed(text, draft, path))
        save_draft(reader, row, path, text)
    except WikiError as error:
        if isinstance(error, NotFound):
            raise
        return show_refusal(partial(_review, reader, row, draft, path, text), error)
    return see_other(page_url(path), gettext("The document is a page now."))


@bp.get("/import/<id>/<path:file>")
def picture(id: str, file: str) -> Response:
    """A picture of what was read, for its owner."""
    reader = _someone()
    row = found(reader, id, IMPORT)
    data = picture_of(reader.instance, row.id, file)
    answer = Response(data)
    answer.headers.update(file_headers(file))
    return answer


def _someone() -> Reader:
    return signed_in_reader(gettext("Log in to import a document."))


def _below(reader: Reader, raw: str) -> str:
    """A page that the reader may see, or the root."""
    try:
        path = normalise(raw)
    except WikiError:
        return _ROOT
    return path if path == _ROOT or page_exists(reader, path) else _ROOT


def _waiting(row: WorkRow) -> Response:
    answer = render_tool(
        "documents/reading.html",
        name=row.name,
        failed=row.state == FAILED,
        words=row.words,
        again=action_url("import", query={"below": row.path}),
    )
    if row.state != FAILED:
        look_again(answer)
    return answer


def _review(reader: Reader, row: WorkRow, draft: Draft, path: str, text: str) -> Response:
    return render_tool(
        "documents/review.html",
        action=action_url("import", row.id),
        name=row.name,
        path=path,
        title=Page(path, f"{path}.md", text).title,
        text=text,
        told=draft.told,
        comments=draft.comments,
        preview=_preview(reader, row, draft, path, text),
        pictures=len(draft.pictures),
    )


def _preview(reader: Reader, row: WorkRow, draft: Draft, path: str, text: str) -> Markup:
    """The page that it would be; its pictures are not beside it yet, and are shown from here."""
    html = render_body(reader, Page(path, f"{path}.md", text)).html
    if draft.pictures:
        html = _SOURCES.sub("", html)
    for name in draft.pictures:
        address = escape(f"{page_url(path)}/{quote(name)}")
        html = html.replace(
            f'src="{address}"', f'src="{action_url("import", row.id)}/{quote(name)}"'
        )
    return Markup(html)  # noqa: S704 - the gate's own output, addresses of ours in it
