"""Beside an event: the way to prepare it; below a series: its evenings, and the next one."""

from collections.abc import Sequence
from typing import Any

from wiki.api.events import Event, event_marks, event_of, organises_event
from wiki.api.pages import Page
from wiki.api.panels import Aside, PageContext
from wiki.api.paths import action_url, page_url
from wiki.api.reading import Reader

from .kit import (
    SERIES,
    day_of,
    evenings,
    may_add_evening,
    may_keep_template,
    organises_series,
    series_at,
    series_of,
)

_SHOWN = 12


def beside(context: PageContext) -> Sequence[Aside]:
    """What stands around the page; kept for all with the same rights, so nothing that counts."""
    page, reader = context.page, context.reader
    return _series(page, reader) if page.type == SERIES else _event(page, reader)


def _event(page: Page, reader: Reader) -> Sequence[Aside]:
    event = event_of(reader, page.path)
    if event is None:
        return []
    series = series_of(reader, event.path)
    prepare = action_url("events/prepare", event.path) if organises_event(reader, event) else ""
    if series is None and not prepare:
        return []
    data = {
        "prepare": prepare,
        "series": {"label": series.title, "url": page_url(series.path)} if series else None,
    }
    return [Aside("series/_event.html", data, order=10)]


def _series(page: Page, reader: Reader) -> Sequence[Aside]:
    series = series_at(reader, page.path)
    if series is None:
        return []
    found = evenings(reader, series)
    over = [one for one in found if one.is_over(reader)]
    coming = [one for one in found if one not in over]
    marks = reader.instance.plugins.call(event_marks, [one.path for one in coming], reader)
    may = organises_series(reader, series)
    data = {
        "coming": [
            _link(reader, one) | {"mark": marks.get(one.path, "")} for one in reversed(coming)
        ],
        "past": [_link(reader, one) | {"mark": ""} for one in over[:_SHOWN]],
        "next": action_url("series/next", series.path) if may_add_evening(reader, series) else "",
        "board": action_url("series") if may else "",
        "template": action_url("series/template", series.path)
        if may_keep_template(reader, series)
        else "",
    }
    return [Aside("series/_evenings.html", data, "foot", 10)]


def _link(reader: Reader, event: Event) -> dict[str, Any]:
    return {
        "label": event.title,
        "url": page_url(event.path),
        "day": day_of(reader, event),
        "place": event.place,
        "cancelled": event.cancelled,
    }
