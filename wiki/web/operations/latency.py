"""Times requests by kind, and counts what use of the wiki they are; nobody who asks is looked at.

What visitors are given from memory never comes here: it is counted where it is kept
(``web/cache/responses.py``), by what is noted here in the environment of who first asked.
"""

import logging
import re
import secrets
from http import HTTPStatus
from time import perf_counter

from flask import Flask, g, request
from werkzeug.wrappers import Response

from wiki.telemetry.counters import Counters, use_of
from wiki.telemetry.logs import REQUESTS, current
from wiki.web.cache.responses import RENEWED, USE
from wiki.web.conditional import is_program

#: by the blueprint that answers; what is not here is ``other``
_KINDS = {
    **dict.fromkeys(("search", "themewords"), "search"),
    **dict.fromkeys(("edit", "making", "sheet", "draft", "settings", "moving"), "edit"),
    **dict.fromkeys(("history", "changes"), "history"),
    **dict.fromkeys(("account", "myself", "mydata", "sessions", "tokens"), "account"),
    **dict.fromkeys(("oidc", "accepting", "passkeys", "entering", "confirmation"), "account"),
    **dict.fromkeys(("second_step", "second_factor"), "account"),
    **dict.fromkeys(("admin", "moderation", "access", "invitations"), "admin"),
    **dict.fromkeys(("pages", "root", "around"), "page"),
    "feeds": "feed",
    "files": "file",
    "git": "git",
    "health": "other",
}
_VIEW = use_of("view")
#: what a proxy may call a request
_NAMED = re.compile(r"[A-Za-z0-9._:-]{8,64}")
_log = logging.getLogger(REQUESTS)
_ANSWERED = (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)


def time_requests(app: Flask, counters: Counters, kind: str = "", proxies: int = 0) -> None:
    """Has each request of ``app`` counted as it ends; all are of that ``kind`` where one is given.

    What is logged meanwhile names it, as the last of the ``proxies`` before the wiki has.

    To be called first: so it times all that is done before a view, and after.
    """

    @app.before_request
    def _begin() -> None:
        g.begun = perf_counter()
        current.set((proxies and _named_by_proxy()) or secrets.token_hex(8))

    @app.after_request
    def _end(response: Response) -> Response:
        if "begun" in g and RENEWED not in request.environ:
            took = perf_counter() - g.begun
            counters.observe(kind or _kind_of(response), took)
            _count_use(counters, response)
            # The pattern of a route alone: an address would tell who reads what.
            _log.info(
                "%s %s %s %.1f ms",
                request.method,
                request.url_rule or "-",
                response.status_code,
                took * 1_000,
            )
        return response


def _named_by_proxy() -> str:
    """What the proxy calls this request; "" where that is nothing that may stand in a log."""
    named = request.headers.get("X-Request-ID", "")
    return named if _NAMED.fullmatch(named) else ""


def count_as(name: str) -> None:
    """Says what use of the wiki this request is, one of ``telemetry.kinds.USES``."""
    g.use = use_of(name)


def _kind_of(response: Response) -> str:
    endpoint = request.endpoint or ""
    if request.method not in ("GET", "HEAD"):
        blueprint = endpoint.partition(".")[0]
        if _KINDS.get(blueprint) == "edit" and response.status_code == HTTPStatus.SEE_OTHER:
            return "save"
        return "git" if blueprint == "git" else "form"
    if endpoint == "pages.view" and response.mimetype not in ("text/html", "text/markdown"):
        return "file"
    return _KINDS.get(endpoint.partition(".")[0], "other")


def _count_use(counters: Counters, response: Response) -> None:
    use: int = g.get("use", 0)
    if request.endpoint == "pages.view" and response.mimetype == "text/html":
        use = _VIEW
    if not use or request.method != "GET" or response.status_code not in _ANSWERED:
        return
    request.environ[USE] = use
    counters.count_use(use, program=is_program(request.headers.get("User-Agent", "")))
