"""Whether the wiki is alive, ready, and how it is doing."""

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from wiki.web.support import current_instance

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def readyz() -> Response:
    """What it stands on answers too: 503, with what does not, otherwise."""
    instance = current_instance()
    wrong = []
    try:
        instance.repository.head()
    except Exception as error:
        wrong.append(f"repository: {error}")
    try:
        instance.private.generation()
    except Exception as error:
        wrong.append(f"private database: {error}")
    wrong += [f"projection {name} is behind" for name in instance.projections.failures]
    response = jsonify({"ready": not wrong, "faults": wrong})
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
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")
