"""A page or a file of a sister's, read only: marked with where it comes from, and leading home."""

from datetime import timedelta
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from wiki.cache.topics import depends_on
from wiki.errors import BadPath, NotFound
from wiki.pages.page import Page
from wiki.pages.paths import ROOT, normalise
from wiki.pages.urls import file_url
from wiki.people.sisters import exchanges
from wiki.people.sisters.exchanges import Exchange
from wiki.people.sisters.registry import Sister, by_name
from wiki.projections.catalogue import select_items
from wiki.reading import Reader
from wiki.reading.files import find_file
from wiki.reading.lists import find_items, list_children
from wiki.reading.page_text import text_of
from wiki.reading.pages import find_page, find_redirect, list_crumbs
from wiki.sisters.entries import actions_of
from wiki.sisters.mount import TOPIC
from wiki.sisters.origins import Origin, copy_url, origin_of
from wiki.sisters.reader import sisters_reader
from wiki.translation import gettext as _
from wiki.translation import text_direction
from wiki.web.page.file_response import send_file
from wiki.web.sisters.body import copied_body
from wiki.web.support import current_reader, error_page, render_page, share_response

bp = Blueprint("sisters", __name__)

_CHILDREN, _ITEMS = 100, 50


@bp.get("/carrefours")
def listed() -> Response:
    """The sisters, for everyone."""
    reader = current_reader()
    depends_on(TOPIC)
    share_response()
    private = reader.instance.private
    how = exchanges.listed(private)
    return render_page(
        "sisters/index.html",
        sisters=[
            _sister(one, how[one.name], reader.instance.settings.sister_delay_days)
            for one in by_name(private).values()
            if not one.blocked
        ],
    )


def _sister(one: Sister, how: Exchange, delay: int) -> dict[str, Any]:
    """A sister, and who shares what with whom, as everyone is told."""
    return {
        "title": one.title,
        "url": copy_url(one.name) if one.copied is not None else "",
        "home": one.address,
        "host": urlsplit(one.address).netloc,
        "pages": one.pages,
        "since": one.created,
        "named_since": how.names_us,
        # Not named any more, or not yet: for how long it is shown all the same.
        "until": None if how.stopped is None else how.stopped + timedelta(days=delay),
        "met": max(how.met, how.met_there),
    }


@bp.get("/carrefours/<sister>/")
@bp.get("/carrefours/<sister>")
@bp.get("/carrefours/<sister>/<path:raw>")
def copied(sister: str, raw: str = "") -> Response:
    """A page of the copy, or a file beside one."""
    ours = current_reader()
    reader, origin = sisters_reader(ours), origin_of(ours, sister)
    share_response()
    if reader is None or origin is None:
        return _missing(None)
    try:
        path = normalise(f"{sister}/{raw}" if raw else sister)
    except BadPath:
        return _missing(origin)
    with reader.instance.projections.pinned("sisters"):
        if (page := find_page(reader, path)) is not None:
            return _shown(ours, reader, page, origin)
        if "." in path.rpartition("/")[2]:
            try:
                if find_file(reader, path).pointer is not None:
                    # Its bytes are in a bucket of theirs.
                    return redirect(origin.address + file_url(origin.home_path(path)))
                return send_file(reader, path)
            except NotFound:
                pass
        if (moved := find_redirect(reader, path)) is not None and origin_of(ours, moved) == origin:
            return redirect(copy_url(moved), HTTPStatus.PERMANENT_REDIRECT)
    return _missing(origin)


def _shown(ours: Reader, reader: Reader, page: Page, origin: Origin) -> Response:
    answers = _answers(ours, reader, page)
    body = copied_body(reader, page, origin, {one["id"]: one["actions"][0].url for one in answers})
    home = origin.home_url(page.path)
    return render_page(
        "sisters/page.html",
        noindex=True,
        canonical=home,
        description=page.summary,
        page={
            "title": page.title,
            "summary": page.summary,
            "tongue": page.tongue,
            "direction": text_direction(page.tongue),
        },
        origin=origin,
        home=home,
        crumbs=[
            {"label": _("Sister Carrefours"), "url": copy_url("")},
            *(
                {
                    "label": origin.title if one.path == origin.name else one.title,
                    "url": copy_url(one.path),
                }
                for one in list_crumbs(reader, page.path)
            ),
        ],
        children=[
            {"label": one.title, "url": copy_url(one.path), "summary": one.summary}
            for one in list_children(reader, page.path, limit=_CHILDREN)
        ],
        # Those that stand in the text have their button there.
        answers=[one for one in answers if escape(one["actions"][0].url) not in body.html],
        **text_of(page, body),
    )


def _answers(ours: Reader, reader: Reader, page: Page) -> list[dict[str, Any]]:
    """The items of the page that something can be done with from here, by their identity."""
    items = find_items(reader, select_items(path=page.path), "page", _ITEMS).rows
    with_actions = ((one, actions_of(ours, one)) for one in items)
    return [
        {"id": one.identity, "title": one.plain, "actions": found}
        for one, found in with_actions
        if found
    ]


def _missing(origin: Origin | None) -> Response:
    """No such page in the copy: it may have been withdrawn at its home, or be newer than this."""
    if origin is None:
        return error_page(
            HTTPStatus.NOT_FOUND,
            _("There is no page here"),
            _("No sister Carrefour of that name is shown here."),
        )
    return error_page(
        HTTPStatus.NOT_FOUND,
        _("There is no page here"),
        _("{site} does not share this page, or no longer does.").format(site=origin.title),
        actions=[{"label": origin.title, "url": origin.home_url(ROOT)}],
    )
