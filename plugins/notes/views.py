"""What is missing in one list, a line completed in one tap, the notes of an event begun."""

from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import Forbidden, LogInFirst, NotFound
from wiki.api.events import Event, event_of, organises_event
from wiki.api.limits import count_request
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.reading import Reader, get_page
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext
from wiki.api.web import current_reader, flash_message, safe_next, signed_in_reader
from wiki.api.web.forms import render_tool
from wiki.api.web.listings import list_offset, page_links

from .creation import may_write, notes_of, text_for, write
from .gaps import Gap, by_space, complete, gaps, named, own, reopen, shown

bp = Blueprint("notes", __name__)

PAGE = 40


@bp.get("/notes/missing")
def missing() -> Response:
    """Everything that is missing: of all, of ``?event=``, or what ``?person=`` could add."""
    reader = current_reader()
    space, person = request.args.get("event", ""), request.args.get("person", "")
    mine = reader.person.page if reader.person else None
    everything = gaps(reader)
    found, title = everything, ""
    if space:
        title = _title(reader, space)
        found = gaps(reader, space=space) if title else []
    elif person:
        title = _title(reader, person)
        found = own(reader, everything) if person == mine else named(everything, person)
        found = found if title else []
    start = list_offset()
    part = found[start : start + PAGE]
    return render_tool(
        "notes/missing.html",
        groups=[_group(reader, group) for group in by_space(part).values()],
        total=len(found),
        about={"label": title, "url": page_url(space or person)} if title else None,
        mine=bool(person) and person == mine,
        ways=_ways(reader, space, person, mine),
        back=request.full_path.rstrip("?"),
        listing=page_links(len(found), len(part), start, PAGE),
    )


@bp.post("/notes/done/<path:path>")
def done(path: str) -> Response:
    """Sets the box of a line, or takes that back with ``undo``. Raises NotFound, Forbidden."""
    reader = signed_in_reader()
    page, key = get_page(reader, normalise(path)), request.form.get("key", "")
    count_request("save")
    if request.form.get("undo"):
        reopen(reader, page.path, key)
        flash_message(gettext("It is missing again."))
    else:
        complete(reader, page.path, key)
        flash_message(gettext("Noted: this is completed. It stays in the page."))
    target = safe_next(request.form.get("next", "")) if request.form.get("next") else ""
    return redirect(target or page_url(page.path), HTTPStatus.SEE_OTHER)


@bp.get("/notes/write/<path:path>")
def begin(path: str) -> Response:
    """What the notes of an event would begin with, and one button."""
    reader, event = _asked(path)
    if found := notes_of(reader, event.path):
        return redirect(page_url(found))
    return render_tool(
        "notes/write.html",
        event={"label": event.title, "url": page_url(event.path)},
        action=action_url("notes/write", event.path),
        text=text_for(reader, event),
        count=len(event.programme),
    )


@bp.post("/notes/write/<path:path>")
def make(path: str) -> Response:
    """Makes the page, once, and opens it to be written."""
    reader, event = _asked(path)
    made = write(reader, event)
    return redirect(action_url("edit", made), HTTPStatus.SEE_OTHER)


def _asked(path: str) -> tuple[Reader, Event]:
    reader = current_reader()
    event = event_of(reader, normalise(path))
    if event is None:
        raise NotFound(gettext("There is no such event."))
    if not organises_event(reader, event):
        words = gettext("This is for those who organise the event.")
        raise Forbidden(words) if reader.person else LogInFirst(words)
    if not may_write(reader, event):
        raise Forbidden(gettext("Only the team of the event writes below its page."))
    return reader, event


def _title(reader: Reader, path: str) -> str:
    row = get_row(reader, path)
    return row.title if row else ""


def _group(reader: Reader, group: list[Gap]) -> dict[str, object]:
    first = group[0]
    return {
        "label": first.space_title,
        "url": page_url(first.space),
        "gaps": shown(reader, group),
    }


def _ways(reader: Reader, space: str, person: str, mine: str | None) -> list[dict[str, object]]:
    """Everything, or what the reader could add."""
    url = action_url("notes/missing")
    ways = [{"label": gettext("Everything"), "url": url, "here": not space and not person}]
    if mine:
        own_url = action_url("notes/missing", query={"person": mine})
        ways.append({"label": gettext("What I could add"), "url": own_url, "here": person == mine})
    return ways
