"""At the door: a ticket's code opens a page with one button; who has no ticket is found by name.

Organisers are known by their account, who helps them by a link that one of them made: it is kept in
the session of that phone, and opens nothing but the door of that event.
"""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, request, session
from werkzeug.wrappers import Response

from wiki.api.errors import LogInFirst, NotFound
from wiki.api.events import manages_event
from wiki.api.paths import action_url, normalise
from wiki.api.reading import page_exists
from wiki.api.translation import gettext
from wiki.api.web import current_instance, current_reader, flash_message
from wiki.api.web.forms import redisplay, render_tool, see_other

from .. import check_in as checking
from .. import organiser
from ..event.identity import event_of_row, find_row
from ..letters import when_words
from ..links import DOOR, TICKET
from ..meetings import day_of, when_now
from ..models import EventRow, RegistrationRow
from ..places import COMING, UNCONFIRMED
from ..presenters import state_words, url_of
from ..store import Sheet, sheet_by, sheet_of

bp = Blueprint("registrations_door", __name__)

_SESSION = "registrations-door"
_FOUND = 20


@bp.get("/registrations/check/<token>")
def ticket(token: str) -> Response:
    """Whose ticket it is, for those at the door; to all others it says what it is."""
    sheet, row = _ticket(token)
    if not _is_at_door(sheet.row):
        return render_tool("registrations/stranger.html", HTTPStatus.FORBIDDEN)
    return render_tool(
        "registrations/check.html",
        private_address=True,
        event=_facts(sheet.row),
        one=_line(row),
        action=action_url(f"registrations/check/{token}"),
        names_url=url_of(sheet.row.path, "door"),
        closed=checking.closed_words(current_instance(), sheet.row),
    )


@bp.post("/registrations/check/<token>")
@redisplay(ticket)
def check_in(token: str) -> Response:
    """It is this person; or it was not."""
    sheet, row = _ticket(token)
    if not _is_at_door(sheet.row):
        return ticket(token)
    return see_other(action_url(f"registrations/check/{token}"), _note(sheet, row))


@bp.get("/registrations/door/<token>")
def door(token: str) -> Response:
    """What the link is for, and one button."""
    row, _nonce = _door(token)
    return render_tool("registrations/enter.html", event=_facts(row))


@bp.post("/registrations/door/<token>")
def enter(token: str) -> Response:
    """This phone is at the door."""
    row, nonce = _door(token)
    session[_SESSION] = f"{row.id}-{nonce}"
    return see_other(url_of(row.path, "door"))


@bp.get("/registrations/<path:path>/door")
def by_name(path: str) -> Response:
    """Who is expected, by name."""
    sheet = _at_door(path)
    asked = request.args.get("q", "")[:100]
    expected = [one for one in sheet.people if one.state != UNCONFIRMED]
    coming = [one for one in expected if one.state == COMING]
    people = organiser.arranged(expected if asked.strip() else coming, asked)
    return render_tool(
        "registrations/door.html",
        event=_facts(sheet.row),
        action=url_of(sheet.row.path, "door"),
        asked=asked,
        people=[_line(one) for one in people[:_FOUND]],
        more=len(people) - _FOUND,
        coming=len(coming),
        came=sum(one.came is not None for one in coming),
        closed=checking.closed_words(current_instance(), sheet.row),
    )


@bp.post("/registrations/<path:path>/door")
@redisplay(by_name)
def check_in_by_name(path: str) -> Response:
    """They are there; or it was somebody else."""
    sheet = _at_door(path)
    row = sheet.find(request.form.get("id", ""))
    if row is None:
        raise NotFound(gettext("Nobody of that kind is registered here."))
    return see_other(url_of(sheet.row.path, "door"), _note(sheet, row))


def _note(sheet: Sheet, row: RegistrationRow) -> str:
    instance = current_instance()
    if request.form.get("action") == "undo":
        checking.undo(instance, sheet.row.id, row.id)
        return gettext("Undone: {name} is not checked in.").format(name=row.name)
    if before := checking.check_in(instance, sheet.row.id, row.id):
        time = instance.templates.filters["hour"](before)
        words = gettext("{name} was checked in already, at {time}.")
        flash_message(words.format(name=row.name, time=time), "warning")
        return ""
    return gettext("{name} is checked in.").format(name=row.name)


def _ticket(token: str) -> tuple[Sheet, RegistrationRow]:
    registration = TICKET.read(current_instance(), token)
    sheet = sheet_by(current_instance(), registration) if registration else None
    row = sheet.find(registration) if sheet and registration else None
    if sheet is None or row is None or row.state == UNCONFIRMED:
        raise NotFound(gettext("This ticket is not, or no longer, one of ours."))
    return sheet, row


def _door(token: str) -> tuple[EventRow, str]:
    event_id, _dash, nonce = (DOOR.read(current_instance(), token) or "").partition("-")
    sheet = sheet_of(current_instance(), event_id) if event_id else None
    if sheet is None or not organiser.door_is_good(sheet.row, nonce, _today()):
        raise NotFound(
            gettext("This link is no longer good: ask whoever organises the event for a new one.")
        )
    return sheet.row, nonce


def _at_door(path: str) -> Sheet:
    """Who is expected at an event, for those at its door. Raises NotFound, LogInFirst."""
    row = find_row(current_instance(), normalise(path))
    sheet = sheet_of(current_instance(), row.id) if row else None
    if sheet is not None and _is_at_door(sheet.row):
        return sheet
    reader = current_reader()
    if reader.person is None and page_exists(reader, normalise(path)):
        raise LogInFirst(gettext("This is for those who organise the event."))
    raise NotFound(gettext("There is nothing here."))


def _is_at_door(row: EventRow) -> bool:
    event_id, _dash, nonce = str(session.get(_SESSION, "")).partition("-")
    if event_id == row.id and organiser.door_is_good(row, nonce, _today()):
        return True
    event = event_of_row(current_instance(), row)
    return event is not None and manages_event(current_reader(), event)


def _today() -> date:
    return day_of(current_instance().private.now(), current_instance())


def _facts(row: EventRow) -> dict[str, object]:
    when = when_words(current_instance(), when_now(current_instance(), row))
    return {"title": row.title, "place": row.place, "when": when, "cancelled": row.cancelled}


def _line(row: RegistrationRow) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "words": "" if row.state == COMING else state_words(row.state),
        "came": row.came,
    }
