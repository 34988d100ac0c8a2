"""``/-/events.ics``, ``/-/events/<path>.ics``, and ``/-/calendar``: how one follows them."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from wiki.api.errors import NotFound
from wiki.api.events import event_of_row
from wiki.api.paths import action_url, normalise, page_url, slug
from wiki.api.reading import Reader, find_redirect
from wiki.api.reading.html import get_fact_label, render_named_block
from wiki.api.reading.rows import Listing, PageRow, count_facets, find_rows, get_row, select
from wiki.api.sisters import list_beside
from wiki.api.translation import gettext
from wiki.api.web import current_reader, render_page, share_response
from wiki.api.web.elsewhere import Entries, EventsAsked, events_elsewhere
from wiki.api.web.feeds import document_response, feed_reader
from wiki.api.web.listings import chosen_values, indexed

from .happenings import happenings, happenings_of
from .ical import MEDIA_TYPE, calendar
from .words import when_words

bp = Blueprint("events", __name__)

#: what a calendar can be narrowed by
KEYS = ("theme", "territory", "kind")
_CHOICES, _COMING = 12, 10


@bp.get("/events.ics")
def every() -> Response:
    """The public events that come and those of the last year; ``?theme=`` and so on narrow it."""
    reader = feed_reader()
    chosen = {key: values for key in KEYS if (values := chosen_values(key))}
    found = happenings(reader, chosen)
    words = (one for values in chosen.values() for one in values)
    return document_response(
        calendar(" · ".join([reader.instance.settings.site_name, *words]), found),
        MEDIA_TYPE,
        max((one.updated for one in found), default=None),
        calendar_url([(key, one) for key, values in chosen.items() for one in values]),
    )


@bp.get("/events/<path:path>.ics")
def one(path: str) -> Response:
    """One event, as a file to keep: also a restricted one, for who is signed in and may read it.

    Raises NotFound where there is none, or it does not say when it takes place.
    """
    reader = feed_reader() if "token" in request.args else current_reader()
    path = normalise(path)
    row = get_row(reader, path)
    if row is None and (moved := find_redirect(reader, path)) is not None:
        return redirect(event_url(moved))
    found = happenings_of(reader, [row]) if row is not None and row.type == "event" else []
    if not found:
        raise NotFound(gettext("There is no event with a date here."))
    response = document_response(
        calendar(found[0].title, found), MEDIA_TYPE, found[0].updated, event_url(path)
    )
    name = slug(path.rpartition("/")[2]) or "event"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    return response


@bp.get("/events/next")
def coming_next() -> Response:
    """The evening of today, or the next one, that the reader may see; else those that come."""
    reader = current_reader()
    rows = _coming(reader).rows
    found = next((row for row in rows if not row.first("cancelled")), None)
    return redirect(page_url(found.path) if found else action_url("calendar"))


@bp.get("/calendar")
@indexed
def how() -> Response:
    """How one has the events in one's own calendar, all of them or some."""
    reader = current_reader()
    share_response()
    return render_page(
        "events/calendar.html",
        everything=addresses(reader, ()),
        upcoming=render_named_block(reader, "evenements", f"upcoming sort:starts limit:{_COMING}"),
        groups=[group for key in KEYS if (group := _group(reader, key))["choices"]],
        elsewhere=_elsewhere(reader),
    )


def _elsewhere(reader: Reader) -> list[Entries]:
    """The next events of others, by where they are from."""
    at_sisters = list_beside(reader, _coming, lambda row: _when(reader, row))
    in_calendars = reader.instance.plugins.call(events_elsewhere, reader, EventsAsked())
    return [one for one in (at_sisters, in_calendars) if one is not None]


def _when(reader: Reader, row: PageRow) -> list[str]:
    """When and where an event of a sister's takes place."""
    return [when_words(reader, event_of_row(reader, row)), row.first("place")]


def _coming(reader: Reader) -> Listing[PageRow]:
    """The next events that the reader may see, the soonest first."""
    coming = select(types=("event",), ranges={"starts": (reader.today.isoformat(), "")})
    return find_rows(reader, coming, "starts", _COMING)


def calendar_url(chosen: list[tuple[str, str]] | tuple[()]) -> str:
    """The address of the calendar, narrowed down."""
    return action_url("events.ics") + (f"?{urlencode(chosen)}" if chosen else "")


def event_url(path: str) -> str:
    """The address of the file of one event."""
    return action_url("events", f"{path}.ics")


def addresses(reader: Reader, chosen: list[tuple[str, str]] | tuple[()]) -> dict[str, str]:
    """A calendar's address, and the one that opens the reader's own program at once."""
    site = reader.instance.settings.public_url
    url = calendar_url(chosen)
    return {"url": site + url, "webcal": f"webcal://{urlsplit(site).netloc}{url}"}


def _group(reader: Reader, key: str) -> dict[str, Any]:
    counts = count_facets(reader, (key,), select(types=("event",)), limit=_CHOICES)[key]
    choices = [{"label": one.value, **addresses(reader, [(key, one.slug)])} for one in counts]
    return {"label": get_fact_label(reader, key), "choices": choices}
