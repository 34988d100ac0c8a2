"""Blocks of a text that is being written, as the page will show them: the cards of the editor."""

from http import HTTPStatus

from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from wiki.editing.rights import check_may_propose
from wiki.pages.page import Page
from wiki.pages.paths import files_of, normalise
from wiki.reading import Reader
from wiki.reading.html import render_body
from wiki.web.support import current_reader
from wiki.web.throttle import count_request

bp = Blueprint("blocks", __name__)

#: blocks of one request
MOST = 40
_UNKNOWN = "unknown-block"


@bp.post("/blocks/<path:raw>")
def blocks(raw: str) -> Response:
    """The HTML of each ``text`` that is sent, in their order; null for one that is no known block.

    Each is drawn by itself, so that what somebody writes elsewhere draws no card anew.
    """
    reader = current_reader()
    path = normalise(raw)
    if not reader.may_edit(path):
        check_may_propose(reader, path)
    count_request("preview")
    texts = request.form.getlist("text")
    if len(texts) > MOST or sum(map(len, texts)) > reader.instance.settings.max_page:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return jsonify([_card(reader, path, one) for one in texts])


def _card(reader: Reader, path: str, text: str) -> str | None:
    page = Page(path, files_of(path)[0], text)
    rendered = render_body(reader, page, editing=True)
    if any(one.kind == _UNKNOWN for one in rendered.problems):
        return None
    return rendered.html
