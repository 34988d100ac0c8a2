"""``/-/events/when/<event>``: date and place; moving it asks what goes along, and says the rest."""

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.editing import change_page
from wiki.api.errors import BadField
from wiki.api.events import Event
from wiki.api.moments import read_when
from wiki.api.pages import Page
from wiki.api.paths import action_url
from wiki.api.reading import Reader, find_page
from wiki.api.translation import gettext
from wiki.api.web import flash_message, render_page

from .moves import Move, move_of
from .organiser import facts_of, found, locked
from .words import when_words

bp = Blueprint("events_when", __name__)

_HOUR = re.compile(r"(\d{1,2})\s*[:h]\s*(\d{2})?")
_TYPED = ("day", "begin", "last", "end", "place")


@bp.get("/events/when/<path:path>")
def when_form(path: str) -> Response:
    """When and where it takes place."""
    reader, event = found(path)
    return _when(reader, event, _now(reader, event), {})


@bp.post("/events/when/<path:path>")
def set_when(path: str) -> Response:
    """Says another date or place: who is registered is told once that has settled.

    Where something of the page has the old date, it is asked first what goes along.
    """
    reader, event = found(path)
    typed = {name: request.form.get(name, "").strip() for name in _TYPED}
    try:
        _carry_last_day(typed, _now(reader, event))
        head = read_when_form(typed)
        if request.form.get("cancelled"):
            head["cancelled"] = "true"
        elif event.cancelled:
            head["cancelled"] = None
        to = _moved(reader, event, head)
        page = find_page(reader, event.path)
        move = move_of(reader, event, to, page) if page and reader.may_edit(event.path) else None
        if move and (move.asked or move.stays) and not request.form.get("sure"):
            return _ask(reader, event, to, move, typed)
        chosen = request.form.getlist("move")

        def moved(now: Page) -> str:
            whole = move or Move({}, (), (), {})
            return whole.edited(now, head, chosen)

        change_page(reader, event.path, moved, gettext("Set the date and the place"))
    except BadField as error:
        return _when(reader, event, typed, {error.field: error.words}, error.status)
    flash_message(gettext("It is set so."))
    return redirect(action_url("events/when", event.path), HTTPStatus.SEE_OTHER)


def read_when_form(typed: dict[str, str]) -> dict[str, Any]:
    """The keys of a head for a day, hours and a place as typed. Raises BadField."""
    day, last = _day(typed, "day"), _day(typed, "last") if typed["last"] else None
    begin, end = _hour(typed, "begin"), _hour(typed, "end")
    if end and not begin:
        raise BadField("begin", gettext("Please say when it begins, as in 18:30."))
    last = last or day
    if last < day or (begin and end and last == day and end <= begin):
        raise BadField("end", gettext("It ends before it begins."))
    ends = f"{last.isoformat()}T{end}" if end else (last.isoformat() if last > day else None)
    place = " ".join(typed["place"].split())[:300]
    return {
        "starts": f"{day.isoformat()}T{begin}" if begin else day.isoformat(),
        "ends": ends,
        "place": place or None,
    }


def _carry_last_day(typed: dict[str, str], now: dict[str, str]) -> None:
    """An event of several days whose first day alone was moved lasts as long as before."""
    if not typed["last"] or typed["last"] != now["last"] or typed["day"] == now["day"]:
        return
    try:
        length = date.fromisoformat(now["last"]) - date.fromisoformat(now["day"])
        typed["last"] = (date.fromisoformat(typed["day"]) + length).isoformat()
    except (ValueError, OverflowError):
        return


def _moved(reader: Reader, event: Event, head: dict[str, Any]) -> Event:
    """The event as it would be with that head."""
    when = read_when(head["starts"], head["ends"] or "", reader.instance.settings.zone)
    return replace(
        event, when=when, place=head["place"] or "", cancelled=bool(head.get("cancelled"))
    )


def _ask(reader: Reader, event: Event, to: Event, move: Move, typed: dict[str, str]) -> Response:
    return render_page(
        "events/move.html",
        event=facts_of(event),
        action=action_url("events/when", event.path),
        was=when_words(reader, event),
        now=when_words(reader, to),
        asked=move.asked,
        follows=move.follows,
        stays=move.stays,
        values=typed | {"cancelled": "1" if to.cancelled else ""},
        noindex=True,
    )


def _when(
    reader: Reader,
    event: Event,
    values: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
) -> Response:
    return render_page(
        "events/when.html",
        status,
        event=facts_of(event),
        locked=locked(reader, event),
        when=when_words(reader, event),
        action=action_url("events/when", event.path),
        values=values,
        cancelled=bool(request.form.get("cancelled")) if errors else event.cancelled,
        errors=dict.fromkeys((*_TYPED, ""), "") | errors,
        noindex=True,
    )


def _now(reader: Reader, event: Event) -> dict[str, str]:
    """The date and the place as the form shows them."""
    values = {"day": "", "begin": "", "last": "", "end": "", "place": event.place}
    if event.when is None:
        return values
    zone = reader.instance.settings.zone
    starts, ends = event.when.starts, event.when.ends
    if isinstance(starts, datetime):
        starts = starts.astimezone(zone)
        values["begin"] = starts.strftime("%H:%M")
    values["day"] = starts.isoformat()[:10]
    if isinstance(ends, datetime):
        ends = ends.astimezone(zone)
        if ends.time() == time():
            # A day ends at its midnight, which is the next day's.
            ends -= timedelta(days=1)
        else:
            values["end"] = ends.strftime("%H:%M")
    elif ends is not None:
        ends -= timedelta(days=1)
    last = ends.isoformat()[:10] if ends else ""
    values["last"] = last if last != values["day"] else ""
    return values


def _day(typed: dict[str, str], field: str) -> date:
    try:
        return date.fromisoformat(typed[field])
    except ValueError:
        raise BadField(field, gettext("Please give the day as in 2027-03-18.")) from None


def _hour(typed: dict[str, str], field: str) -> str:
    if not typed[field]:
        return ""
    read = _HOUR.fullmatch(typed[field])
    if read is None or int(read[1]) > 23 or int(read[2] or 0) > 59:
        raise BadField(field, gettext("Please give the hour as in 18:30."))
    return f"{int(read[1]):02}:{read[2] or '00'}"
