"""Errors as application/problem+json (RFC 9457): what happened, in words, and never a traceback."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NoReturn

from flask import Flask, request
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from wiki.errors import BadField, EditConflict, LogInFirst, WikiError
from wiki.projections.interface import Busy
from wiki.translation import gettext as _
from wiki.translation import lazy
from wiki.web.api.models import Conflict, Problem, Reason
from wiki.web.operations.faults import note_fault
from wiki.web.support import current_instance
from wiki.web.throttle import set_retry_after

log = logging.getLogger(__name__)

REALM = 'Bearer realm="wiki"'
#: told of one request at most
_REASONS = 20
_WORDS: Mapping[int, Any] = {
    HTTPStatus.NOT_FOUND: lazy("There is nothing at this address of the API."),
    HTTPStatus.METHOD_NOT_ALLOWED: lazy("This address does not take this method."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: lazy("The body is too large. Nothing was saved."),
    HTTPStatus.FORBIDDEN: lazy("This request came from another site. Nothing was changed."),
}
_FIELD_WORDS = {
    "missing": lazy("is missing"),
    "extra_forbidden": lazy("is not known here"),
    "greater_than_equal": lazy("is too small"),
    "less_than_equal": lazy("is too large"),
    "too_long": lazy("has too many values"),
    "string_too_long": lazy("is too long"),
    "string_too_short": lazy("is empty"),
    "string_type": lazy("must be a text"),
    "literal_error": lazy("is none of the values that can be chosen"),
    "string_pattern_mismatch": lazy("is not written as it should be"),
}


class BadFields(WikiError):
    """Fields that do not pass their model; ``reasons`` says which and why."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(_("Something in the request cannot be taken. Nothing was changed."))
        self.reasons = reasons


class BadToken(WikiError):
    """No token where one is needed, or one that is no good."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, words: str, challenge: str = REALM) -> None:
        super().__init__(words)
        self.challenge = challenge


class NarrowToken(BadToken):
    """A token that is good, and not for this."""

    status = HTTPStatus.FORBIDDEN


class Stale(WikiError):
    """The page is another than the one that was changed."""

    status = HTTPStatus.PRECONDITION_FAILED


class NoCondition(WikiError):
    """A change that does not say what it is a change of."""

    status = HTTPStatus.PRECONDITION_REQUIRED


def refuse_fields(error: ValidationError) -> NoReturn:
    """Turns pydantic's complaint into ours: each field's place, and our words; never its value."""
    reasons = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        place = ".".join(str(part) for part in one["loc"])[:200]
        words = _FIELD_WORDS.get(one["type"], lazy("cannot be read"))
        reasons.append(Reason(place=place, words=str(words)))
    raise BadFields(reasons[:_REASONS])


def register(app: Flask) -> None:
    """Turns whatever a view of the API raises into a problem."""

    @app.errorhandler(WikiError)
    def _known(error: WikiError) -> Response:
        if isinstance(error, LogInFirst):
            error = BadToken(_("This needs a token, or that you log in."))
        response = set_retry_after(_answer(error), error)
        if isinstance(error, BadToken):
            response.headers["WWW-Authenticate"] = error.challenge
        return response

    @app.errorhandler(Busy)
    def _being_prepared(_error: Busy) -> Response:
        words = _("The wiki is being prepared: in a moment this page is there.")
        response = problem(HTTPStatus.SERVICE_UNAVAILABLE, words)
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(CSRFError)
    def _forged(_error: CSRFError) -> Response:
        words = _("A change with a session needs the header X-CSRFToken; or use a token.")
        return problem(HTTPStatus.FORBIDDEN, words)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        status = HTTPStatus(error.code or 500)
        unknown = lazy("This request cannot be understood. Nothing was changed.")
        response = problem(status, str(_WORDS.get(status, unknown)))
        if allowed := getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(sorted(allowed))
        return response

    @app.errorhandler(Exception)
    def _ours(error: Exception) -> Response:
        reference = note_fault(error, HTTPStatus.INTERNAL_SERVER_ERROR)
        current_instance().counters.count_fault("fault")
        log.error("%s %s failed [%s]", request.method, request.path, reference, exc_info=error)
        words = _("Something went wrong on our side; it has been noted. Nothing was lost.")
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, words, reference=reference)


def problem(status: HTTPStatus, words: str, **more: Any) -> Response:
    """The answer to what went wrong."""
    told = Problem(title=status.phrase, status=int(status), detail=words, **more)
    return _as_json(told)


def _answer(error: WikiError) -> Response:
    if isinstance(error, EditConflict):
        return _as_json(
            Conflict(
                title=error.status.phrase,
                status=int(error.status),
                detail=error.words,
                base=error.base,
                theirs=error.theirs,
                mine=error.mine,
                commit=error.head,
            )
        )
    reasons: Sequence[Reason] = getattr(error, "reasons", ())
    if isinstance(error, BadField) and error.field:
        reasons = [Reason(place=error.field, words=error.words)]
    return problem(error.status, error.words, errors=reasons)


def _as_json(told: Problem) -> Response:
    body = told.model_dump_json(exclude_defaults=False)
    return Response(body, told.status, content_type="application/problem+json")
