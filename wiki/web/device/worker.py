"""The service worker, which keeps what everyone may read, and the page that stands in."""

from functools import cache

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.jinja import asset
from wiki.pages.urls import action_url
from wiki.resources import DIST
from wiki.web.device import manifest
from wiki.web.support import anonymous_view, render_page, share_response

bp: Blueprint = manifest.bp


@bp.get("/worker.js")
@anonymous_view
def worker() -> Response:
    """The script of the worker, for the whole of the site."""
    response = Response(_script(), mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/"
    # A browser asks for it again with each visit: a new one takes over.
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/offline")
@anonymous_view
def offline() -> Response:
    """What is shown, where there is no line, of a page that is not on the device."""
    share_response()
    return render_page("device/offline.html", noindex=True)


@cache
def _script() -> str:
    name = asset("worker.js").rpartition("/")[2]
    here = action_url("offline")
    return (DIST / name).read_text("utf-8") + f"\n// {name} {here}\n"
