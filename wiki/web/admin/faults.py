"""Faults, for administrators: found by the reference that a reader was told, or by kind."""

from datetime import UTC, datetime

from flask import request
from werkzeug.wrappers import Response

from wiki.pages.urls import action_url
from wiki.people.incidents import Incident, count_kinds, find_incident, list_incidents
from wiki.web.admin.index import bp
from wiki.web.forms import render_tool
from wiki.web.support import current_instance

#: faults on one page
LISTED = 20
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


@bp.get("/admin/faults")
def faults() -> Response:
    """The one of ``reference``, or the latest, of a ``kind`` or of all."""
    private = current_instance().private
    reference = request.args.get("reference", "").strip().lower()[:16]
    kind = request.args.get("kind", "")[:100]
    if reference:
        one = find_incident(private, reference)
        found, more = [one] if one else [], False
    else:
        listed = list_incidents(private, kind, _before(), LISTED + 1)
        found, more = list(listed[:LISTED]), len(listed) > LISTED
    return render_tool(
        "admin/faults.html",
        asked=reference,
        kind=kind,
        kinds=[
            {**vars(one), "url": action_url("admin/faults", query={"kind": one.kind})}
            for one in count_kinds(private, _ALWAYS)
        ],
        faults=[vars(one) for one in found],
        open=bool(reference),
        older=_older(found[-1], kind) if more else "",
    )


def _older(last: Incident, kind: str) -> str:
    query = {"kind": kind, "before": last.at.isoformat()}
    return action_url("admin/faults", query={name: word for name, word in query.items() if word})


def _before() -> datetime | None:
    try:
        found = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None
