"""What other sites ask and send: who this one is, that a sister has something new, messages."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.errors import TooLarge, TooMany, WikiError
from wiki.instance import Instance
from wiki.projections.interface import Busy
from wiki.sisters.inbox import LONGEST_MESSAGE, LONGEST_PING, take_message, take_ping
from wiki.sisters.statement import make_statement
from wiki.translation import gettext as _
from wiki.web.security import csrf
from wiki.web.snapshot import unpinned
from wiki.web.support import current_instance
from wiki.web.throttle import count_request

bp = Blueprint("sister_exchange", __name__)
root = Blueprint("sister_statement", __name__)


@root.get("/.well-known/carrefour")
@unpinned
def statement() -> Response:
    """What this site says of itself, signed."""
    count_request("sister")
    try:
        token = make_statement(current_instance())
    except Busy:
        raise TooMany(_("This is being made: try again in a minute."), retry_after=60) from None
    response = Response(token, mimetype="application/jose")
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.post("/carrefours/ping")
@csrf.exempt  # type: ignore[untyped-decorator]
@unpinned
def ping() -> Response:
    """A sister has something new."""
    return _taken(take_ping, LONGEST_PING)


@bp.post("/carrefours/inbox")
@csrf.exempt  # type: ignore[untyped-decorator]
@unpinned
def inbox() -> Response:
    """A sister's message."""
    return _taken(take_message, LONGEST_MESSAGE)


def _taken(take: Callable[[Instance, str], None], longest: int) -> Response:
    """The answer to a token of a sister's: nothing, or why it was not taken, in words."""
    count_request("sister")
    count_request("sisters", by="everyone")
    body = request.stream.read(longest + 1)
    if len(body) > longest:
        raise TooLarge(_("This is too long for a message to another site."))
    try:
        take(current_instance(), body.decode("ascii", "replace"))
    except WikiError as error:
        return Response(error.words, int(error.status), mimetype="text/plain")
    return Response(status=HTTPStatus.NO_CONTENT)
