"""Beside an event: into my calendar, its programme; beside a project: its evenings."""

from collections.abc import Sequence
from typing import Any

from wiki.api.events import event_marks, event_of, event_of_row
from wiki.api.moments import read_when
from wiki.api.pages import Page
from wiki.api.panels import Aside, PageContext
from wiki.api.paths import action_url, page_url
from wiki.api.people import accounts_named
from wiki.api.reading import Reader
from wiki.api.reading.rows import PageRow, find_rows, get_row, select

from .checks import written
from .programme import BLOCK_NAMES, shown, took_part
from .views import event_url
from .words import when_words

#: the path of the front page, and coming events of which the first good one is named there
_HOME, _LOOKED_AT = "index", 20


def beside(context: PageContext) -> Sequence[Aside]:
    """What stands around a page: an event, a project, the front page; nothing around others."""
    page, reader = context.page, context.reader
    if page.type == "event":
        return [
            *_ask_for_date(page, reader),
            *add_to_calendar(page, reader),
            *_programme(page, reader),
        ]
    if page.path == _HOME:
        return _next(reader)
    return _evenings(page, reader) if page.type == "project" else []


def _next(reader: Reader) -> Sequence[Aside]:
    """The next event, on the first screen of the site: one that somebody stands behind.

    An example has a team of invented people, none of whom has an account.
    """
    chosen = select(types=("event",), ranges={"starts": (reader.today.isoformat(), "")})
    rows = find_rows(reader, chosen, "starts", _LOOKED_AT).rows
    private = reader.instance.private
    for row in rows:
        team = row.facts.get("team", ())
        event = event_of_row(reader, row)
        over = event.when is None or event.is_over(reader)
        if over or event.cancelled or (team and not accounts_named(private, team)):
            continue
        marks = reader.instance.plugins.call(event_marks, [event.path], reader)
        data = {
            "title": event.title,
            "url": page_url(event.path),
            "when": when_words(reader, event),
            "place": event.place,
            "mark": marks.get(event.path, ""),
        }
        return [Aside("events/_next.html", data, "act")]
    return []


def _ask_for_date(page: Page, reader: Reader) -> Sequence[Aside]:
    """For who may set it, that the date is missing: nothing of the text is wrong."""
    if written(page, "starts") or not reader.may_edit(page.path):
        return []
    return [Aside("events/_undated.html", {"url": action_url("events/when", page.path)}, "head", 5)]


def _programme(page: Page, reader: Reader) -> Sequence[Aside]:
    """The programme, where the page does not show it itself."""
    if any(block.name in BLOCK_NAMES for block in page.document.blocks):
        return []
    event = event_of(reader, page.path)
    projects = shown(reader, event) if event is not None else []
    if not projects:
        return []
    lines = [{"time": "", "html": "", "project": one} for one in projects]
    return [Aside("events/_programme.html", {"lines": lines}, "foot", 10)]


def _evenings(page: Page, reader: Reader) -> Sequence[Aside]:
    """The events that a project took part in, or will."""
    row = get_row(reader, page.path)
    events = took_part(reader, row) if row is not None else []
    if not events:
        return []
    zone = reader.instance.settings.zone
    coming: list[dict[str, Any]] = []
    past: list[dict[str, Any]] = []
    for one in events:
        when = read_when(one.first("starts"), one.first("ends"), zone)
        ahead = when is not None and not when.is_over(reader.today, zone)
        (coming if ahead else past).append(_link(one, when.starts if when else None))
    coming.reverse()
    return [Aside("events/_took_part.html", {"coming": coming, "past": past}, order=60)]


def _link(row: PageRow, day: Any) -> dict[str, Any]:
    return {"label": row.title, "url": page_url(row.path), "day": day}


def add_to_calendar(page: Page, reader: Reader) -> Sequence[Aside]:
    """A way to keep the event ``page``, as long as it is not over, and to follow the others."""
    if page.type != "event":
        return []
    zone = reader.instance.settings.zone
    when = read_when(written(page, "starts"), written(page, "ends"), zone)
    coming = when is not None and not when.is_over(reader.today, zone)
    return [
        Aside(
            "events/add.html",
            {"add": event_url(page.path) if coming else "", "all": action_url("calendar")},
            order=30,
        )
    ]
