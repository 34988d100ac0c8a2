"""Blocks of a text that is being written, as the page will show them: the cards of the editor."""

import re
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, jsonify
from werkzeug.wrappers import Response

from wiki.editing.rights import check_may_propose
from wiki.pages.markdown.item_forms import Part, Parts, parts_of
from wiki.pages.markdown.items import Item
from wiki.pages.page import Page
from wiki.pages.paths import files_of, normalise
from wiki.reading import Reader
from wiki.reading.html import render_body, render_line
from wiki.translation import language
from wiki.web.edit.block_help import forms_by_name
from wiki.web.forms import FormList
from wiki.web.support import current_reader
from wiki.web.throttle import count_request

bp = Blueprint("blocks", __name__)

#: blocks of one request, and items of one block that are changed by a form
MOST, MOST_ITEMS = 40, 300
_MARKED = re.compile(r"[\\\[\]`*_~<>&!]")
_UNKNOWN, _FAILED = "unknown-block", "failed-view"


@bp.post("/blocks/<path:raw>")
def blocks(raw: str, text: FormList) -> Response:
    """What each ``text`` that is sent looks like, in their order; null for one of no known block.

    ``{html, failed, items: [{from, to, words, parts | null}]}``: offsets are those of the text, in
    units of UTF-16, as scripts count; those of ``parts`` begin at the item. Each is drawn by
    itself, so that what somebody writes elsewhere draws no card anew.
    """
    reader = current_reader()
    path = normalise(raw)
    if not reader.may_edit(path):
        check_may_propose(reader, path)
    count_request("preview")
    texts = [one.replace("\r\n", "\n") for one in text]
    if len(texts) > MOST or sum(map(len, texts)) > reader.instance.settings.max_page:
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return jsonify([_card(reader, path, one) for one in texts])


def _card(reader: Reader, path: str, text: str) -> dict[str, Any] | None:
    page = Page(path, files_of(path)[0], text)
    rendered = render_body(reader, page, editing=True)
    kinds = {one.kind for one in rendered.problems}
    if _UNKNOWN in kinds:
        return None
    return {
        "html": rendered.html,
        "failed": _FAILED in kinds,
        "items": [] if _FAILED in kinds else _items(reader, page),
    }


def _items(reader: Reader, page: Page) -> list[dict[str, Any]]:
    """The items of the block that the text is, where there is a form for them."""
    block = next(iter(page.document.blocks), None)
    forms = forms_by_name(reader.instance.plugins.hook.block_help, language())
    form = forms.get(block.name) if block is not None else None
    if block is None or form is None or block.line:
        return []
    starts = [0]
    for line in page.text.split("\n"):
        starts.append(starts[-1] + _units(line) + 1)
    read = [(one, parts_of(one.source, form)) for one in block.items[:MOST_ITEMS]]
    return [
        {
            "from": starts[one.line],
            "to": starts[one.line] + _units(one.source),
            "words": _words(reader, page.path, one, parts),
            "parts": parts and _told(one.source, parts),
        }
        for one, parts in read
    ]


def _words(reader: Reader, path: str, item: Item, parts: Parts | None) -> str:
    """What an item says, as its card says it: a link to a page says that page's title."""
    text = item.text
    if parts is not None:
        text = " ".join(" ".join(item.source[at:end] for at, end in parts.text).split())
    return render_line(reader, text, path).striptags() if _MARKED.search(text) else text


def _told(source: str, parts: Parts) -> dict[str, Any]:
    def at(offset: int) -> int:
        return _units(source[:offset])

    def told(one: Part) -> list[Any]:
        return [at(one.start), at(one.end), one.value, at(one.cut)]

    return {
        "lead": [*map(at, parts.lead)],
        "text": [[at(start), at(end)] for start, end in parts.text],
        "tail": at(parts.tail),
        "kinds": {kind: [*map(told, its)] for kind, its in parts.by_kind.items()},
    }


def _units(text: str) -> int:
    """How long a script finds it: a sign outside the first plane is two."""
    return len(text) + sum(char > "\uffff" for char in text)
