"""Session notes: written from a template, with what they miss gathered, and drawn as a mind map.

Adds the block ``à-compléter`` (``todo``), the list ``/-/notes/missing``, the page
``/-/notes/write/<event>`` for those who organise, ``/-/notes/map/<path>`` and
``/-/notes/<path>.mm`` for any page, a panel at events and their pages, and lines of what waits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint

from wiki.api.blocks import BlockHelp, BlockView
from wiki.api.events import Event, EventStep
from wiki.api.pages import Page, Problem
from wiki.api.panels import Aside, NextStep
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext, language

from . import blocks, mapviews, panels, views
from .model import BLOCKS


@hookimpl
def block_views() -> Mapping[str, BlockView]:
    return dict.fromkeys(BLOCKS, blocks.show)


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    if language() == "fr":
        names = ("à-compléter", "todo")
        example = "::: à-compléter\n- [ ] Ce qui manque — [[personnes/qui-le-sait]]\n\n:::\n"
    else:
        names = ("todo", "à-compléter")
        example = "::: todo\n- [ ] What is missing — [[personnes/who-knows]]\n\n:::\n"
    return [BlockHelp(names, gettext("What is missing, and who could add it"), example)]


@hookimpl
def check_page(page: Page) -> Sequence[Problem]:
    return list(blocks.problems(page))


@hookimpl
def page_asides(page: Page, reader: Reader) -> Sequence[Aside]:
    return panels.beside(page, reader)


@hookimpl
def next_steps(page: Page, reader: Reader) -> Sequence[NextStep]:
    return panels.next_steps(page, reader)


@hookimpl
def event_steps(event: Event, reader: Reader) -> Sequence[EventStep]:
    return panels.steps(event, reader)


@hookimpl
def waiting(reader: Reader) -> Sequence[Mapping[str, Any]]:
    return panels.waiting(reader)


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp, mapviews.bp]
