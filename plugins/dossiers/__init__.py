"""Dossiers: chosen projects with a word on each, lists that live, editions that stand still.

Adds the blocks ``sélection``, ``chronologie``, ``manques`` and ``récurrents``, the forms
``/-/dossiers/new``, ``/-/dossiers/selection/<page>`` and ``/-/dossiers/freeze/<page>``, freshness
and editions beside a dossier, and beside a project the dossiers that it feeds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint

from wiki.api.blocks import BlockHelp, BlockView
from wiki.api.forms import OpenForm, beginning
from wiki.api.pages import Page
from wiki.api.panels import Aside, PageTool, folders_apart
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.reading import Reader
from wiki.api.translation import gettext, language

from . import candidates, creation, freezeviews, live_blocks, panels, selection_views
from .blocks import show_selection
from .contents import EDITIONS
from .model import BLOCK_NAMES


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
    french = language() == "fr"
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
def page_asides(page: Page, reader: Reader) -> Sequence[Aside]:
    return panels.beside(page, reader)


@hookimpl
def page_tools(page: Page, reader: Reader) -> Sequence[PageTool]:
    return panels.tools(page, reader)


@hookimpl
def open_forms() -> Mapping[str, OpenForm]:
    return {creation.NAME: creation.open_form()}


@hookimpl
def waiting(reader: Reader) -> Sequence[Mapping[str, Any]]:
    return candidates.waiting_lines(reader)


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [selection_views.bp, freezeviews.bp, creation.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [
        provide(folders_apart, lambda: (EDITIONS,)),
        provide(beginning.named("dossier"), creation.address),
    ]
