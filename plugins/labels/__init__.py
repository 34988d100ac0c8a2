"""Labels: a badge that a project's team embeds elsewhere, “presented at this event, on that day”.

Adds the pages ``/-/labels/<project>`` for the team and ``/-/labels/given/<event>`` for those who
organise, the picture ``/-/labels/badge/<token>.svg``, the proof ``/-/labels/proof/<token>``, a next
step for projects that may take a label, and a line for those who prepare an event.
"""

from collections.abc import Sequence

from flask import Blueprint

from wiki.api.plugin import hookimpl

from . import eventviews, teamviews, views
from .panels import event_moves, event_steps, next_steps

#: hooks that stand beside what they show
__all__ = ["event_moves", "event_steps", "next_steps"]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp, eventviews.bp, teamviews.bp]
