"""Session notes: written from a template, with what they miss gathered, and drawn as a mind map.

Adds the block ``à-compléter`` (``todo``), the list ``/-/notes/missing``, the page
``/-/notes/write/<event>`` for those who organise, ``/-/notes/map/<path>`` and
``/-/notes/<path>.mm`` for any page, a panel at events and their pages, and lines of what waits.
"""

from collections.abc import Mapping, Sequence

from flask import Blueprint

from wiki.api.pages import Page, Problem
from wiki.api.pages.blocks import BlockHelp, BlockView, ItemField, ItemForm
from wiki.api.plugin import hookimpl
from wiki.api.translation import gettext, written_language

from . import blocks, mapviews, views
from .model import BLOCKS
from .panels import event_steps, next_steps, page_asides, waiting

#: hooks that stand beside what they show
__all__ = ["event_steps", "next_steps", "page_asides", "waiting"]


@hookimpl
def block_views() -> Mapping[str, BlockView]:
    return dict.fromkeys(BLOCKS, blocks.show)


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    if written_language() == "fr":
        names = ("à-compléter", "todo")
        example = "::: à-compléter\n- [ ] Ce qui manque — [[personnes/qui-le-sait]]\n\n:::\n"
    else:
        names = ("todo", "à-compléter")
        example = "::: todo\n- [ ] What is missing — [[personnes/who-knows]]\n\n:::\n"
    states = [
        ((" ",), gettext("still missing")),
        (("x",), gettext("completed")),
        (("-",), gettext("no longer looked for")),
    ]
    form = ItemForm(
        gettext("What is missing"),
        gettext("What is missing here?"),
        gettext("Add what is missing"),
        [ItemField("text"), ItemField("box", choices=states)],
    )
    return [BlockHelp(names, gettext("What is missing, and who could add it"), example, form)]


@hookimpl
def check_page(page: Page) -> Sequence[Problem]:
    return list(blocks.problems(page))


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp, mapviews.bp]
