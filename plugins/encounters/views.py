"""The list of those whom one may have missed, and asking one of them: signed in, or by one's link.

Opening either changes nothing. Who holds a link is taken for the one it names when they ask, unless
they are signed in as somebody else; what they read is what they may read themselves.
"""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.events import (
    Attendance,
    Event,
    IntroductionAsked,
    Party,
    event_of,
    introductions,
    organises_event,
)
from wiki.api.limits import client_address
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.reading import Reader, find_redirect, page_exists
from wiki.api.translation import gettext
from wiki.api.web import (
    current_person,
    current_reader,
    signed_in_person,
)
from wiki.api.web.forms import render_tool, see_other

from .consent import CLOSED, DAYS, OPEN, agreed, is_person, opens, own, phase
from .links import LINK
from .list import Line, people_of, projects_of
from .presenters import step_words, url_of
from .store import note, row_of

bp = Blueprint("encounters", __name__)

#: a line: two of them and their names are kept together once both have asked
WORDS = 160
#: why there is no list for who asks
OUTSIDE, OTHER, PREPARES = "outside", "other", "prepares"


@dataclass(frozen=True)
class Visit:
    """Who looks at the list of which event, and where their form goes."""

    reader: Reader
    event: Event
    mine: Attendance | None
    action: str
    state: str


@bp.get("/encounters/<path:path>")
def show(path: str) -> Response:
    """Who else agreed, and the projects that were shown."""
    reader, path = current_reader(), normalise(path)
    if not page_exists(reader, path) and (moved := find_redirect(reader, path)) is not None:
        return redirect(url_of(moved))
    return _page(_signed_in(reader, path))


@bp.post("/encounters/<path:path>")
def ask(path: str) -> Response:
    """Asks one of them to talk; nobody's address is given before both have said yes."""
    return _ask(_signed_in(current_reader(), normalise(path)))


@bp.get("/encounters/link/<token>")
def show_by_link(token: str) -> Response:
    """The same, by the link of the mail."""
    visit = _by_link(token)
    return _page(visit) if visit else _closed()


@bp.post("/encounters/link/<token>")
def ask_by_link(token: str) -> Response:
    """The same, by the link of the mail."""
    visit = _by_link(token)
    return _ask(visit) if visit else _closed()


def _signed_in(reader: Reader, path: str) -> Visit:
    event = _event(reader, path)
    person = signed_in_person(
        gettext("Log in to find again those who were there, or open the link of your mail.")
    )
    mine = own(agreed(reader.instance, event.path), person)
    state = phase(reader, event)
    if mine is None and organises_event(reader, event):
        state = PREPARES
    elif mine is None:
        state = OUTSIDE
    return Visit(reader, event, mine, url_of(event.path), state)


def _by_link(token: str) -> Visit | None:
    """Whom a link names, where; None once the two weeks are over. Raises NotFound."""
    reader = current_reader()
    named = LINK.read(reader.instance, token)
    if named is None:
        raise NotFound(gettext("This link is no longer good. Nothing was changed."))
    row = row_of(reader.instance, named.row)
    if row is None:
        return None
    event = _event(reader, row.event)
    people = agreed(reader.instance, event.path)
    mine = next((one for one in people if one.key == named.key), None)
    person, state = current_person(), phase(reader, event)
    if mine is None:
        state = OUTSIDE
    elif person is not None and not is_person(mine, person):
        state = OTHER
    return Visit(reader, event, mine, LINK.path(reader.instance, *named), state)


def _event(reader: Reader, path: str) -> Event:
    event = event_of(reader, path)
    if event is None or event.cancelled:
        raise NotFound(gettext("There is no such event here."))
    return event


def _ask(visit: Visit) -> Response:
    if visit.mine is None or visit.state != OPEN or visit.event.when is None:
        return _page(visit, status=HTTPStatus.FORBIDDEN)
    instance = visit.reader.instance
    about, words = request.form.get("about", ""), " ".join(request.form.get("words", "").split())
    line = _line(visit, visit.mine, about)
    if line is None:
        error = gettext("They are no longer on this list. Nothing was sent.")
        return _page(visit, error=error, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not line.asked:
        error = _refused(visit, visit.mine, line, words)
        if error:
            return _page(visit, about, words, error, HTTPStatus.UNPROCESSABLE_ENTITY)
        day = opens(visit.event.when, instance.settings.zone)
        note(instance, visit.event.path, day, visit.mine, line.to)
    return see_other(
        visit.action,
        gettext(
            "It is asked. Once both of you have said yes, each gets the other’s address by mail."
        ),
    )


def _line(visit: Visit, mine: Attendance, about: str) -> Line | None:
    lines = [
        *people_of(visit.reader, visit.event, mine),
        *projects_of(visit.reader, visit.event, mine),
    ]
    return next((one for one in lines if one.about == about and one.open), None)


def _refused(visit: Visit, mine: Attendance, line: Line, words: str) -> str:
    """Why it could not be asked; "" where it was."""
    if len(words) > WORDS:
        return gettext("Say it in one line; 160 characters at most.")
    asked = IntroductionAsked(
        sender=_party(mine),
        to=line.to if isinstance(line.to, str) else _party(line.to),
        words=words,
        about=visit.event.path,
        origin=client_address(),
        hidden=bool(request.form.get("hidden")),
    )
    instance = visit.reader.instance
    told = instance.plugins.call(introductions, instance, asked)
    return gettext("Nothing was sent: try again later.") if told is None else told


def _party(one: Attendance) -> Party:
    return Party(one.name, one.email, one.lang, one.person)


def _page(
    visit: Visit, chosen: str = "", words: str = "", error: str = "", status: int = 200
) -> Response:
    event, mine = visit.event, visit.mine
    shown = visit.state == OPEN and mine is not None
    zone = visit.reader.instance.settings.zone
    last = opens(event.when, zone) + DAYS - timedelta(days=1) if event.when else None
    return render_tool(
        "encounters/list.html",
        status,
        private_address=True,
        event={"title": event.title},
        event_url=page_url(event.path),
        action=visit.action,
        state=visit.state,
        name=mine.name if mine else "",
        known=current_person() is not None,
        last_day=last,
        people=people_of(visit.reader, event, mine) if shown and mine else [],
        projects=projects_of(visit.reader, event, mine) if shown and mine else [],
        chosen=chosen,
        words=words,
        hidden=bool(request.form.get("hidden")),
        error=error,
        most=WORDS,
        told=step_words(visit.reader, event) if visit.state == PREPARES else "",
        mine_url=action_url("introductions"),
    )


def _closed() -> Response:
    """A link of ours whose two weeks are over: which event it was is not kept."""
    return render_tool(
        "encounters/list.html",
        private_address=True,
        event={"title": ""},
        event_url="",
        state=CLOSED,
        known=current_person() is not None,
        mine_url=action_url("introductions"),
    )
