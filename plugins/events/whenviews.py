"""``/-/events/when/<event>``: date and place; moving it asks what goes along, and says the rest."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from wiki.api.errors import BadField
from wiki.api.events import Event
from wiki.api.moments import read_when
from wiki.api.pages import Page
from wiki.api.pages.editing import change_page
from wiki.api.paths import action_url
from wiki.api.reading import Reader, find_page
from wiki.api.translation import gettext
from wiki.api.web.forms import (
    DayField,
    Form,
    HourField,
    LineField,
    organised_event,
    redisplay,
    render_tool,
    see_other,
    typed_values,
)

from .moves import Move, move_of
from .organiser import facts_of, locked
from .words import when_words

bp = Blueprint("events_when", __name__)


class WhenForm(Form):
    """When and where an event takes place."""

    day = DayField(needed=True)
    last = DayField()
    begin = HourField()
    end = HourField()
    place = LineField(300)

    def head(self, now: dict[str, str]) -> dict[str, Any]:
        """The keys of the head of a page that says ``now``. Raises BadField.

        An event of several days whose first day alone was moved lasts as long as before.
        """
        day, begin, end = self.day.data, self.begin.data, self.end.data
        if self.last.data and now["last"] == self.last.data.isoformat() != day.isoformat():
            with suppress(OverflowError):
                self.last.data += day - date.fromisoformat(now["day"])
        last = self.last.data or day
        if end and not begin:
            raise BadField("begin", gettext("Please say when it begins, as in 18:30."))
        if last < day or (begin and end and last == day and end <= begin):
            raise BadField("end", gettext("It ends before it begins."))
        ends = f"{last.isoformat()}T{end}" if end else (last.isoformat() if last > day else None)
        return {
            "starts": f"{day.isoformat()}T{begin}" if begin else day.isoformat(),
            "ends": ends,
            "place": self.place.data or None,
        }


@bp.get("/events/when/<path:path>")
def when_form(path: str) -> Response:
    """When and where it takes place."""
    reader, event = organised_event(path)
    sent = request.method == "POST"
    return render_tool(
        "events/when.html",
        event=facts_of(event),
        locked=locked(reader, event),
        when=when_words(reader, event),
        action=action_url("events/when", event.path),
        values=typed_values(**_now(reader, event)),
        cancelled=bool(request.form.get("cancelled")) if sent else event.cancelled,
    )


@bp.post("/events/when/<path:path>")
@redisplay(when_form, BadField)
def set_when(path: str) -> Response:
    """Says another date or place: who is registered is told once that has settled.

    Where something of the page has the old date, it is asked first what goes along.
    """
    reader, event = organised_event(path)
    form = WhenForm.read()
    head = form.head(_now(reader, event))
    if request.form.get("cancelled"):
        head["cancelled"] = "true"
    elif event.cancelled:
        head["cancelled"] = None
    to = _moved(reader, event, head)
    page = find_page(reader, event.path)
    move = move_of(reader, event, to, page) if page and reader.may_edit(event.path) else None
    if move and (move.asked or move.stays) and not request.form.get("sure"):
        return _ask(reader, event, to, move, form.last.data)
    chosen = request.form.getlist("move")

    def moved(now: Page) -> str:
        return (move or Move({}, (), (), {})).edited(now, head, chosen)

    change_page(reader, event.path, moved, gettext("Set the date and the place"))
    return see_other(action_url("events/when", event.path), gettext("It is saved."))


def _moved(reader: Reader, event: Event, head: dict[str, Any]) -> Event:
    """The event as it would be with that head."""
    when = read_when(head["starts"], head["ends"] or "", reader.instance.settings.zone)
    return replace(
        event, when=when, place=head["place"] or "", cancelled=bool(head.get("cancelled"))
    )


def _ask(reader: Reader, event: Event, to: Event, move: Move, last: date | None) -> Response:
    return render_tool(
        "events/move.html",
        event=facts_of(event),
        action=action_url("events/when", event.path),
        was=when_words(reader, event),
        now=when_words(reader, to),
        asked=move.asked,
        follows=move.follows,
        stays=move.stays,
        values=typed_values("day", "begin", "last", "end", "place")
        | {"last": last.isoformat() if last else "", "cancelled": "1" if to.cancelled else ""},
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
