"""Applying is publishing: what is proposed to an evening is a space of its own at once.

Adds the head key ``applications`` (``candidatures``) of events and series, the form
``/-/applications/new``, the page of each application with its briefing, and what is decided of it.
All but the space itself is private rows: see ``models.py``.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.events import presenters
from wiki.api.jobs import Task
from wiki.api.pages import FactKey
from wiki.api.panels import MenuItem, NextStep, PageContext
from wiki.api.paths import action_url
from wiki.api.people import entrusted
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.reading import Reader
from wiki.api.translation import gettext, lazy
from wiki.api.web.open_forms import OpenForm

from . import calls, guide, jobs, ownership, panels
from .overview import letters
from .overview import views as organiser
from .programme import moves
from .programme import presenters as presenting
from .views import agreement, application, objections, proposal

page_facts = hookimpl(calls.facts_of)
check_page = hookimpl(calls.problems)
event_steps = hookimpl(organiser.steps)
event_moves = hookimpl(moves.moves)
waiting = hookimpl(organiser.waits)
guide_steps = guide.guide_steps
page_asides = hookimpl(types=calls.TYPES)(panels.beside)


@hookimpl
def fact_keys() -> Sequence[FactKey]:
    names = ("candidatures", "applications")
    return [FactKey(calls.FACT, lazy("Applications"), names, facet=False)]


@hookimpl
def next_steps(context: PageContext) -> Sequence[NextStep]:
    return panels.next_steps(context.page, context.reader)


@hookimpl(signed_in=True)
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    if reader.person is None or reader.person.role == "reader":
        return []
    mine = action_url("applications/mine")
    return [MenuItem(gettext("My applications"), mine, 60, personal=True)]


@hookimpl
def open_forms() -> Mapping[str, OpenForm]:
    return {proposal.NAME: proposal.open_form()}


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(jobs.NAME, jobs.run, timedelta(hours=1))]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [
        proposal.bp,
        agreement.bp,
        letters.bp,
        objections.bp,
        application.bp,
        organiser.bp,
    ]


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(entrusted, ownership.entrusted), provide(presenters, presenting.presenters)]
