"""Labels: a badge that a project's team embeds elsewhere, “presented at this event, on that day”.

Adds the pages ``/-/labels/<project>`` for the team and ``/-/labels/given/<event>`` for those who
organise, the picture ``/-/labels/badge/<token>.svg``, the proof ``/-/labels/proof/<token>``, a next
step for projects that may take a label, and a line for those who prepare an event.
"""

from collections.abc import Sequence

from flask import Blueprint

from wiki.api.events import Event, EventMove, EventStep
from wiki.api.pages import Page
from wiki.api.panels import NextStep
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader

from . import eventviews, steps, teamviews, views


@hookimpl
def next_steps(page: Page, reader: Reader) -> Sequence[NextStep]:
    return steps.take_the_label(page, reader)


@hookimpl
def event_steps(event: Event, reader: Reader) -> Sequence[EventStep]:
    return steps.labels_taken(event, reader)


@hookimpl
def event_moves(event: Event, to: Event, reader: Reader) -> Sequence[EventMove]:
    return steps.labels_moved(event, reader)


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp, eventviews.bp, teamviews.bp]
