"""All of what a page shows only the first of: the pages below it, the pages that speak of it."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.pages.paths import normalise
from wiki.pages.urls import action_url, page_url
from wiki.reading import Reader
from wiki.reading.lists import list_children
from wiki.reading.pages import get_page, list_backlinks
from wiki.translation import gettext as _
from wiki.web.forms import render_tool
from wiki.web.page.presenters import crumbs_of, link, page_values
from wiki.web.support import current_reader, share_response

bp = Blueprint("around", __name__)

_LISTED = 100


@bp.get("/pages/<path:raw>")
def below(raw: str) -> Response:
    """The pages right below one, by title."""
    reader = current_reader()
    page = get_page(reader, normalise(raw))
    after = request.args.get("after") or None
    found = [(row.path, row.title) for row in list_children(reader, page.path, after, _LISTED + 1)]
    return _list(reader, page.path, _("Pages below this one"), "pages", found)


@bp.get("/links/<path:raw>")
def pointing(raw: str) -> Response:
    """The pages that speak of one, by path."""
    reader = current_reader()
    page = get_page(reader, normalise(raw))
    after = request.args.get("after", "")
    found = [(one.path, one.title) for one in list_backlinks(reader, page.path, after, _LISTED + 1)]
    return _list(reader, page.path, _("Pages that speak of this one"), "links", found)


def _list(
    reader: Reader, path: str, label: str, action: str, found: list[tuple[str, str]]
) -> Response:
    shown = found[:_LISTED]
    older = ""
    if len(found) > _LISTED:
        older = action_url(action, path, {"after": shown[-1][0]})
    share_response()
    return render_tool(
        "pages/around.html",
        page=page_values(get_page(reader, path)),
        crumbs=crumbs_of(reader, path),
        label=label,
        links=[link(title, page_url(one)) for one, title in shown],
        listing={"total": 0, "first": 0, "last": 0, "newer": "", "older": older},
    )
