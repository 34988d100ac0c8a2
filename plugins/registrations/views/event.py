"""Registering for an event, who comes, one's own registrations, and why people come."""

from collections import Counter
from typing import Any

from flask import Blueprint, redirect, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from wiki.api.errors import Forbidden, LogInFirst, NotFound
from wiki.api.events import Event, event_of, manages_event
from wiki.api.paths import action_url, normalise, page_url
from wiki.api.people import get_person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, find_redirect, page_exists
from wiki.api.translation import gettext, language
from wiki.api.web import (
    current_person,
    current_reader,
    signed_in_person,
)
from wiki.api.web.forms import language_choices, redisplay, render_tool, see_other, typed_values
from wiki.api.web.open_forms import antispam

from .. import registration
from ..event import reasons
from ..event.identity import find_row
from ..event.terms import Terms
from ..letters import moment_words, when_words
from ..links import OWN
from ..meetings import is_past, terms_at, when_of
from ..models import WORDS, EventRow, RegistrationRow, SumRow
from ..places import COMING, OFFERED, WAITING
from ..presenters import facts_of, mine, state_words, url_of
from ..store import Sheet, sheet_of

bp = Blueprint("registrations", __name__)


@bp.get("/registrations")
def own() -> Response:
    """One's own registrations."""
    person = signed_in_person(gettext("Log in to see what you are registered for."))
    reader = current_reader()
    instance = reader.instance
    lines = [
        {
            "title": event.title,
            "url": OWN.path(instance, row.id),
            "words": state_words(row.state),
            "when": when_words(instance, when_of(event)),
            "cancelled": event.cancelled,
        }
        for event, row in mine(instance, person.id)
    ]
    return render_tool("registrations/mine.html", lines=lines)


@bp.get("/registrations/reasons")
def why() -> Response:
    """Why people come, over the events that are over and that the reader may read."""
    reader = current_reader()
    events = []
    total: Counter[str] = Counter()
    for row, counts, people in _reasons(reader):
        total += counts
        if people >= reasons.FEWEST and (told := reasons.shown(counts)):
            events.append({"title": row.title, "url": page_url(row.path), "reasons": told})
    return render_tool(
        "registrations/reasons.html",
        reasons=reasons.shown(total),
        plot=reasons.plot(total),
        events=events,
        fewest=reasons.FEWEST,
    )


@bp.get("/registrations/<path:path>")
def form(path: str) -> Response:
    """The places that are left, and the form; for who is registered, the way to their page."""
    reader = current_reader()
    path = normalise(path)
    if not page_exists(reader, path) and (moved := find_redirect(reader, path)) is not None:
        return redirect(url_of(moved))
    event, _terms = found(reader, path)
    person = current_person()
    known = _own_row(sheet_for(reader, event), person.id) if person else None
    if known is not None and known.state in (COMING, WAITING, OFFERED):
        return redirect(OWN.path(reader.instance, known.id))
    return _form(path)


def _form(path: str, *, sent: bool = False) -> Response:
    reader = current_reader()
    event, terms = found(reader, normalise(path))
    instance, person = reader.instance, reader.person
    now = instance.private.now()
    return render_tool(
        "registrations/form.html",
        private_address=True,
        event=facts_of(reader, event),
        event_url=page_url(event.path),
        action=url_of(event.path),
        open=terms is not None and terms.are_open(now) and event.when is not None,
        past=is_past(event.when, instance, now),
        places=places_words(sheet_for(reader, event), terms),
        until=moment_words(instance, terms.until) if terms else "",
        values=typed_values("email", "access", "listed", name=person.name if person else ""),
        why=choices(",".join(request.form.getlist("why"))),
        langs=language_choices(instance.settings.offered),
        spoken=request.form.get("lang", "") or language(),
        most=WORDS,
        traps=antispam.fields(),
        sent=sent,
        manage=url_of(event.path, "manage") if manages_event(reader, event) else "",
        calendar_url=action_url("calendar"),
    )


@bp.post("/registrations/<path:path>")
@redisplay(_form)
def register(path: str) -> Response:
    """Registers; without an account, first asks by mail."""
    reader = current_reader()
    event, _terms = found(reader, normalise(path))
    if antispam.caught():
        return _form(path, sent=True)
    person = current_person()
    email = "" if person else request.form.get("email", "")
    made = registration.register(reader, event, typed(reader.instance, email), person)
    return see_other(OWN.path(reader.instance, made)) if made else _form(path, sent=True)


@bp.get("/registrations/<path:path>/people")
def people(path: str) -> Response:
    """Who comes and chose to be on the list: for those who come too, and the organisers."""
    reader = current_reader()
    event, _terms = found(reader, normalise(path))
    sheet = sheet_for(reader, event)
    person = current_person()
    mine = _own_row(sheet, person.id) if person else None
    comes = mine is not None and mine.state == COMING
    if not comes and not manages_event(reader, event):
        words = gettext("This list is for those who are registered, and for the organisers.")
        raise Forbidden(words) if person else LogInFirst(words)
    return render_tool(
        "registrations/people.html",
        event=facts_of(reader, event),
        event_url=page_url(event.path),
        people=listed(reader, sheet),
        more=_unlisted(sheet),
    )


def found(reader: Reader, path: str) -> tuple[Event, Terms | None]:
    """The event at ``path``, as the reader may see it. Raises NotFound."""
    event = event_of(reader, path)
    if event is None:
        raise NotFound(gettext("There is no such event here."))
    terms = terms_at(reader, path)
    if (
        terms is None
        and not manages_event(reader, event)
        and find_row(reader.instance, path) is None
    ):
        raise NotFound(gettext("One need not register for this event."))
    return event, terms


def sheet_for(reader: Reader, event: Event) -> Sheet | None:
    """Who registered for an event, if anybody did."""
    row = find_row(reader.instance, event.path)
    return sheet_of(reader.instance, row.id) if row else None


def typed(instance: Instance, email: str) -> registration.Wish:
    """What the form says. Raises BadField."""
    sent = request.form
    lang = sent.get("lang", "")
    return registration.wish(
        sent.get("name", ""),
        email,
        lang if lang in instance.settings.offered else language(),
        listed=bool(sent.get("listed")),
        access=sent.get("access", ""),
        why=sent.getlist("why"),
    )


def listed(reader: Reader, sheet: Sheet | None, but: str = "") -> list[dict[str, str]]:
    """Those who come, ``but`` one, and chose to be listed: by name, with their page if any."""
    shown = []
    for row in sheet.people if sheet else ():
        if row.state == COMING and row.listed and row.id != but:
            person = get_person(reader.instance.private, row.person) if row.person else None
            page = (
                person.page if person and person.page and page_exists(reader, person.page) else ""
            )
            shown.append({"label": row.name, "url": page_url(page) if page else ""})
    return sorted(shown, key=lambda one: one["label"].casefold())


def choices(chosen: str) -> list[dict[str, Any]]:
    """The reasons as boxes to tick."""
    ticked = chosen.split(",")
    return [
        {"key": key, "words": str(words), "chosen": key in ticked}
        for key, words in reasons.REASONS.items()
    ]


def places_words(sheet: Sheet | None, terms: Terms | None) -> dict[str, int | None]:
    """The places that are left, and how many wait."""
    capacity = terms.capacity if terms else None
    left = sheet.left if sheet else capacity
    return {"capacity": capacity, "left": left, "wait": sheet.count(WAITING) if sheet else 0}


def _own_row(sheet: Sheet | None, person_id: str) -> RegistrationRow | None:
    people = sheet.people if sheet else ()
    return next((one for one in people if one.person == person_id), None)


def _unlisted(sheet: Sheet | None) -> int:
    people = sheet.people if sheet else ()
    return sum(one.state == COMING and not one.listed for one in people)


def _reasons(reader: Reader) -> list[tuple[EventRow, Counter[str], int]]:
    """The events that are over and that the reader may read; the reasons there, of how many."""
    instance = reader.instance
    told = []
    with instance.private.reading() as session:
        rows = session.scalars(select(EventRow).order_by(EventRow.starts.desc())).all()
        for row in rows:
            if not page_exists(reader, row.path):
                continue
            if not is_past(when_of(row), instance, instance.private.now()):
                continue
            if row.summed is not None:
                asked = select(SumRow.key, SumRow.count).where(SumRow.event == row.id)
                sums = dict(session.execute(asked).all())
                counts = Counter({key: n for key, n in sums.items() if key in reasons.REASONS})
                people = sum(n for key, n in sums.items() if key not in reasons.REASONS)
            else:
                coming = (RegistrationRow.event == row.id, RegistrationRow.state == COMING)
                kept = session.scalars(select(RegistrationRow.reasons).where(*coming)).all()
                counts, people = reasons.count(kept), len(kept)
            told.append((row, counts, people))
    return told
