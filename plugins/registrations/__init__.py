"""Registration for events: places, a waiting list, tickets, check-in, and why people come.

An event says in its head whether one can register (``event/terms.py``). Registrations are private
rows (``models.py``); who has a place and who waits is worked out in ``places.py``.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.events import attendances, event_marks
from wiki.api.jobs import Task
from wiki.api.mail import Letter
from wiki.api.pages import Page, Problem
from wiki.api.panels import MenuItem
from wiki.api.paths import action_url
from wiki.api.plugin import Instance, Provided, hookimpl, provide
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import fullness, jobs, letters, moves, presenters
from .event import terms
from .views import door, organiser, own
from .views import event as views

event_steps = hookimpl(presenters.steps)
event_moves = hookimpl(moves.moves)
waiting = hookimpl(presenters.waiting_lines)
page_asides = hookimpl(types={"event"})(presenters.beside_event)


@hookimpl
def check_page(page: Page) -> Sequence[Problem]:
    return list(terms.problems(page))


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind != "event" or reader.person is None:
        return []
    return [MenuItem(gettext("My registrations"), action_url("registrations"))]


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(jobs.NAME, jobs.run, timedelta(minutes=5))]


@hookimpl
def mail_makers() -> Mapping[str, Callable[[Instance, str, str], Letter | None]]:
    return {letters.MAKER: letters.make}


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp, own.bp, organiser.bp, door.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(attendances, presenters.attendances), provide(event_marks, fullness.marks)]
