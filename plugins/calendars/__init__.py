"""Moving in from calendars: events of iCalendar files (``.ics``) and of Mobilizon, as pages."""

from collections.abc import Sequence

from wiki.api.imports import fetcher, importer
from wiki.api.plugin import Provided, hookimpl, provide

from .site import fetch_calendar
from .source import Calendars


@hookimpl
def services() -> Sequence[Provided]:
    return [
        provide(importer.named("calendar"), Calendars),
        provide(fetcher.named("calendar"), fetch_calendar),
    ]
