"""Chapters that say how far they are: set with one click, counted, listed for who works on them.

Adds three lines to the menu of each chapter, the panel “How far it is” beside a page, a line of the
header of a space, what a team could write or review next, and the pages ``/-/sections/<path>``. The
state itself stands in the heading, and the core reads it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint

from wiki.api.pages import Heading, Page
from wiki.api.panels import Aside, NextStep, SectionAction, SpaceFact
from wiki.api.plugin import hookimpl
from wiki.api.projections import TableProjection
from wiki.api.reading import Reader
from wiki.api.rows import PageRow

from . import presenters, views
from .projection import Shelf


@hookimpl
def projections() -> Sequence[TableProjection]:
    return [Shelf()]


@hookimpl(signed_in=True)
def section_actions(page: Page, heading: Heading, reader: Reader) -> Sequence[SectionAction]:
    return presenters.state_buttons(page, heading, reader)


@hookimpl
def page_asides(page: Page, reader: Reader) -> Sequence[Aside]:
    return presenters.beside(page)


@hookimpl
def space_facts(space: PageRow, reader: Reader) -> Sequence[SpaceFact]:
    return presenters.of_space(space, reader)


@hookimpl
def next_steps(page: Page, reader: Reader) -> Sequence[NextStep]:
    return presenters.steps(page, reader)


@hookimpl
def waiting(reader: Reader) -> Sequence[Mapping[str, Any]]:
    return presenters.waiting_lines(reader)


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
