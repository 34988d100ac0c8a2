"""The story of a project: the ``historique`` block, its state and maturity, and what became of all.

Adds the facts ``state`` and ``maturity`` (for lists, boards and search), the panel “What became of
it” above a project, the block ``devenus``, and the pages ``/-/status`` (the newest steps of all),
``/-/status/stories`` (each project with its last words) and ``/-/status/figures``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint

from wiki.api.pages import FactKey, Page, Problem
from wiki.api.pages.blocks import BlockHelp, ItemField, ItemForm
from wiki.api.panels import Aside, MenuItem, PageContext
from wiki.api.paths import action_url
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.reading import Reader
from wiki.api.translation import gettext, lazy, written_language
from wiki.api.web.json_api import ApiRoute, api_routes

from . import figures, model, sentences, views
from .blocks import show_block, show_stories
from .model import BLOCK_NAMES, MATURITIES, STATE_PAGES, STATE_WORDS, STATES, WRITTEN, read_steps
from .panels import after_panel, event_steps, space_facts, space_panel, waiting
from .query import BLOCK_NAMES as LIST_NAMES

#: hooks that stand beside what they show
__all__ = ["event_steps", "space_facts", "waiting"]

_LISTED = "::: whatbecame year:2026\n\n:::\n"


page_facts = hookimpl(model.facts_of)
item_words = hookimpl(sentences.item_words)


@hookimpl
def block_views() -> Mapping[str, Any]:
    told = dict.fromkeys(BLOCK_NAMES, show_block)
    return {**told, **dict.fromkeys(LIST_NAMES, show_stories)}


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    if written_language() == "fr":
        example = "::: historique\n- 2026-03-01 concept — Ce qui s’est passé\n\n:::\n"
    else:
        example = "::: history\n- 2026-03-01 concept — What happened, in one sentence\n\n:::\n"
    listed = "::: devenus year:2026\n\n:::\n" if written_language() == "fr" else _LISTED
    return [
        BlockHelp(BLOCK_NAMES, gettext("The story of the project"), example, _step_form()),
        BlockHelp(LIST_NAMES, gettext("What became of projects, by year"), listed),
    ]


def _step_form() -> ItemForm:
    states = [((word, *STATES[state][::-1]), str(STATE_WORDS[state])) for state, word in WRITTEN]
    return ItemForm(
        gettext("News"),
        gettext("What has happened?"),
        gettext("Add the news"),
        [
            ItemField(
                "text", hint=gettext("As you would tell it to somebody who likes the project.")
            ),
            ItemField("date", required=True),
            ItemField(
                "state",
                gettext("The project is now"),
                gettext("Only if this step changes it."),
                [(("",), gettext("as before")), *states],
            ),
        ],
        newest=True,
    )


@hookimpl
def fact_keys() -> Sequence[FactKey]:
    return [
        FactKey(
            "state",
            lazy("State"),
            ("etat", "state"),
            tuple(STATES),
            STATE_WORDS,
            facet=False,
            aliases={name: state for state, names in STATES.items() for name in names},
            pages=STATE_PAGES,
        ),
        FactKey(
            "maturity",
            lazy("Maturity"),
            ("maturite", "maturity"),
            MATURITIES,
            STATE_WORDS,
            aliases={name: state for state in MATURITIES for name in STATES[state]},
            pages=STATE_PAGES,
        ),
    ]


@hookimpl
def check_page(page: Page) -> Sequence[Problem]:
    blocks = [block for block in page.document.blocks if block.name in BLOCK_NAMES]
    return read_steps(blocks)[1]


@hookimpl
def page_asides(context: PageContext) -> Sequence[Aside]:
    return [*space_panel(context.page, context.reader), *after_panel(context.page, context.reader)]


@hookimpl
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    return [MenuItem(gettext("What became of them"), action_url("status/stories"), order=40)]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp, figures.bp]


def api_parts(facets: Sequence[str]) -> Sequence[ApiRoute]:
    """What the JSON API says of what became of projects."""
    from . import api

    return api.routes(facets)


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(api_routes.named("status"), api_parts)]
