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
    WikiError,
    action_url,
    current_reader,
    gettext,
    ngettext,
    normalise,
    page_of,
    page_url,
    say,
)

from . import deciding, keeping, several, showing, sums
from .calls import Call, call_in, may_organise
from .models import ApplicationRow
from .reasons import choices, door_label
from .sides import organised
from .states import LATER, LIVE, SELECTED, UNREAD

bp = Blueprint("applications_organising", __name__)


@bp.get("/applications/<path:path>")
def listed(path: str) -> Response:
    """All that was proposed, with what is to be done about each; below, the sums."""
    reader = current_reader()
    return _listed(reader, organised(reader, normalise(path)), "")


def _listed(reader: Reader, call: Call, error: str, status: int = 200) -> Response:
    lines = showing.of_event(reader, call)
    form, offered = request.form, choices(reader, call.path)
    return page_of(
        "applications/list.html",
        status,
        undecided=several.undecided(lines),
        agreed=several.count_agreed(lines),
        reasons=offered.reasons,
        doors=[(row.path, row.title, door_label(row)) for row in offered.doors],
        ticked={name: form.getlist(name) for name in ("ids", "reasons", "doors")},
        error=error,
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
    """Tells every team what was decided and not told yet; or answers several, or adds all."""
    reader = current_reader()
    call = organised(reader, normalise(path))
    action, form = request.form.get("action"), request.form
    if action in (SELECTED, LATER):
        try:
            count = several.decide(
                reader,
                call,
                action,
                form.getlist("ids"),
                form.getlist("reasons"),
                form.getlist("doors"),
            )
        except WikiError as error:
            return _listed(reader, call, error.words, int(error.status))
        words = ngettext("Noted for {count} team.", "Noted for {count} teams.", count)
        say(words.format(count=count) + " " + gettext("Nobody is told yet."))
        return redirect(action_url("applications", call.path), HTTPStatus.SEE_OTHER)
    if action == "add":
        count = several.add_agreed(reader, call)
        words = ngettext(
            "{count} project added to the programme.",
            "{count} projects added to the programme.",
            count,
        )
        say(words.format(count=count))
        return redirect(action_url("applications", call.path), HTTPStatus.SEE_OTHER)
    if action != "tell":
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
