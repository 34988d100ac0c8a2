"""The page behind the link in the mail of the day after: one button takes “presented” off again."""

from http import HTTPStatus

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.paths import action_url
from wiki.api.people import Person, get_person
from wiki.api.reading import Reader, get_title, system_reader
from wiki.api.reading.rows import get_row
from wiki.api.translation import gettext, language, use_language
from wiki.api.web import current_instance
from wiki.api.web.forms import hide_address, pressed_button, redisplay, render_tool, see_other

from .. import store
from ..access import is_ours
from ..links import PRESENTED
from ..models import ApplicationRow
from ..ownership import standing
from ..programme import presentations
from .agreement import is_for_who_asks

bp = Blueprint("applications_objections", __name__)

_DOES = {"object": presentations.object_to, "presented": presentations.say_presented}


@bp.get("/application/presented/<token>")
def ask(token: str, status: int = 200) -> Response:
    """What the project's page says; opening it changes nothing."""
    row, person = _asked(token)
    instance = current_instance()
    reader = Reader(instance, person)
    mine = is_for_who_asks(person)
    page = get_row(system_reader(instance, "applications"), row.project)
    # Whoever comes from the mail goes on in its language.
    with use_language(person.lang if mine else language()):
        return render_tool(
            "applications/object.html",
            status,
            private_address=True,
            mine=mine,
            name=person.name,
            project=get_title(reader, row.project) if mine else "",
            event=get_title(reader, row.event) if mine else "",
            says=page is not None and presentations.says_so(reader, page, row.event),
            url=action_url(f"application/{row.id}"),
        )


@bp.post("/application/presented/<token>")
@redisplay(ask)
def change(token: str) -> Response:
    """Takes it off the page, or has it said again; pressed twice, it is done once."""
    row, person = _asked(token)
    if not is_for_who_asks(person):
        return ask(token, HTTPStatus.FORBIDDEN)
    pressed_button(_DOES)(Reader(current_instance(), person), row)
    return hide_address(see_other(request.path))


def _asked(token: str) -> tuple[ApplicationRow, Person]:
    """The application and who was written to. Raises NotFound, alike for all that is over."""
    instance = current_instance()
    gone = NotFound(
        gettext("This link is no longer good. Log in to see what became of your application.")
    )
    link = PRESENTED.read(instance, token)
    person = get_person(instance.private, link.person) if link else None
    if link is None or person is None or person.disabled:
        raise gone
    row = store.find(instance, link.application)
    page = standing(instance, [row]).get(row.id)
    told = presentations.row_of(instance, row.id) is not None
    if page is None or not told or not is_ours(instance, person, row, page):
        raise gone
    return row, person
