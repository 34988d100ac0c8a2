"""The page of one's own registration, by its link: its state, the ticket, and what one may change.

Opening it changes nothing; each button does one thing once. Whoever holds the link is taken for the
one it names, unless they are signed in as somebody else.
"""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.paths import page_url
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, page_exists
from wiki.api.translation import gettext
from wiki.api.web import current_instance, current_person, current_reader
from wiki.api.web.downloads import attachment
from wiki.api.web.forms import (
    hide_address,
    language_choices,
    pressed_button,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)

from .. import registration as registering
from .. import tickets
from ..letters import moment_words, when_words
from ..links import OWN, TICKET, code_path
from ..meetings import is_past, kept_until, when_of
from ..models import WORDS, RegistrationRow
from ..places import CANCELLED, COMING, OFFERED, PASSED, UNCONFIRMED, WAITING
from ..store import Sheet, sheet_by
from .event import choices, listed, places_words, typed

bp = Blueprint("registrations_own", __name__)


@bp.get("/registrations/mine/<token>")
def own(token: str) -> Response:
    """What one is registered for, and how that stands."""
    return _page(*_found(token))


@bp.get("/registrations/mine/<token>/leave")
def leave(token: str) -> Response:
    """One button: programs that look at links cancel nothing."""
    return _page(*_found(token), leaving=True)


@bp.post("/registrations/mine/<token>")
@redisplay(own)
def do(token: str) -> Response:
    """Does what one button says."""
    sheet, row = _found(token)
    if not _is_for_who_asks(row):
        return _page(sheet, row, HTTPStatus.FORBIDDEN)
    words = pressed_button(_DOES)(current_instance(), row)
    return see_other(OWN.path(current_instance(), row.id), words)


@bp.get("/registrations/mine/<token>/event.ics")
def calendar(token: str) -> Response:
    """The event for one's calendar, as it is now; a newer one replaces an older."""
    instance = current_instance()
    sheet, _row = _found(token)
    url = instance.settings.public_url + page_url(sheet.row.path)
    content = tickets.calendar(instance, sheet.row, url)
    return hide_address(attachment(content, f"{tickets.CALENDAR}; charset=utf-8", "event.ics"))


@bp.get("/registrations/code/<token>.<any(svg, png):kind>")
def code(token: str, kind: str) -> Response:
    """The code of a ticket as a picture: it says no more than the link to it."""
    instance = current_instance()
    registration = TICKET.read(instance, token)
    if registration is None or sheet_by(instance, registration) is None:
        raise NotFound(_no_longer())
    types = {"svg": "image/svg+xml", "png": "image/png"}
    picture = tickets.picture(TICKET.url(instance, registration), kind)
    return hide_address(Response(picture, mimetype=types[kind]))


def _found(token: str) -> tuple[Sheet, RegistrationRow]:
    instance = current_instance()
    registration = OWN.read(instance, token)
    sheet = sheet_by(instance, registration) if registration else None
    row = sheet.find(registration) if sheet and registration else None
    if sheet is None or row is None:
        raise NotFound(_no_longer())
    person = get_person(instance.private, row.person) if row.person else None
    if row.person is not None and (person is None or person.disabled):
        raise NotFound(_no_longer())
    return sheet, row


def _no_longer() -> str:
    return gettext("This link is no longer good. Nothing was changed.")


def _is_for_who_asks(row: RegistrationRow) -> bool:
    person = current_person()
    return person is None or row.person is None or person.id == row.person


def _confirm(instance: Instance, row: RegistrationRow) -> str:
    registering.confirm(instance, row.id)
    return ""


def _accept(instance: Instance, row: RegistrationRow) -> str:
    registering.take_place(instance, row.id)
    return ""


def _leave(instance: Instance, row: RegistrationRow) -> str:
    registering.withdraw(instance, row.id)
    return ""


def _choose(instance: Instance, row: RegistrationRow) -> str:
    registering.choose(instance, row.id, typed(instance, ""))
    return gettext("It is noted.")


_DOES: dict[str, Callable[[Instance, RegistrationRow], str]] = {
    "confirm": _confirm,
    "accept": _accept,
    "leave": _leave,
    "choose": _choose,
}


def _page(
    sheet: Sheet, row: RegistrationRow, status: int = 200, *, leaving: bool = False
) -> Response:
    instance, reader = current_instance(), current_reader()
    event, now = sheet.row, current_instance().private.now()
    seen = page_exists(reader, event.path)
    return render_tool(
        "registrations/own.html",
        status,
        private_address=True,
        event={
            "title": event.title,
            "place": event.place,
            "when": when_words(instance, when_of(event)),
            "cancelled": event.cancelled,
        },
        # Whoever may no longer read the page still knows what they were told.
        event_url=page_url(event.path) if seen else "",
        action=OWN.path(instance, row.id),
        calendar=OWN.path(instance, row.id, below="event.ics"),
        name=row.name,
        state=row.state,
        stranger=not _is_for_who_asks(row),
        leaving=leaving,
        past=is_past(when_of(event), instance, now),
        until=moment_words(instance, row.offered_until),
        ahead=_ahead(sheet, row),
        places=places_words(sheet, sheet.terms),
        code=code_path(instance, row.id, "svg") if row.state == COMING else "",
        kept_until=kept_until(when_of(event), instance, now).isoformat(),
        came=row.came,
        people=listed(_as(instance, row), sheet, but=row.id) if row.state == COMING else [],
        may_join=row.state in (PASSED, CANCELLED, UNCONFIRMED),
        offered=row.state == OFFERED,
        values={
            **typed_values(name=row.name, access=row.access),
            "listed": row.listed,
            "lang": row.lang,
        },
        why=choices(row.reasons),
        langs=language_choices(instance.settings.offered),
        most=WORDS,
    )


def _as(instance: Instance, row: RegistrationRow) -> Reader:
    """What whoever the link names may see."""
    return Reader(instance, get_person(instance.private, row.person) if row.person else None)


def _ahead(sheet: Sheet, row: RegistrationRow) -> int:
    return sum(one.state == WAITING and one.place < row.place for one in sheet.people)
