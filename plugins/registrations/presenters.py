"""What other pages show of registrations: a panel, lines for organisers and for oneself."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from wiki.api.events import Attendance, Event, EventStep, event_of, manages_event
from wiki.api.panels import Aside, PageContext, Waiting
from wiki.api.paths import action_url
from wiki.api.plugin import Instance
from wiki.api.reading import Reader
from wiki.api.translation import gettext, ngettext

from .event.identity import find_row
from .event.terms import Terms, terms_of
from .fullness import is_full, is_open_today
from .letters import when_words
from .links import OWN
from .meetings import is_past, terms_at, when_of
from .models import EventRow, RegistrationRow
from .places import CANCELLED, COMING, OFFERED, UNCONFIRMED, WAITING
from .presence import coming_of, presence_of
from .store import Sheet, address_of, sheet_of

_MINE = 50


def url_of(path: str, what: str = "") -> str:
    """Where one registers for an event; ``what``: a page below it."""
    return action_url("registrations", f"{path}/{what}" if what else path)


def beside_event(context: PageContext) -> Sequence[Aside]:
    """The way to register for an event that comes; the page is kept, so no number stands here
    but for whether it is full."""
    page, reader = context.page, context.reader
    zone = reader.instance.settings.zone
    terms = terms_of(page, zone)
    event = event_of(reader, page.path) if terms else None
    if terms is None or event is None:
        return []
    over = event.when is None or event.when.is_over(reader.today, zone)
    is_open = is_open_today(reader, terms) and not event.cancelled
    if over and not manages_event(reader, event):
        return []
    data = {
        "url": "" if over else url_of(page.path),
        "open": is_open,
        "until": terms.until.astimezone(zone).date() if is_open and terms.until else None,
        "full": is_full(reader, page.path),
        "capacity": terms.capacity,
        "manage": url_of(page.path, "manage") if manages_event(reader, event) else "",
    }
    found = [Aside("registrations/aside.html", data, order=20)]
    if data["url"] and is_open:
        act = {"url": data["url"], "full": data["full"]}
        found.append(Aside("registrations/act.html", act, "act", 10))
    return found


def steps(event: Event, reader: Reader) -> Sequence[EventStep]:
    """How many come, for those who prepare it; at the door, how many are there."""
    instance = reader.instance
    if not manages_event(reader, event):
        return []
    terms = terms_at(reader, event.path)
    row = find_row(instance, event.path)
    sheet = sheet_of(instance, row.id) if row else None
    manage = url_of(event.path, "manage")
    if terms is None and sheet is None:
        words = gettext("The page does not say yet whether one can register.")
        return [EventStep(gettext("Registration"), manage, words, False, 20)]
    over = is_past(event.when, instance, instance.private.now())
    found = [EventStep(gettext("Registration"), manage, _count_words(terms, sheet), over, 20)]
    came = sum(one.came is not None for one in sheet.people) if sheet else 0
    words = ngettext("one person checked in", "{count} people checked in", came)
    door = url_of(event.path, "door")
    found.append(EventStep(gettext("Check-in"), door, words.format(count=came), over, 50))
    if sheet is not None and came:
        by_check_in = presence_of(instance, sheet).by_check_in
        counts = gettext("those checked in") if by_check_in else gettext("everyone registered")
        url = f"{manage}#presence-title"
        label = gettext("Who counts as having been there")
        found.append(EventStep(label, url, counts, over, 55))
    return found


def waiting_lines(reader: Reader) -> Sequence[Waiting]:
    """The place that was offered, and the events that one is registered for."""
    person, instance = reader.person, reader.instance
    if person is None:
        return []
    lines = []
    for event, row in mine(instance, person.id):
        if is_past(when_of(event), instance, instance.private.now()):
            continue
        offered = row.state == OFFERED
        if not offered and row.state not in (COMING, WAITING):
            continue
        words = {
            OFFERED: gettext("A place is free for you: {title}"),
            COMING: gettext("You are registered: {title}"),
            WAITING: gettext("You are on the waiting list: {title}"),
        }[row.state]
        lines.append(
            Waiting(
                words.format(title=event.title),
                OWN.path(instance, row.id),
                instance.private.now() if offered else None,
                personal=offered,
            )
        )
    return lines


def mine(instance: Instance, person_id: str) -> list[tuple[EventRow, RegistrationRow]]:
    """Someone's registrations with their events, those that come last first."""
    asked = (
        select(EventRow, RegistrationRow)
        .join(RegistrationRow, RegistrationRow.event == EventRow.id)
        .where(RegistrationRow.person == person_id, RegistrationRow.state != UNCONFIRMED)
        .order_by(EventRow.starts.desc())
        .limit(_MINE)
    )
    return [(event, row) for event, row in instance.private.list_tuples(asked)]


def attendances(instance: Instance, event: str) -> Sequence[Attendance]:
    """Who comes to the event at that path, or was there; ``came`` as ``presence.py`` counts."""
    row = find_row(instance, event)
    sheet = sheet_of(instance, row.id) if row else None
    if sheet is None:
        return []
    counted = presence_of(instance, sheet).by_check_in
    return [
        Attendance(
            key=one.id,
            name=one.name,
            email=address_of(instance, one),
            person=one.person,
            lang=one.lang,
            came=(one.came is not None) if counted else None,
            listed=one.listed,
        )
        for one in coming_of(sheet)
    ]


def facts_of(reader: Reader, event: Event) -> dict[str, Any]:
    """What the pages about an event say of it."""
    return {
        "title": event.title,
        "place": event.place,
        "when": when_words(reader.instance, event.when),
        "cancelled": event.cancelled,
    }


def state_words(state: str) -> str:
    """A state, for the organisers' list."""
    return {
        COMING: gettext("registered"),
        WAITING: gettext("on the waiting list"),
        OFFERED: gettext("a place is offered"),
        CANCELLED: gettext("cancelled"),
        UNCONFIRMED: gettext("has not confirmed yet"),
    }.get(state, gettext("let the offered place go"))


def _count_words(terms: Terms | None, sheet: Sheet | None) -> str:
    count = sheet.count(COMING) if sheet else 0
    queue = sheet.count(WAITING) if sheet else 0
    if terms is not None and terms.capacity is not None:
        words = ngettext("one of {places} places", "{count} of {places} places", count)
        told = words.format(count=count, places=terms.capacity)
    else:
        told = ngettext("one person registered", "{count} people registered", count)
        told = told.format(count=count)
    if queue:
        more = ngettext("one waits", "{count} wait", queue).format(count=queue)
        return f"{told} · {more}"
    return told
