"""What organisers see and do: who registered, by hand, a message to all, paper, the door."""

from collections.abc import Callable

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.documents import missing_programs
from wiki.api.errors import Forbidden, LogInFirst, NotFound
from wiki.api.events import Event, manages_event
from wiki.api.paths import normalise, page_url, slug
from wiki.api.reading import Reader
from wiki.api.translation import gettext, language, ngettext
from wiki.api.web import current_person, current_reader
from wiki.api.web.downloads import attachment, csv_response
from wiki.api.web.forms import (
    language_choices,
    pressed_button,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)
from wiki.api.web.listings import list_offset, page_links

from .. import badges, organiser, registration
from ..event.reasons import FEWEST
from ..event.terms import Terms
from ..links import DOOR
from ..places import CANCELLED, COMING, OFFERED, UNCONFIRMED, WAITING
from ..presence import choose_presence, presence_of
from ..presenters import facts_of, state_words, url_of
from ..store import Sheet
from .event import found, places_words, sheet_for

bp = Blueprint("registrations_manage", __name__)

_PAGE = 100


@bp.get("/registrations/<path:path>/manage")
def manage(path: str) -> Response:
    """Who registered, and all that there is to do about it."""
    reader, event, terms, sheet = _asked(path)
    asked, start = request.args.get("q", "")[:100], list_offset()
    people = organiser.arranged(sheet.people if sheet else [], asked)
    shown = people[start : start + _PAGE]
    door, parts = "", badges.parts_of(sheet)
    today = reader.today
    if sheet and organiser.door_is_good(sheet.row, sheet.row.door, today):
        door = DOOR.url(reader.instance, f"{sheet.row.id}-{sheet.row.door}")
    return render_tool(
        "registrations/manage.html",
        event=facts_of(reader, event),
        event_url=page_url(event.path),
        here_url=url_of(event.path, "manage"),
        form_url=url_of(event.path),
        list_url=url_of(event.path, "people"),
        door_url=url_of(event.path, "door"),
        terms=terms,
        open=terms is not None and terms.are_open(reader.instance.private.now()),
        places=places_words(sheet, terms),
        coming=sheet.count(COMING) if sheet else 0,
        offered=sheet.count(OFFERED) if sheet else 0,
        queue=sheet.count(WAITING) if sheet else 0,
        came=sum(one.came is not None for one in sheet.people) if sheet else 0,
        presence=presence_of(reader.instance, sheet) if sheet else None,
        asked=asked,
        people=[
            {
                "id": one.id,
                "name": one.name,
                "words": state_words(one.state),
                "came": one.came,
                "since": one.created,
                "may_cancel": one.state not in (CANCELLED, UNCONFIRMED),
            }
            for one in shown
        ],
        listing=page_links(len(people), len(shown), start, _PAGE),
        needs=organiser.needs_of(sheet) if sheet else [],
        reasons=organiser.told_reasons(sheet) if sheet else [],
        missing=missing_programs(reader.person),
        badges=[
            {
                "size": size,
                "part": part,
                "parts": parts,
                "url": f"{url_of(event.path, 'manage')}/badges.pdf?size={size}&part={part}",
            }
            for size in badges.SIZES
            for part in range(parts)
        ],
        fewest=FEWEST,
        door=door,
        door_until=sheet.row.door_until if sheet else None,
        langs=language_choices(reader.instance.settings.offered),
        topic_most=organiser.TOPIC,
        words_most=organiser.WORDS,
        messages=organiser.MESSAGES,
        values=typed_values("name", "email", "topic", "words", "to", "presence", "lang"),
    )


@bp.post("/registrations/<path:path>/manage")
@redisplay(manage)
def do(path: str) -> Response:
    """Does what one button says."""
    reader, event, _terms, sheet = _asked(path)
    return see_other(url_of(event.path, "manage"), pressed_button(_DOES)(reader, event, sheet))


@bp.get("/registrations/<path:path>/manage/sheet")
def paper(path: str) -> Response:
    """The names of who comes, A to Z, with a box each: to be printed."""
    reader, event, _terms, sheet = _asked(path)
    coming = [one for one in sheet.people if one.state == COMING] if sheet else []
    return render_tool(
        "registrations/sheet.html",
        event=facts_of(reader, event),
        manage=url_of(event.path, "manage"),
        pages=organiser.in_pages([one.name for one in organiser.arranged(coming)]),
        count=len(coming),
    )


@bp.get("/registrations/<path:path>/manage/badges.pdf")
def name_badges(path: str) -> Response:
    """Name badges of who comes: ``?size=`` 8 or 10 on a sheet, ``?part=`` where they are many."""
    reader, event, _terms, sheet = _asked(path)
    size, part = request.args.get("size", "8"), request.args.get("part", "0")
    parts = badges.parts_of(sheet)
    known = size in map(str, badges.SIZES) and part in map(str, range(parts))
    if sheet is None or not known:
        raise NotFound(gettext("Nobody has registered yet."))
    made = badges.make_badges(reader, event, sheet, int(size), int(part))
    return attachment(made, "application/pdf", f"badges-{_name(event)}.pdf")


@bp.get("/registrations/<path:path>/manage/list.csv")
def export(path: str) -> Response:
    """The list as a file, without addresses: the wiki writes to people, not a file."""
    _reader, event, _terms, sheet = _asked(path)
    if sheet is None:
        raise NotFound(gettext("Nobody has registered yet."))
    return csv_response(organiser.table_of(sheet), f"{_name(event)}.csv")


def _name(event: Event) -> str:
    return slug(event.path.rpartition("/")[2]) or "event"


def _asked(path: str) -> tuple[Reader, Event, Terms | None, Sheet | None]:
    """The event, for its organisers. Raises NotFound, LogInFirst, Forbidden."""
    reader = current_reader()
    event, terms = found(reader, normalise(path))
    if not manages_event(reader, event):
        words = gettext("This is for those who organise the event.")
        raise Forbidden(words) if current_person() else LogInFirst(words)
    return reader, event, terms, sheet_for(reader, event)


def _add(reader: Reader, event: Event, _sheet: Sheet | None) -> str:
    sent = request.form
    lang = sent.get("lang", "")
    lang = lang if lang in reader.instance.settings.offered else language()
    registration.add_by_hand(reader, event, sent.get("name", ""), sent.get("email", ""), lang)
    return gettext("{name} is registered.").format(name=" ".join(sent.get("name", "").split()))


def _cancel(reader: Reader, _event: Event, sheet: Sheet | None) -> str:
    row = sheet.find(request.form.get("id", "")) if sheet else None
    if sheet is None or row is None:
        raise NotFound(gettext("Nobody of that kind is registered here."))
    registration.cancel_by_team(reader.instance, sheet.row.id, row.id)
    return gettext("The registration of {name} is cancelled; they are told.").format(name=row.name)


def _write(reader: Reader, _event: Event, sheet: Sheet | None) -> str:
    person, sent = reader.person, request.form
    if sheet is None or person is None:
        raise NotFound(gettext("Nobody has registered yet."))
    count = organiser.write_to_all(
        reader.instance,
        sheet.row.id,
        sent.get("to", ""),
        sent.get("topic", ""),
        sent.get("words", ""),
        person.name,
    )
    if not count:
        return gettext("There is nobody to write to, or these very words are on their way already.")
    told = ngettext("It is on its way to one person.", "It is on its way to {count} people.", count)
    return told.format(count=count)


def _door(reader: Reader, _event: Event, sheet: Sheet | None) -> str:
    if sheet is None:
        raise NotFound(gettext("Nobody has registered yet."))
    organiser.make_door(reader.instance, sheet.row.id)
    return gettext("Here is a new link for the door; one that was made before is no longer good.")


def _presence(reader: Reader, _event: Event, sheet: Sheet | None) -> str:
    if sheet is None:
        raise NotFound(gettext("Nobody has registered yet."))
    choose_presence(reader.instance, sheet.row.id, request.form.get("presence", ""))
    return gettext("It is kept so.")


_DOES: dict[str, Callable[[Reader, Event, Sheet | None], str]] = {
    "presence": _presence,
    "add": _add,
    "cancel": _cancel,
    "write": _write,
    "door": _door,
}
