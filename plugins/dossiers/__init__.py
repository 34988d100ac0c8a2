"""Dossiers: chosen projects with a word on each, lists that live, editions that stand still.

Adds the blocks ``sélection``, ``chronologie``, ``manques`` and ``récurrents``, the forms
``/-/dossiers/new``, ``/-/dossiers/selection/<page>`` and ``/-/dossiers/freeze/<page>``, freshness
and editions beside a dossier, and beside a project the dossiers that it feeds.
"""

from collections.abc import Mapping, Sequence

from flask import Blueprint

from wiki.api.pages.blocks import BlockHelp, BlockView
from wiki.api.panels import folders_apart
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.translation import gettext, written_language
from wiki.api.web.open_forms import OpenForm, beginning

from . import creation, live_blocks, views
from .blocks import show_selection
from .candidates import waiting
from .contents import EDITIONS
from .jsonld import linked_things
from .model import BLOCK_NAMES
from .panels import page_asides, page_tools

#: hooks that stand beside what they show
__all__ = ["linked_things", "page_asides", "page_tools", "waiting"]


@hookimpl
def block_views() -> Mapping[str, BlockView]:
    return {
        **dict.fromkeys(BLOCK_NAMES, show_selection),
        **dict.fromkeys(live_blocks.CHRONICLE, live_blocks.show_chronicle),
        **dict.fromkeys(live_blocks.GAPS, live_blocks.show_gaps),
        **dict.fromkeys(live_blocks.RECURRING, live_blocks.show_recurring),
    }


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    french = written_language() == "fr"
    name, why = ("sélection", "pourquoi") if french else ("selection", "why")
    timeline, gaps, recurring = (
        ("chronologie", "manques", "récurrents") if french else ("timeline", "gaps", "recurring")
    )
    chosen = f"::: {name}\n- [[projets/exemple]] — {why}\n\n:::\n"
    return [
        BlockHelp(
            ("sélection", "selection"), gettext("Chosen projects, with a word on each"), chosen
        ),
        BlockHelp(
            live_blocks.CHRONICLE,
            gettext("What projects told, by day"),
            f"::: {timeline} theme:agriculture limit:10\n\n:::\n",
        ),
        BlockHelp(
            live_blocks.GAPS,
            gettext("What projects lack"),
            f"::: {gaps} theme:agriculture\n\n:::\n",
        ),
        BlockHelp(
            ("récurrents", "recurring"),
            gettext("Needs that come back often"),
            f"::: {recurring} theme:agriculture\n\n:::\n",
        ),
    ]


@hookimpl
def open_forms() -> Mapping[str, OpenForm]:
    return {creation.NAME: creation.open_form()}


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp, creation.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [
        provide(folders_apart, lambda: (EDITIONS,)),
        provide(beginning.named("dossier"), creation.address),
    ]
