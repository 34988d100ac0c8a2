"""The story of a project: the ``historique`` block, its state and maturity, and what is new.

Adds the facts ``state`` and ``maturity`` (for lists, boards and search), the panel “What became of
it” above a project, and the page ``/-/status``: the newest steps of all projects.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint

from wiki.api import (
    Aside,
    Block,
    BlockContext,
    BlockHelp,
    Document,
    Fact,
    FactKey,
    MenuItem,
    NextStep,
    Page,
    Problem,
    Reader,
    gettext,
    hookimpl,
    language,
    lazy,
)

from . import views
from .model import BLOCK_NAMES, MATURITIES, STATE_WORDS, STATES, facts_of, read_steps
from .panels import space_panel, tell_news
from .timeline import show_block


@hookimpl
def block_views() -> Mapping[str, Any]:
    return dict.fromkeys(BLOCK_NAMES, _block)


def _block(block: Block, context: BlockContext) -> str:
    return show_block(block, context)


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    if language() == "fr":
        example = "::: historique\n- 2026-03-01 concept — Ce qui s’est passé\n\n:::\n"
    else:
        example = "::: history\n- 2026-03-01 concept — What happened, in one sentence\n\n:::\n"
    return [BlockHelp(BLOCK_NAMES, gettext("The story of the project"), example)]


@hookimpl
def page_facts(document: Document) -> Iterable[Fact]:
    return facts_of(document)


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
        ),
        FactKey(
            "maturity",
            lazy("Maturity"),
            ("maturite", "maturity"),
            MATURITIES,
            STATE_WORDS,
            aliases={name: state for state in MATURITIES for name in STATES[state]},
        ),
    ]


@hookimpl
def check_page(page: Page) -> Sequence[Problem]:
    blocks = [block for block in page.document.blocks if block.name in BLOCK_NAMES]
    return read_steps(blocks)[1]


@hookimpl
def page_asides(page: Page, reader: Reader) -> Sequence[Aside]:
    return space_panel(page, reader)


@hookimpl
def next_steps(page: Page, reader: Reader) -> Sequence[NextStep]:
    return tell_news(page, reader)


@hookimpl
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    return [MenuItem(gettext("What became of them"), "/-/status", order=40)]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
