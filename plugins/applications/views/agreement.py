"""The page behind the link in a letter: one button, by which the team agrees to be shown."""

from http import HTTPStatus

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField, NotFound
from wiki.api.paths import action_url, page_url
from wiki.api.people import Person, get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, get_title, page_exists, system_reader
from wiki.api.reading.rows import PageRow, get_row
from wiki.api.translation import gettext, language, use_language
from wiki.api.web import current_instance, current_person
from wiki.api.web.forms import hide_address, redisplay, render_tool, see_other, typed_values

from .. import store, submission
from ..access import is_ours
from ..calls import call_at
from ..decisions import decision_of
from ..letters import link_for
from ..links import AGREE
from ..models import ApplicationRow
from ..ownership import standing
from ..programme import consent, entries

bp = Blueprint("applications_agreeing", __name__)


@bp.get("/application/agree/<token>")
def ask(token: str, status: int = 200) -> Response:
    """What is asked, and of whom; opening it changes nothing."""
    row, person = _asked(token)
    instance = current_instance()
    reader = Reader(instance, person)
    mine = is_for_who_asks(person)
    words = consent.words_for(instance, row, _project(row)) if mine else consent.Words("")
    call = call_at(system_reader(instance, "applications"), row.event)
    # Whoever comes from the letter goes on in its language.
    with use_language(person.lang if mine else language()):
        return render_tool(
            "applications/agree.html",
            status,
            private_address=True,
            mine=mine,
            name=person.name,
            project=get_title(reader, row.project) if mine else "",
            event=get_title(reader, row.event) if mine else "",
            agreed=row.agreed is not None,
            shown=call is not None and row.project in entries.named_in(instance, call),
            words=typed_values(title=words.title, summary=words.summary),
            opens=bool(request.form.get("open")),
            longest={"title": consent.TITLE, "summary": consent.SUMMARY},
            event_url=page_url(row.event) if page_exists(reader, row.event) else "",
            closed=reader.access(row.project).group != "public",
            url=action_url(f"application/{row.id}"),
        )


@bp.post("/application/agree/<token>")
@redisplay(ask, BadField)
def agree(token: str) -> Response:
    """Agrees, once; with the box ticked, the space is opened to everyone too."""
    row, person = _asked(token)
    if not is_for_who_asks(person):
        return ask(token, HTTPStatus.FORBIDDEN)
    if row.agreed is None:
        reader = Reader(current_instance(), person)
        entries.agree(reader, row, consent.read_words(request.form, _project(row)))
        if request.form.get("open") and reader.may_change_rights(row.project):
            submission.show_space(reader, row.project, to_all=True)
    return hide_address(see_other(request.path))


def _asked(token: str) -> tuple[ApplicationRow, Person]:
    """The application and who was written to. Raises NotFound, alike for all that is over."""
    found = _good(current_instance(), token)
    if found is None:
        raise NotFound(
            gettext("This link is no longer good. Log in to see what became of your application.")
        )
    return found


def _good(instance: Instance, token: str) -> tuple[ApplicationRow, Person] | None:
    link = AGREE.read(instance, token)
    person = get_person(instance.private, link.person) if link else None
    if link is None or person is None or person.disabled:
        return None
    try:
        row = store.find(instance, link.application)
    except NotFound:
        return None
    page = standing(instance, [row]).get(row.id)
    decision = decision_of(instance, row.id)
    if page is None or decision is None or link_for(decision, person) != link:
        return None
    call = call_at(system_reader(instance, "applications"), row.event)
    over = call is None or call.event.is_over(Reader(instance))
    selected = entries.is_selected(Reader(instance, person), row)
    return (row, person) if is_ours(instance, person, row, page) and selected and not over else None


def is_for_who_asks(person: Person) -> bool:
    """Whether it can be whom the letter went to: nobody is signed in as somebody else."""
    asking = current_person()
    return asking is None or asking.id == person.id


def _project(row: ApplicationRow) -> PageRow:
    """The page of the project, which ``_good`` has found. Raises NotFound where it went since."""
    if (page := get_row(system_reader(current_instance(), "applications"), row.project)) is None:
        raise NotFound(gettext("There is nothing here."))
    return page
