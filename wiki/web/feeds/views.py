"""The feeds of the wiki: everything, what lies below a page, what is about a territory."""

from http import HTTPStatus

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from wiki.errors import NotFound
from wiki.pages.paths import ROOT, normalise
from wiki.pages.urls import action_url, page_url
from wiki.pages.words import slug
from wiki.projections.catalogue import select
from wiki.translation import gettext as _
from wiki.web.edit import crumbs_of
from wiki.web.feeds.answering import feed_reader, feed_response
from wiki.web.feeds.document import ENTRIES
from wiki.web.feeds.entries import LOOKED_AT, change_entries
from wiki.web.support import current_reader, page_of, share
from wiki.web.viewing import page_values, restriction

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
        entries=change_entries(reader, reader.recent(limit=LOOKED_AT)),
    )


@bp.get("/feed/<path:raw>")
def feed(raw: str) -> Response:
    """With ``.atom``, what is new at a page and below it; without, how one follows it."""
    if not raw.endswith(ATOM):
        return _how(raw)
    reader = feed_reader()
    path = normalise(raw.removesuffix(ATOM))
    page = reader.page_here(path)
    if page is None:
        if (moved := reader.redirect(path)) is not None:
            return redirect(action_url("feed", moved + ATOM), HTTPStatus.PERMANENT_REDIRECT)
        raise NotFound(_("There is no page here."))
    return feed_response(
        title=f"{page.title} · {reader.instance.settings.site_name}",
        url=page_url(path),
        self_url=action_url("feed", path + ATOM),
        entries=change_entries(reader, reader.recent(limit=LOOKED_AT, below=path)),
    )


@bp.get("/territories/<territory>")
def territory(territory: str) -> Response:
    """With ``.atom``, what is new in a territory; without, what there is."""
    key = slug(territory.removesuffix(ATOM))
    if not territory.endswith(ATOM):
        return redirect(action_url("search", query={"territory": key}))
    reader = feed_reader()
    chosen = select(values={"territory": (key,)})
    rows = reader.find(chosen, "updated", ENTRIES).rows if key else ()
    if not rows:
        raise NotFound(_("Nothing here is about this territory yet."))
    # A page of “France entière” is about every territory: it may not name this one.
    places = [one for row in rows for one in row.facts.get("territory", ())]
    label = next((one for one in places if slug(one) == key), key)
    return feed_response(
        title=f"{label} · {reader.instance.settings.site_name}",
        url=action_url("search", query={"territory": key}),
        self_url=action_url("territories", key + ATOM),
        entries=change_entries(reader, reader.recent_in([row.path for row in rows], LOOKED_AT)),
    )


def _how(raw: str) -> Response:
    reader = current_reader()
    page = reader.page(normalise(raw))
    site = reader.instance.settings.public_url
    row = reader.row(page.path)
    share()
    return page_of(
        "pages/feed.html",
        page=page_values(page),
        crumbs=crumbs_of(reader, page.path),
        address=site + action_url("feed", page.path + ATOM),
        whole="" if page.path == ROOT else f"{site}/-/changes.atom",
        restricted=restriction(row.group if row else "team"),
        noindex=True,
    )
