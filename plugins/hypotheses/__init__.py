"""The notebook of hypotheses: what a team believes, what it tested, what held and what fell.

Adds the block ``hypothèse`` and the forms ``/-/hypotheses/new/<path>`` and
``/-/hypotheses/tell/<path>``, which write it without a mark to know.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint

from wiki.api.pages import Page, Problem
from wiki.api.pages.blocks import BlockHelp, ItemField, ItemForm
from wiki.api.plugin import hookimpl
from wiki.api.translation import gettext, written_language

from . import views
from .model import BLOCK_NAMES, NAMES, STATE_WORDS, STATES, WRITTEN, problems_of
from .presenters import next_steps, show_block

#: hooks that stand beside what they show
__all__ = ["next_steps"]

_FRENCH = """::: hypothèses
- 2026-03-01 supposée — Ce que nous croyons
  - 2026-04-10 — Ce qui le montre

:::
"""
_ENGLISH = """::: hypotheses
- 2026-03-01 believed — What we believe
  - 2026-04-10 — What shows it

:::
"""


@hookimpl
def block_views() -> Mapping[str, Any]:
    return dict.fromkeys(BLOCK_NAMES, show_block)


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    example = _FRENCH if written_language() == "fr" else _ENGLISH
    return [
        BlockHelp(
            BLOCK_NAMES,
            gettext("What you believe, and what the field answered"),
            example,
            _hypothesis_form(),
        )
    ]


def _hypothesis_form() -> ItemForm:
    states = [
        ((WRITTEN["fr"][one], WRITTEN["en"][one], *NAMES[one]), str(STATE_WORDS[one]))
        for one in STATES
    ]
    return ItemForm(
        gettext("Hypothesis"),
        gettext("What do you believe that nobody has checked?"),
        gettext("Add the hypothesis"),
        [
            ItemField("text"),
            ItemField("date", gettext("Since when")),
            ItemField("state", gettext("What the field says"), choices=states, required=True),
        ],
    )


@hookimpl
def check_page(page: Page) -> Sequence[Problem]:
    return problems_of(block for block in page.document.blocks if block.name in BLOCK_NAMES)


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
