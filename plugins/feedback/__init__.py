"""Asks readers of a page four questions, and tells them what became of their answers.

Adds the block ``retours``, the list ``avis``, the board ``/-/advice``, the pages below
``/-/feedback``, the panel “What was said” beside a page that asks, and what waits for its team.
Answers are private rows: no marks, no counts of likes.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.pages import FactKey
from wiki.api.pages.blocks import BlockHelp
from wiki.api.panels import MenuItem, Waiting
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext, lazy, written_language
from wiki.api.web.open_forms import OpenForm

from . import advice, blocks, board, jobs, ownviews, presenters, teamviews, views
from .blocks import BLOCK_NAMES
from .presenters import next_steps, page_asides

#: hooks that stand beside what they show
__all__ = ["next_steps", "page_asides"]

_FRENCH = "::: retours\nCe chapitre est-il assez clair ?\n\n:::\n"
_ENGLISH = "::: feedback\nIs this chapter clear enough?\n\n:::\n"


check_page = hookimpl(blocks.problems_of)
page_facts = hookimpl(blocks.facts_of)


@hookimpl
def fact_keys() -> Sequence[FactKey]:
    words = {one: lazy("asks for advice") for one in blocks.MINUTES}
    words[blocks.OVER] = lazy("asked for advice")
    values, names = (*blocks.MINUTES, blocks.OVER), ("avis", "advice")
    return [FactKey(blocks.FACT, lazy("Advice"), names, values, words, facet=False)]


@hookimpl
def block_views() -> Mapping[str, Any]:
    shown = dict.fromkeys(BLOCK_NAMES, presenters.show_block)
    return {**shown, "avis": board.show_requests, "advice": board.show_requests}


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    example = _FRENCH if written_language() == "fr" else _ENGLISH
    listed = "avis" if written_language() == "fr" else "advice"
    return [
        BlockHelp(BLOCK_NAMES, gettext("Ask your readers what helps and what is missing"), example),
        BlockHelp(
            ("avis", "advice"),
            gettext("What projects would like advice on"),
            f"::: {listed} theme:eau\n\n:::\n",
        ),
    ]


@hookimpl
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    words = gettext("Give advice")
    give = MenuItem(words, action_url("advice"), 28, words, "outline")
    ask = MenuItem("", action_url("advice/ask"), 29, gettext("Ask for advice"), "outline")
    if reader.person is None:
        return [give, ask]
    label = gettext("What I said of pages")
    return [give, ask, MenuItem(label, action_url("feedback/mine"), order=70, personal=True)]


@hookimpl
def waiting(reader: Reader) -> Sequence[Waiting]:
    return [*presenters.waiting_lines(reader), *board.list_silence(reader)]


@hookimpl
def open_forms() -> Mapping[str, OpenForm]:
    return {advice.NAME: advice.open_form()}


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(jobs.NAME, jobs.run, timedelta(minutes=15), follows=True)]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [advice.bp, board.bp, ownviews.bp, teamviews.bp, views.bp]
