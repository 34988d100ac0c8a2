"""``/-/near``: what exists already near a text that one pastes, or near a page; nothing is kept."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from wiki.api.limits import count_request
from wiki.api.meaning import Fit
from wiki.api.pages import Page
from wiki.api.panels import MenuItem
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.reading import Reader, get_page
from wiki.api.reading.rows import get_row
from wiki.api.sisters import list_near
from wiki.api.translation import gettext, lazy
from wiki.api.web import current_reader, render_page, share_response
from wiki.api.web.elsewhere import Entries
from wiki.api.web.open_forms import open_to_all

from .mentions import LONGEST as PARAGRAPH
from .mentions import find_mentions
from .search import near_text, shelf_for
from .texts import NEED, OFFER, text_of

bp = Blueprint("near", __name__)

#: characters of a pasted text that are taken; what is compared is its beginning
LONGEST = 20_000
#: kinds of things in the order in which they are shown, and how many of each
_KINDS = (
    ("project", lazy("Projects")),
    ("dossier", lazy("Dossiers")),
    (NEED, lazy("Needs")),
    (OFFER, lazy("Offers")),
    ("person", lazy("People")),
    ("event", lazy("Events")),
    ("organisation", lazy("Organisations")),
    ("carrefour", lazy("Carrefours")),
)
_OF_A_KIND, _LOOKED_AT = 5, 80
#: projects below one that they are like
_LIKE = 3
_MINUTE = 60


def ways(query: str, reader: Reader) -> Sequence[MenuItem]:
    """The page of what exists around what was searched for."""
    url = action_url("near", query={"q": query})
    return [MenuItem(gettext("What exists already around it"), url)]


@bp.get("/near")
def ask() -> Response:
    """The form; with ``?of=``, what is near that page; with ``?q=``, near what was searched for.

    Raises NotFound.
    """
    reader = current_reader()
    if not (path := request.args.get("of", "")):
        text = request.args.get("q", "").strip()
        return _answered(reader, text) if text else _page("")
    page = get_page(reader, normalise(path))
    count_request("search")
    text = text_of(page)
    found = near_text(text, reader, (), _LOOKED_AT)
    own = _space(reader, page.path)
    return _page(
        "",
        _groups(reader, [one for one in found if _space(reader, one.path) != own]),
        page,
        at_sisters=list_near(reader, text, ()),
    )


@bp.post("/near")
@open_to_all
def answer() -> Response:
    """What is near the text that was pasted."""
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    if not text:
        return _page("", error=gettext("Paste a few sentences first."))
    return _answered(current_reader(), text)


@bp.post("/near/links")
def links() -> Response:
    """Words of a paragraph that may be linked, for who writes it. Raises TooMany, BadPath."""
    reader, form = current_reader(), request.form
    count_request("suggestion")
    path = normalise(form.get("path", ""))
    found = find_mentions(form.get("text", "").replace("\r\n", "\n")[:PARAGRAPH], path, reader)
    return jsonify(links=[one._asdict() for one in found])


@bp.get("/near/like")
def like() -> Response:
    """A part of the page at ``?of=``: projects like it. Raises NotFound, TooMany."""
    reader = current_reader()
    page = get_page(reader, normalise(request.args.get("of", "")))
    count_request("search")
    share_response()
    found = near_text(text_of(page), reader, ("project",), _LOOKED_AT)
    own = _space(reader, page.path)
    others = [one for one in found if _space(reader, one.path) != own][:_LIKE]
    kept = shelf_for(reader).of([(one.path, "") for one in others], reader.audience)
    return render_page(
        "near/_like.html",
        lines=[_line(reader, one, kept[one.path, ""].text.title, "project") for one in others],
        all_url=action_url("near", query={"of": page.path}),
    )


def _answered(reader: Reader, text: str) -> Response:
    count_request("search")
    return _page(
        text[:LONGEST],
        _groups(reader, near_text(text, reader, (), _LOOKED_AT)),
        at_sisters=list_near(reader, text, ()),
    )


def _space(reader: Reader, path: str) -> str:
    row = get_row(reader, path)
    return (row.space or row.path) if row else path


def _groups(reader: Reader, found: Sequence[Fit]) -> list[dict[str, Any]]:
    """What was found by kind, a few of each; a kind without any is left out."""
    kept = shelf_for(reader).of([(one.path, one.identity) for one in found], reader.audience)
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        text = kept[one.path, one.identity].text
        lines = by_kind.setdefault(text.kind, [])
        if len(lines) < _OF_A_KIND:
            lines.append(_line(reader, one, text.title, text.kind))
    return [
        {"kind": kind, "label": str(label), "lines": by_kind[kind]}
        for kind, label in _KINDS
        if kind in by_kind
    ]


def _line(reader: Reader, fit: Fit, title: str, kind: str) -> dict[str, Any]:
    row = get_row(reader, fit.path)
    item = kind in (NEED, OFFER)
    space = get_row(reader, row.space) if row is not None and row.space else row
    board = "needs" if kind == NEED else "offers"
    return {
        "title": title,
        "url": action_url(board, fit.identity) if item else page_url(fit.path),
        "summary": "" if item or row is None else row.summary,
        "who": space.title if item and space else "",
        "who_url": page_url(space.path) if space else "",
        "kind": kind if item else "",
        "reasons": fit.reasons,
    }


def _page(
    text: str,
    groups: Sequence[dict[str, Any]] | None = None,
    page: Page | None = None,
    error: str = "",
    at_sisters: Entries | None = None,
) -> Response:
    return render_page(
        "near/near.html",
        422 if error else 200,
        text=text,
        groups=groups,
        of={"title": page.title, "url": page_url(page.path)} if page else None,
        longest=LONGEST,
        error=error,
        at_sisters=at_sisters,
        noindex=True,
    )
