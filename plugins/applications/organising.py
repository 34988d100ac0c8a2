"""The applications to one event: the list, telling all at once, and the sums."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api import (
    Event,
    EventStep,
    NotFound,
    Reader,
    action_url,
    current_reader,
    gettext,
    ngettext,
    normalise,
    page_of,
    page_url,
    say,
)

from . import deciding, keeping, showing, sums
from .calls import Call, call_in, may_organise
from .models import ApplicationRow
from .sides import organised
from .states import LIVE, UNREAD

bp = Blueprint("applications_organising", __name__)


@bp.get("/applications/<path:path>")
def listed(path: str) -> Response:
    """All that was proposed, with what is to be done about each; below, the sums."""
    reader = current_reader()
    call = organised(reader, normalise(path))
    lines = showing.of_event(reader, call)
    return page_of(
        "applications/list.html",
        event={"label": call.title, "url": page_url(call.path)},
        open=call.open,
        until=call.until,
        fresh=[one for one in lines if one["unread"] or one["asks"]],
        briefing=[
            one
            for one in lines
            if not (one["unread"] or one["asks"] or one["decided"] or one["state"] == "aside")
        ],
        decided=[one for one in lines if one["decided"] and not (one["unread"] or one["asks"])],
        aside=[one for one in lines if one["state"] == "aside"],
        counts=showing.counts(lines),
        sums=sums.of_event(reader, lines),
        action=action_url("applications", call.path),
        settings=action_url("edit", call.path),
        noindex=True,
    )


@bp.post("/applications/<path:path>")
def tell_all(path: str) -> Response:
    """Tells every team what was decided and not told yet."""
    reader = current_reader()
    call = organised(reader, normalise(path))
    if request.form.get("action") != "tell":
        raise NotFound(gettext("There is nothing of that name to do."))
    ids = {one["id"] for one in showing.of_event(reader, call) if one["decided"]}
    rows = keeping.find_all(
        reader.instance, ApplicationRow.event == call.path, ApplicationRow.state.in_(LIVE)
    )
    count = deciding.tell(reader.instance, [row for row in rows if row.id in ids])
    words = ngettext("{count} team is told.", "{count} teams are told.", count)
    say(words.format(count=count))
    return redirect(action_url("applications", call.path), HTTPStatus.SEE_OTHER)


def steps(event: Event, reader: Reader) -> Sequence[EventStep]:
    """How far the applications to an event are."""
    call = call_in(reader, event.row)
    found = showing.counts(showing.of_event(reader, call))
    if not call.open and not found["all"]:
        return []
    words = ngettext("{count} application", "{count} applications", found["all"])
    said = [words.format(count=found["all"])]
    if found["unread"] or found["asks"]:
        said.append(gettext("{count} to read").format(count=found["unread"] + found["asks"]))
    if found["untold"]:
        words = ngettext("{count} team to tell", "{count} teams to tell", found["untold"])
        said.append(words.format(count=found["untold"]))
    return [
        EventStep(
            gettext("Applications"),
            action_url("applications", event.path),
            ", ".join(said),
            done=not call.open and not len(said) > 1,
            order=10,
        )
    ]


def waits(reader: Reader) -> list[dict[str, Any]]:
    """A line for each event whose applications wait to be read by who asks."""
    lines = []
    if reader.person is None:
        return []
    for path in keeping.events_with(reader.instance, UNREAD):
        call: Call | None = may_organise(reader, path)
        unread = [one for one in showing.of_event(reader, call) if one["unread"]] if call else []
        if call is None or not unread:
            continue
        words = ngettext(
            "{count} application to read: {event}",
            "{count} applications to read: {event}",
            len(unread),
        )
        lines.append(
            {
                "text": words.format(count=len(unread), event=call.title),
                "url": action_url("applications", path),
                "when": max(one["when"] for one in unread),
            }
        )
    return lines
