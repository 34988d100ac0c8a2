"""Events in everyone's own calendar: all of them, those of a theme or a territory, or one.

Adds the calendars ``/-/events.ics`` and ``/-/events/<path>.ics``, the page ``/-/calendar`` that
says how one follows them, and a panel beside each event.
"""

from collections.abc import Sequence

from flask import Blueprint

from wiki.api import (
    Aside,
    MenuItem,
    Page,
    Problem,
    Reader,
    action_url,
    gettext,
    hookimpl,
)

from . import checks, panels, views


@hookimpl
def check_page(page: Page) -> Sequence[Problem]:
    return checks.problems(page)


@hookimpl
def page_asides(page: Page, reader: Reader) -> Sequence[Aside]:
    return panels.add_to_calendar(page, reader)


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind != "event":
        return []
    return [MenuItem(gettext("Follow in my calendar"), action_url("calendar"))]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
