"""The links that a visitor's browser was opened with: their ids, in the signed session cookie.

An id lets nobody in by itself: what it shows is asked each time (``wiki.reading.lent_pages``).
Views that answer to links say so (``open_to_links``): to all others the visitor is like any.
"""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app, g, request, session
from werkzeug.wrappers import Response

from wiki.errors import BadPath
from wiki.pages.paths import normalise
from wiki.people.access.policy import COMMENT, READ, SUGGEST
from wiki.people.access.share_links import ShareLink, find_links
from wiki.reading import Reader
from wiki.translation import lazy

#: what may be done by a link, in words
ALLOW_WORDS = {
    READ: lazy("read it"),
    COMMENT: lazy("read and comment"),
    SUGGEST: lazy("read, comment and suggest changes"),
}

_KEY = "links"
#: links that one browser holds, the newest first
_MOST = 5


def open_to_links(view: Any) -> Any:
    """Marks a view in which a visitor has what the links give that they came by."""
    view.by_link = True
    return view


def remember_link(link_id: str) -> None:
    """From now on this browser holds the link."""
    others = [one for one in held_links() if one != link_id]
    session[_KEY] = " ".join([link_id, *others][:_MOST])


def held_links() -> tuple[str, ...]:
    """The ids of the links that this browser holds, whether or not they are good still."""
    if "session" not in request.environ.get("HTTP_COOKIE", ""):
        return ()
    return tuple(str(session.get(_KEY, "")).split())


def hide_what_links_show(app: Flask) -> None:
    """Keeps search engines, and other sites, from what a link shows."""

    @app.after_request
    def _hide(response: Response) -> Response:
        if vars(g.get("reader", g)).get("shared"):
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["X-Robots-Tag"] = "noindex"
        return response


def present_link(reader: Reader) -> dict[str, Any] | None:
    """The link that shows what is asked for, as ``templates/base.html`` wants it."""
    found = reader.link_to(asked_path()) if reader.shared else None
    if found is None:
        return None
    link = found.link
    return {
        "who": link.maker.name,
        "until": last_day(reader, link),
        "allows": link.allows,
        "several": len(found.pages) > 1,
    }


def last_day(reader: Reader, link: ShareLink) -> Any:
    """The last day on which the link is good, as it is called on the site."""
    return (link.expires - timedelta(seconds=1)).astimezone(reader.instance.settings.zone).date()


def ended_link(reader: Reader) -> ShareLink | None:
    """The link that showed what is asked for, and does so no more."""
    ids = links_here() if reader.person is None else ()
    standing = {one.link.id for one in reader.shared} if ids else ()
    path = asked_path()
    for link in find_links(reader.instance.private, ids):
        here = not path or path == link.path or path.startswith(f"{link.path}/")
        if link.id not in standing and here:
            return link
    return None


def asked_path() -> str:
    """The page that the address asked for is about; "" where it says none."""
    said = request.view_args or {"raw": ""}
    try:
        return normalise(said.get("raw", said.get("path", "\0")))
    except BadPath:
        return ""


def links_here() -> tuple[str, ...]:
    """Those, in a view that answers to links."""
    view = current_app.view_functions.get(request.endpoint or "")
    return held_links() if hasattr(view, "by_link") else ()
