"""The feeds of the wiki: everything, what lies below a page, what is about a territory."""

from http import HTTPStatus

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.pages.paths import ROOT, normalise
from wiki.pages.urls import action_url, page_url
from wiki.pages.words import slug
from wiki.projections.catalogue import select
from wiki.reading.history import list_recent_changes, list_recent_changes_in
from wiki.reading.lists import find_rows
from wiki.reading.pages import find_page, find_redirect
from wiki.translation import gettext as _
from wiki.web.feeds.document import ENTRIES
from wiki.web.feeds.entries import LOOKED_AT, change_entries
from wiki.web.feeds.response import feed_reader, feed_response
from wiki.web.forms import render_tool
from wiki.web.page.presenters import crumbs_of, page_values, restriction
from wiki.web.support import current_reader, share_response

bp = Blueprint("feeds", __name__)

ATOM = ".atom"


@bp.get("/changes.atom")
def changes() -> Response:
    """Recent changes of the whole wiki."""
    reader = feed_reader()
    return feed_response(
        title=_("{site}: what is new").format(site=reader.instance.settings.site_name),
        url="/-/changes",
        self_url="/-/changes.atom",
        entries=change_entries(reader, list_recent_changes(reader, limit=LOOKED_AT)),
    )


@bp.get("/feed/<path:path>")
def feed(path: str) -> Response:
    """With ``.atom``, what is new at a page and below it; without, how one follows it."""
    if not path.endswith(ATOM):
        return _how(normalise(path))
    reader = feed_reader()
    path = normalise(path.removesuffix(ATOM))
    page = find_page(reader, path)
    if page is None:
        if (moved := find_redirect(reader, path)) is not None:
            return redirect(action_url("feed", moved + ATOM), HTTPStatus.PERMANENT_REDIRECT)
        raise NotFound(_("There is no page here."))
    return feed_response(
        title=f"{page.title} · {reader.instance.settings.site_name}",
        url=page_url(path),
        self_url=action_url("feed", path + ATOM),
        entries=change_entries(reader, list_recent_changes(reader, limit=LOOKED_AT, below=path)),
    )


@bp.get("/territories/<territory>")
def territory(territory: str) -> Response:
    """With ``.atom``, what is new in a territory; without, what there is."""
    key = slug(territory.removesuffix(ATOM))
    if not territory.endswith(ATOM):
        return redirect(action_url("search", query={"territory": key}))
    reader = feed_reader()
    chosen = select(values={"territory": (key,)})
    rows = find_rows(reader, chosen, "updated", ENTRIES).rows if key else ()
    if not rows:
        raise NotFound(_("Nothing here is about this territory yet."))
    # A page of “France entière” is about every territory: it may not name this one.
    places = [one for row in rows for one in row.facts.get("territory", ())]
    label = next((one for one in places if slug(one) == key), key)
    return feed_response(
        title=f"{label} · {reader.instance.settings.site_name}",
        url=action_url("search", query={"territory": key}),
        self_url=action_url("territories", key + ATOM),
        entries=change_entries(
            reader, list_recent_changes_in(reader, [row.path for row in rows], LOOKED_AT)
        ),
    )


def _how(path: str) -> Response:
    """How one follows a page; at the root the whole wiki, which needs no front page for that."""
    reader = current_reader()
    settings = reader.instance.settings
    page = find_page(reader, path)
    if page is None and path != ROOT:
        raise NotFound(_("There is no page here."))
    whole = settings.public_url + action_url("changes.atom")
    address = settings.public_url + action_url("feed", path + ATOM)
    share_response()
    return render_tool(
        "pages/feed.html",
        page=page_values(page) if page else {"title": settings.site_name, "path": path, "url": "/"},
        crumbs=crumbs_of(reader, path),
        address=whole if path == ROOT else address,
        whole="" if path == ROOT else whole,
        restricted=restriction(reader.access(path).group) if path != ROOT else "",
    )
