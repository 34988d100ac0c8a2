"""Asks readers of a page four questions, and tells them what became of their answers.

Adds the block ``retours``, the pages below ``/-/feedback``, the panel “What was said” beside a page
that asks, and what waits for its team. Answers are private rows: no marks, no counts of likes.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.pages.blocks import BlockHelp
from wiki.api.panels import MenuItem
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext, written_language
from wiki.api.web.open_forms import OpenForm

from . import advice, blocks, jobs, ownviews, presenters, teamviews, views
from .blocks import BLOCK_NAMES
from .presenters import next_steps, page_asides, waiting

#: hooks that stand beside what they show
__all__ = ["next_steps", "page_asides", "waiting"]

_FRENCH = "::: retours\nCe chapitre est-il assez clair ?\n\n:::\n"
_ENGLISH = "::: feedback\nIs this chapter clear enough?\n\n:::\n"


check_page = hookimpl(blocks.problems_of)


@hookimpl
def block_views() -> Mapping[str, Any]:
    return dict.fromkeys(BLOCK_NAMES, presenters.show_block)


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    example = _FRENCH if written_language() == "fr" else _ENGLISH
    return [
        BlockHelp(BLOCK_NAMES, gettext("Ask your readers what helps and what is missing"), example)
    ]


@hookimpl
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    ask = MenuItem("", action_url("advice"), 15, gettext("Ask for advice"), "outline")
    if reader.person is None:
        return [ask]
    label = gettext("What I said of pages")
    return [ask, MenuItem(label, action_url("feedback/mine"), order=70, personal=True)]


@hookimpl
def open_forms() -> Mapping[str, OpenForm]:
    return {advice.NAME: advice.open_form()}


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(jobs.NAME, jobs.run, timedelta(minutes=15), follows=True)]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [advice.bp, ownviews.bp, teamviews.bp, views.bp]
