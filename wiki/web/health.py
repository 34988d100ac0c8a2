"""Whether the wiki is alive, ready, and how it is doing."""

import hmac
import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from wiki.config import is_loopback
from wiki.errors import RowsUnreachable
from wiki.instance import Instance
from wiki.jobs.backlogs import list_backlogs
from wiki.jobs.heartbeat import heartbeat_age
from wiki.people.mail.queue import count_mails
from wiki.people.mirrors import STATES, listed
from wiki.people.task_runs import failing_tasks
from wiki.web.readiness import find_unready
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
    told: dict[str, object] = {"ready": not wrong, "faults": list(wrong)}
    for name, words in wrong.items():
        _log.warning("not ready: %s: %s", name, words)
    if wrong and _is_operator():
        told["details"] = wrong
    response = jsonify(told)
    response.status_code = 503 if wrong else 200
    return response


@bp.get("/metrics")
def metrics() -> Response:
    """A few gauges in the text format of Prometheus."""
    instance = current_instance()
    lines = ["# TYPE wiki_projection_behind gauge"]
    for name in instance.projections:
        behind = int(instance.projections.behind(name))
        lines.append(f'wiki_projection_behind{{name="{name}"}} {behind}')
    lines += ["# TYPE wiki_rows_reached gauge", f"wiki_rows_reached {int(_tell_rows(lines))}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


def _tell_rows(lines: list[str]) -> bool:
    """Adds to ``lines`` what private rows say, to operators; whether they could be asked."""
    instance = current_instance()
    try:
        if _is_operator():
            lines += [*_background(instance), *_mirrors(instance)]
    except RowsUnreachable:
        return False
    return not instance.private.unreachable


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


def _background(instance: Instance) -> Iterator[str]:
    """How the work of the background goes: mails that wait or were given up, tasks that fail."""
    mails = count_mails(instance.private)
    now = instance.private.now()
    waits = (now - mails.oldest).total_seconds() if mails.oldest else 0
    yield "# TYPE wiki_mails_waiting gauge"
    yield f"wiki_mails_waiting {mails.waiting}"
    yield "# TYPE wiki_mail_oldest_seconds gauge"
    yield f"wiki_mail_oldest_seconds {max(0, waits):.0f}"
    yield "# TYPE wiki_mails_failed_day gauge"
    yield f"wiki_mails_failed_day {mails.failed}"
    backlogs = list_backlogs(instance)
    yield "# TYPE wiki_queue_waiting gauge"
    for name, one in backlogs.items():
        yield f'wiki_queue_waiting{{name="{name}"}} {one.waiting}'
    yield "# TYPE wiki_queue_oldest_seconds gauge"
    for name, one in backlogs.items():
        waits = max(0, (now - one.since).total_seconds()) if one.since else 0
        yield f'wiki_queue_oldest_seconds{{name="{name}"}} {waits:.0f}'
    yield "# TYPE wiki_task_failures gauge"
    for run in failing_tasks(instance.private):
        yield f'wiki_task_failures{{name="{run.name}"}} {run.failures}'
    if (age := heartbeat_age(instance.settings)) is not None:
        yield "# TYPE wiki_tasks_seen_seconds gauge"
        yield f"wiki_tasks_seen_seconds {age:.0f}"


def _mirrors(instance: Instance) -> Iterator[str]:
    """How the repositories elsewhere go; their addresses are not told here."""
    found = listed(instance.private)
    now = instance.private.now()
    yield "# TYPE wiki_mirror_state gauge"
    for one in found:
        for state in STATES:
            is_it = int(one.state == state)
            yield f'wiki_mirror_state{{name="{one.name}",state="{state}"}} {is_it}'
    yield "# TYPE wiki_mirror_done_seconds gauge"
    for one in found:
        if one.done is not None:
            age = max(0, (now - one.done).total_seconds())
            yield f'wiki_mirror_done_seconds{{name="{one.name}"}} {age:.0f}'
