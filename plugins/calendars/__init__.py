"""Calendars of others: moved in as pages, or followed as they change there.

Adds the source ``calendar`` of imports (iCalendar, Mobilizon), the pages ``/-/calendars`` and
``/-/calendars/followed``, the command ``wiki calendars``, the task that looks at the calendars that
somebody named, and the service ``events_elsewhere``, which shows their dates below our own.
"""

from collections.abc import Sequence
from datetime import timedelta

import click
from flask import Blueprint

from wiki.api.imports import fetcher, importer
from wiki.api.jobs import Task
from wiki.api.panels import MenuItem
from wiki.api.paths import action_url
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.projections import TableProjection
from wiki.api.reading import Reader
from wiki.api.translation import gettext
from wiki.api.web.elsewhere import events_elsewhere

from . import look, views
from .command import calendars
from .dates import events_beside
from .projection import Shelf
from .site import fetch_calendar
from .source import Calendars
from .store import TASK


@hookimpl
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    if not views.may_follow(reader.person):
        return []
    url = action_url("calendars/followed")
    return [MenuItem(gettext("Followed calendars"), url, 89, personal=True)]


@hookimpl
def tasks() -> Sequence[Task]:
    minute = timedelta(minutes=1)
    return [Task(TASK, look.run, minute, needed=look.is_due, waits=look.backlog)]


@hookimpl
def projections() -> Sequence[TableProjection]:
    return [Shelf()]


@hookimpl
def commands() -> Sequence[click.Command]:
    return [calendars]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [
        provide(importer.named("calendar"), Calendars),
        provide(fetcher.named("calendar"), fetch_calendar),
        provide(events_elsewhere, events_beside),
    ]
