"""Chapters that say how far they are: set with one click, counted, listed for who works on them.

Adds three lines to the menu of each chapter, the panel “How far it is” beside a page, a line of the
header of a space, what a team could write or review next, and the pages ``/-/sections/<path>``. The
state itself stands in the heading, and the core reads it.
"""

from collections.abc import Sequence

from flask import Blueprint

from wiki.api.plugin import hookimpl
from wiki.api.projections import TableProjection

from . import views
from .presenters import next_steps, page_asides, section_actions, space_facts, waiting
from .projection import Shelf

#: hooks that stand beside what they show
__all__ = ["next_steps", "page_asides", "section_actions", "space_facts", "waiting"]


@hookimpl
def projections() -> Sequence[TableProjection]:
    return [Shelf()]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
