"""``/-/questionnaires/<event>``: what will be sent and when, for those who prepare the event."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField
from wiki.api.events import Event, EventMove, EventStep, event_of, manages_event
from wiki.api.paths import action_url, page_url, read_number
from wiki.api.people import people_by_page
from wiki.api.plugin import Instance
from wiki.api.reading import Reader, resolve_target, system_reader
from wiki.api.reading.rows import get_rows
from wiki.api.translation import gettext, ngettext
from wiki.api.web.forms import organised_event, redisplay, render_tool, see_other

from .dispatch import there
from .models import RoundRow
from .questions import QUESTIONS
from .schedule import LATE, MOST_DAYS, SHIELD, closing_day, sent_at
from .store import (
    MOST_LEAST,
    NEVER_LESS,
    chosen_reader,
    is_answered,
    may_read_first,
    named_projects,
    round_of,
    row_for,
    urns_of,
)

bp = Blueprint("questionnaires", __name__)


@dataclass(frozen=True)
class Wish:
    """What organisers may set before it leaves."""

    wanted: bool
    days: int
    least: int
    reader: str | None


@bp.get("/questionnaires/<path:path>")
def prepare(path: str) -> Response:
    """What will be sent, to how many, when; afterwards how many answered, never what."""
    reader, event = organised_event(path, manages_event)
    instance = reader.instance
    found = round_of(instance, event.path)
    everything = event_of(system_reader(instance, "questionnaires"), event.path) or event
    projects = named_projects(instance, everything)
    rows = get_rows(reader, event.programme)
    person = chosen_reader(instance, found)
    urns = urns_of(instance, found.id) if found.closed else {}
    at = sent_at(event.when, instance.settings.zone) if event.when else None
    count = len(there(instance, event.path)) if found.sent is None else found.asked
    form = request.form
    return render_tool(
        "questionnaires/prepare.html",
        title=event.title,
        url=page_url(event.path),
        action=url_of(event.path),
        found=found,
        cancelled=event.cancelled,
        at=at,
        past=at is not None and at <= instance.private.now(),
        few=found.sent is None and count < found.least,
        missed=at is not None and at + LATE <= instance.private.now(),
        count=count,
        asked=[one.title for one in projects.values()],
        unasked=[row.title for path, row in rows.items() if path not in projects],
        answered=[
            {
                "title": rows[path].title,
                "count": urns[path].count
                if path in urns and urns[path].count >= found.least
                else 0,
            }
            for path in event.programme
            if path in rows
        ]
        if found.closed
        else [],
        questions=QUESTIONS,
        chosen=person.name if person else "",
        shield=SHIELD.days,
        never_less=NEVER_LESS,
        values={
            "wanted": bool(form.get("wanted")) if form else found.wanted,
            "days": form.get("days", found.days),
            "least": form.get("least", found.least),
            "who": form.get("who", (person.page or "") if person else ""),
            "last_day": form.get("last_day", found.last_day or ""),
        },
    )


@bp.post("/questionnaires/<path:path>")
@redisplay(prepare, BadField)
def change(path: str) -> Response:
    """Before it leaves: whether, until when, from how many on, who reads first. Then the last day.

    What was promised to those who were asked stays as it was promised.
    """
    reader, event = organised_event(path, manages_event)
    instance = reader.instance
    found = round_of(instance, event.path)
    if found.sent is None:
        _set(instance, event.path, _wished(reader))
    else:
        _move_last_day(instance, event.path, _last_day(instance, found))
    return see_other(url_of(event.path), gettext("It is saved."))


def url_of(event: str) -> str:
    """Where the organisers of an event see its questionnaire."""
    return action_url("questionnaires", event)


def step_of(event: Event, reader: Reader) -> EventStep | None:
    """How far it is, in a line; None for an event without projects, or without a date."""
    instance = reader.instance
    if not manages_event(reader, event):
        return None
    found = round_of(instance, event.path)
    if found.sent is None and (
        event.when is None or not event.row.facts.get("programme") or event.cancelled
    ):
        return None
    return EventStep(
        gettext("Questionnaire afterwards"),
        url_of(event.path),
        _words(instance, event, found),
        done=found.opened is not None or not found.wanted,
        order=85,
        by_itself=True,
    )


def move_of(event: Event, to: Event, reader: Reader) -> EventMove | None:
    """What becomes of it when the event is moved: it waits for the new day, unless answered."""
    instance = reader.instance
    found = round_of(instance, event.path)
    if to.when is None or not event.programme or not found.wanted:
        return None
    at = sent_at(to.when, instance.settings.zone)
    label, url = gettext("Questionnaire afterwards"), url_of(event.path)
    if found.sent is not None and (found.closed is not None or is_answered(instance, found.id)):
        words = gettext("it has left, and was answered: it does not leave again")
        return EventMove(label, words, url, stays=True)
    words = gettext("leaves by itself on {day} at 9")
    words = words.format(day=instance.templates.filters["day"](at))
    if found.sent is not None:
        words += " · " + gettext("the links that were sent are no longer good")
    return EventMove(label, words, url)


def _words(instance: Instance, event: Event, found: RoundRow) -> str:
    day = instance.templates.filters["day"]
    if found.sent is None:
        if not found.wanted:
            return gettext("switched off")
        if event.when is None:
            return ""
        at = sent_at(event.when, instance.settings.zone)
        return gettext("leaves by itself on {day} at 9").format(day=day(at))
    if found.closed is None:
        words = gettext("open until {day}").format(day=day(found.last_day))
        asked = ngettext("one person asked", "{count} people asked", found.asked)
        return f"{asked.format(count=found.asked)}, {words}"
    if found.opened is None:
        return gettext("closed, being read")
    return gettext("opened to the teams")


def _wished(reader: Reader) -> Wish:
    form = request.form
    return Wish(
        wanted=bool(form.get("wanted")),
        days=_number("days", 1, MOST_DAYS),
        least=_number("least", NEVER_LESS, MOST_LEAST),
        reader=_reader(reader, form.get("who", "").strip()),
    )


def _number(field: str, least: int, most: int) -> int:
    number = read_number(request.form.get(field, "").strip())
    if number is None or not least <= number <= most:
        words = gettext("Please give a number from {least} to {most}.")
        raise BadField(field, words.format(least=least, most=most))
    return number


def _reader(reader: Reader, typed: str) -> str | None:
    """The account of the person whose page was named. What is said of their own project they do
    not read first (``results``). Raises BadField."""
    if not typed:
        return None
    path = resolve_target(reader, typed.strip("[]/ "))
    joined = people_by_page(reader.instance.private, [path]) if path else {}
    person = joined.get(path or "")
    if person is None or person.disabled or person.held:
        raise BadField(
            "who", gettext("Nobody of that name has an account here: give the title of their page.")
        )
    if not may_read_first(person):
        raise BadField(
            "who",
            gettext("The programme team does not read what teams are told: choose somebody else."),
        )
    return person.id


def _last_day(instance: Instance, found: RoundRow) -> date:
    """The day typed, never before the one that the mails told: who closes early, after the answers
    of friends and one more, would learn that one. Raises BadField."""
    typed = request.form.get("last_day", "")
    today = instance.private.now().astimezone(instance.settings.zone).date()
    sent = found.sent or instance.private.now()
    most = closing_day(sent, MOST_DAYS, instance.settings.zone)
    least = max(today, closing_day(sent, found.days, instance.settings.zone))
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = None
    if day is None or not least <= day <= most or found.closed is not None:
        words = gettext(
            "Please give a day from {first}, which was told to those who were asked, to {last}."
        )
        shown = instance.templates.filters["day"]
        raise BadField("last_day", words.format(first=shown(least), last=shown(most)))
    return day


def _set(instance: Instance, event: str, wish: Wish) -> None:
    with instance.private.session() as session:
        row = row_for(instance, session, event)
        if row.sent is None:
            row.wanted, row.days, row.least = wish.wanted, wish.days, wish.least
            row.reader = wish.reader


def _move_last_day(instance: Instance, event: str, day: date) -> None:
    with instance.private.session() as session:
        row = row_for(instance, session, event)
        if row.closed is None:
            row.last_day = day
