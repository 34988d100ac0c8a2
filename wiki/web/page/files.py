"""Attachments: the list beside a page, sending a file, and serving one so that it never runs."""

from functools import partial
from io import BytesIO
from typing import Any

from babel.numbers import format_decimal
from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from wiki.editing import files
from wiki.editing.rights import check_may_edit
from wiki.errors import BadField, WikiError
from wiki.files.images import WIDTHS
from wiki.files.types import by_name, content_of
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, normalise
from wiki.pages.urls import action_url, file_url, page_url
from wiki.reading import Reader
from wiki.reading.files import file_of, list_files
from wiki.reading.pages import get_page
from wiki.repository.objects import Entry
from wiki.translation import gettext as _
from wiki.translation import language
from wiki.web.forms import (
    FormFlag,
    FormLine,
    FormText,
    render_tool,
    see_other,
    show_refusal,
    typed_values,
)
from wiki.web.page.presenters import crumbs_of, page_values
from wiki.web.support import current_reader, wants_json

bp = Blueprint("files", __name__)

_LISTED = 100
#: letters of a picture's description
_DESCRIBED = 300
_SMALL = {"width": str(WIDTHS[0])}


@bp.get("/attach/<path:raw>")
def attachments(raw: str) -> Response:
    """The files beside a page; ``picture``: one of them, to be shown in the page with words."""
    reader = current_reader()
    picture = request.args.get("picture", "")
    picture = picture if "/" not in picture and by_name(picture).picture else ""
    return _list(reader, get_page(reader, normalise(raw)), picture)


@bp.post("/attach/<path:raw>")
def attach(raw: str, picture: FormText, show: FormFlag, description: FormLine) -> Response:
    """Puts a file beside a page; a script is answered in JSON, with what to write to show it."""
    reader = current_reader()
    path = normalise(raw)
    sent = request.files.get("file")
    if picture:
        return _show(reader, path, picture, description)
    try:
        check_may_edit(reader, path)
        name = sent.filename or "" if sent else ""
        with content_of(sent.stream if sent else BytesIO()) as data:
            file = files.attach(reader, path, name, data)
    except WikiError as error:
        if wants_json():
            answer = jsonify({"error": error.words})
            answer.status_code = error.status
            return answer
        return show_refusal(partial(_list, reader, get_page(reader, path)), error, "file")
    name = file.rpartition("/")[2]
    if wants_json():
        return jsonify({"name": name, "url": file_url(file), "image": by_name(name).picture})
    if by_name(name).picture and show:
        if not description:
            words = _("The picture is kept. One sentence more: what does one see on it?")
            return see_other(action_url("attach", path, {"picture": name}), words)
        return _show(reader.renewed(), path, name, description)
    return see_other(action_url("attach", path), _("The file is here."))


def _show(reader: Reader, path: str, name: str, description: str) -> Response:
    """Puts a picture into the text, once there are words for who does not see it."""
    if not description:
        error = BadField("description", _("Say in a sentence what one sees on it."))
        return show_refusal(partial(_list, reader, get_page(reader, path), name), error)
    files.show_picture(reader, path, name, description[:_DESCRIBED])
    return see_other(page_url(path), _("The picture stands in the page."))


@bp.post("/detach/<path:file>")
def detach(file: str) -> Response:
    """Takes a file away from a page; what it was stays in the history."""
    files.detach(current_reader(), file)
    page = file.rpartition("/")[0] or ROOT
    return see_other(action_url("attach", page), _("The file is gone from the page."))


def _list(reader: Reader, page: Page, picture: str = "") -> Response:
    after = request.args.get("after", "")
    found = list_files(reader, page.path, after, _LISTED + 1)
    shown = found[:_LISTED]
    older = ""
    if len(found) > _LISTED:
        older = action_url("attach", page.path, {"after": shown[-1].name})
    limit = reader.instance.settings.max_upload
    return render_tool(
        "pages/attachments.html",
        page=page_values(page),
        crumbs=crumbs_of(reader, page.path),
        files=[_listed(reader, page.path, one) for one in shown],
        listing={"total": 0, "first": 0, "last": 0, "newer": "", "older": older},
        may_edit=reader.may_edit(page.path),
        limit=format_size(limit),
        picture=picture,
        thumbnail=file_url(f"{page.path}/{picture}" if page.path else picture, _SMALL)
        if picture
        else "",
        **typed_values("description"),
    )


def _listed(reader: Reader, path: str, entry: Entry) -> dict[str, Any]:
    file = entry.name if path == ROOT else f"{path}/{entry.name}"
    kind = by_name(entry.name)
    mark = "!" if kind.picture else ""
    return {
        "name": entry.name,
        "url": file_url(file),
        "kind": kind.extension,
        "thumbnail": file_url(file, _SMALL) if kind.picture else "",
        "size": format_size(file_of(reader, entry.id).size),
        "markdown": f"{mark}[{entry.name}]({file_url(file)})",
        "detach": action_url("detach", file),
    }


def format_size(count: int) -> str:
    """Bytes as a person says them: ``812 kB``, ``1.4 MB``, ``3.2 GB``."""
    if count >= 1_000_000_000:
        value, unit = round(count / 1_000_000_000, 1), _("GB")
    elif count >= 1_000_000:
        value, unit = round(count / 1_000_000, 1), _("MB")
    else:
        value, unit = max(round(count / 1000), 1), _("kB")
    return f"{format_decimal(value, locale=language())} {unit}"
