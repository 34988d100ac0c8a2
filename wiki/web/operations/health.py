"""Whether the wiki is alive, ready, and how it is doing."""

import hmac
import logging
from urllib.parse import urlsplit

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from wiki.config import is_loopback
from wiki.errors import RowsUnreachable
from wiki.processes.attendance import ATTENDANCE, SILENT, Attendance
from wiki.web.operations.readiness import find_unready
from wiki.web.support import current_instance, current_person

bp = Blueprint("health", __name__)
_log = logging.getLogger(__name__)
#: what a proxy adds to a request that it hands on
_HANDED_ON = frozenset({"forwarded", "via", "x-real-ip", "true-client-ip", "cf-connecting-ip"})


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def readyz() -> Response:
    """What it stands on answers too: 503, with what does not, otherwise.

    What is wrong with it is told to operators, and to the log.
    """
    wrong = dict(find_unready(current_instance()))
    attendance: Attendance | None = request.environ.get(ATTENDANCE)
    if attendance is not None and (silent := attendance.count_silent()):
        wrong["web workers"] = f"{silent} answered nothing for {SILENT:g} s"
    told: dict[str, object] = {"ready": not wrong, "faults": list(wrong)}
    remarks = {} if (replica := current_instance().replica) is None else replica.remarks
    if remarks:
        told["remarks"] = list(remarks)  # nothing is missing: the primary answers
    for name, words in wrong.items():
        _log.warning("not ready: %s: %s", name, words)
    if (wrong or remarks) and _is_operator():
        told["details"] = {**wrong, **remarks}
    response = jsonify(told)
    response.status_code = 503 if wrong else 200
    return response


@bp.get("/metrics")
def metrics() -> Response:
    """What programs that watch the wiki are told; most of it for operators alone."""
    # Its library, for who asks.
    from wiki.web.operations.metrics import describe

    try:
        operator = _is_operator()
    except RowsUnreachable:
        operator = False
    told = describe(current_instance(), everything=operator)
    return Response(told, mimetype="text/plain; version=0.0.4")


def _is_operator() -> bool:
    """Whether an administrator asks, or who has the token; without one, a program on this machine.

    Anyone else could ask for a mail in a stranger's name and see whether one more waits.
    """
    person = current_person()
    if person is not None and person.role == "admin":
        return True
    if expected := current_instance().settings.metrics_token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode("latin-1", "replace"), expected.encode())
    return is_loopback(request.remote_addr or "") and not _is_handed_on()


def _is_handed_on() -> bool:
    """Whether the request has come by a proxy, which is on this machine where nobody else is."""
    names = {name.lower() for name, _value in request.headers}
    if any(name.startswith("x-forwarded") for name in names):
        return True
    host = urlsplit(f"//{request.host}").hostname or ""
    return not names.isdisjoint(_HANDED_ON) or not is_loopback(host)
