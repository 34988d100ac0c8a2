"""Each kind of error becomes a status and a kind page: what happened, and what to do."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from sqlite3 import DatabaseError

from flask import Flask, g, redirect, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from wiki.disk.sqlite import is_disks
from wiki.errors import (
    Forbidden,
    LogInFirst,
    NotFound,
    RowsUnreachable,
    StorageFailed,
    TooMany,
    WikiError,
)
from wiki.pages.urls import page_url
from wiki.people.store.faults import unreachable
from wiki.projections.interface import Busy
from wiki.repository import faults
from wiki.translation import gettext as _
from wiki.translation import lazy, use_language
from wiki.web.link_session import links_here
from wiki.web.operations.faults import note_fault
from wiki.web.page.lent import ended_page
from wiki.web.support import (
    current_instance,
    current_reader,
    error_page,
    is_unknown,
    wanted,
    wants_json,
)
from wiki.web.throttle import set_retry_after

log = logging.getLogger(__name__)

_TITLES = {
    HTTPStatus.BAD_REQUEST: lazy("This request cannot be understood"),
    HTTPStatus.FORBIDDEN: lazy("This is not for everyone to do"),
    HTTPStatus.NOT_FOUND: lazy("There is nothing here"),
    HTTPStatus.METHOD_NOT_ALLOWED: lazy("This request cannot be understood"),
    HTTPStatus.CONFLICT: lazy("Someone was here before you"),
    HTTPStatus.GONE: lazy("This is gone"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: lazy("This is too large"),
    HTTPStatus.REQUEST_URI_TOO_LONG: lazy("This address is too long"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: lazy("This file cannot be taken"),
    HTTPStatus.UNPROCESSABLE_ENTITY: lazy("Something is missing"),
    HTTPStatus.TOO_MANY_REQUESTS: lazy("That is a lot at once"),
    HTTPStatus.INTERNAL_SERVER_ERROR: lazy("Something went wrong on our side"),
    HTTPStatus.NOT_IMPLEMENTED: lazy("This is not installed here"),
    HTTPStatus.SERVICE_UNAVAILABLE: lazy("The wiki cannot save just now"),
}
_WORDS = {
    HTTPStatus.BAD_REQUEST: lazy("Go back and try again; nothing was changed."),
    HTTPStatus.FORBIDDEN: lazy("Go back and try again; nothing was changed."),
    HTTPStatus.NOT_FOUND: lazy("The address may have changed: search for what you want."),
    HTTPStatus.METHOD_NOT_ALLOWED: lazy("Go back and try again; nothing was changed."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: lazy(
        "A page holds at most 1 MB of text, a file 25 MB. Go back: what you wrote is still there."
    ),
}


def register(app: Flask) -> None:
    """Turns whatever a view raises into an answer; none is a traceback."""

    @app.errorhandler(WikiError)
    def _known(error: WikiError) -> Response:
        if isinstance(error, Forbidden | NotFound) and is_unknown():
            # Whoever they are may well be allowed to: nobody is told no by mistake.
            error = unreachable()
        if isinstance(error, RowsUnreachable):
            return _unanswered(error)
        if isinstance(error, Forbidden | NotFound) and (ended := _ended()) is not None:
            return ended
        if isinstance(error, LogInFirst) and request.method == "GET" and not wants_json():
            from urllib.parse import quote

            return redirect(f"/-/login?next={quote(request.full_path.rstrip('?'))}")
        reference = ""
        if isinstance(error, StorageFailed):
            reference = note_fault(error, error.status)
            log.error("%s %s failed [%s]: %s", request.method, _place(), reference, error)
            _count("storage")
        response = _told(error.status, error.words, reference, actions=_ways_out(error))
        if isinstance(error, TooMany):
            _count("too_many")
        return set_retry_after(response, error)

    @app.errorhandler(Busy)
    def _being_prepared(_error: Busy) -> Response:
        _count("busy")
        if "viewed" not in g:
            # Neither who asks nor their language is known yet, and may not be to be had.
            g.setdefault("person", None)
        with use_language(wanted()):
            words = _("The wiki is being prepared: in a moment this page is there.")
            if _is_unsaved():
                words = faults.unreachable().words
            title = _("A moment, please")
            response = _told(
                HTTPStatus.SERVICE_UNAVAILABLE, words, actions=_again(), title=title, bare=True
            )
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(DatabaseError)
    def _unread(error: DatabaseError) -> Response:
        """Of what is worked out from git: private rows say in words what they cannot do."""
        if not is_disks(error):
            return _ours(error)
        reference = note_fault(error, HTTPStatus.SERVICE_UNAVAILABLE)
        words = "%s %s could not read index/tables.db [%s]: %s"
        log.error(words, request.method, _place(), reference, error)
        return _being_prepared(Busy())

    @app.errorhandler(CSRFError)
    def _forged(_error: CSRFError) -> Response:
        _count("forged")
        return _told(
            HTTPStatus.BAD_REQUEST,
            _("This form was open for too long. Go back, reload it, and send it again."),
        )

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        if error.response is not None:
            return error.response  # type: ignore[return-value]
        status = HTTPStatus(error.code or 500)
        return _told(status, str(_WORDS.get(status, "")))

    @app.errorhandler(Exception)
    def _ours(error: Exception) -> Response:
        reference = note_fault(error, HTTPStatus.INTERNAL_SERVER_ERROR)
        log.error("%s %s failed [%s]", request.method, _place(), reference, exc_info=error)
        _count("fault")
        return _told(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            _("It has been noted. Nothing was lost: go back and try again."),
            reference,
        )


def _count(name: str) -> None:
    current_instance().counters.count_fault(name)


def _unanswered(error: RowsUnreachable) -> Response:
    _count("rows")
    g.setdefault("person", None)  # who asks is not looked for again, to tell them that
    with use_language(wanted()):
        title = _("The accounts cannot be reached")
        words = unreachable().words
        if _is_unsaved():
            words = _(
                "The accounts cannot be reached just now. Nothing was saved and nothing is lost: "
                "please try again in a while."
            )
        return set_retry_after(_told(error.status, words, actions=_again(), title=title), error)


def _is_unsaved() -> bool:
    """Whether it is sure that what was sent is nowhere: it came to no view, or that says so."""
    unsaved = bool(g.unsaved) if "unsaved" in g else "viewed" not in g
    return request.method == "POST" and unsaved


def _ended() -> Response | None:
    """What is said to a visitor whose link showed what is asked for, and does so no more."""
    return ended_page(current_reader(), _kept()) if links_here() else None


def _place() -> str:
    """What was asked, for the log: of an address that lets someone in, only what kind it is."""
    secret = "token" in (request.view_args or {})
    return str(request.url_rule) if secret else request.path


def _again() -> list[dict[str, str]]:
    """The way to ask the same once more, where that does nothing but show."""
    url = request.full_path.rstrip("?")
    return [{"label": _("Try again"), "url": url}] if request.method == "GET" else []


def _ways_out(error: WikiError) -> list[dict[str, str]]:
    """What to do about ``error``: who may read a page and not change it is led back to it."""
    if isinstance(error, TooMany):
        return _again()
    path = (request.view_args or {}).get("raw", "")
    if isinstance(error, Forbidden) and error.ways:
        return [{"label": label, "url": url} for label, url in error.ways]
    if not isinstance(error, Forbidden) or not path:
        return []
    return [
        {"label": _("Read the page"), "url": page_url(path)},
        {"label": _("To the home page"), "url": "/"},
    ]


def _told(
    status: HTTPStatus,
    words: str,
    reference: str = "",
    actions: Sequence[Mapping[str, str]] = (),
    title: str = "",
    bare: bool = False,
) -> Response:
    title = title or str(_TITLES.get(status, _TITLES[HTTPStatus.BAD_REQUEST]))
    page = partial(
        error_page, status, title, words, text=_kept(), reference=reference, actions=actions
    )
    try:
        return page(bare=bare)
    except (Busy, StorageFailed):
        g.setdefault("person", None)
        return page(bare=True)
    except Exception:
        # Whatever is broken, whoever reads gets an answer, and what they wrote stays with them.
        log.exception("the error page could not be shown")
        return Response(f"{title}. {words}", status, mimetype="text/plain")


def _kept() -> str:
    """The text that was sent and not saved."""
    if request.method != "POST":
        return ""
    try:
        return request.form.get("text", "") or request.form.get("words", "")
    except HTTPException:
        return ""
