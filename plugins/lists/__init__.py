"""Lists by query: projects, people, events, dossiers and organisations, in a page or a sentence.

Adds the blocks ``projets``, ``personnes``, ``événements``, ``dossiers`` and ``organisations``, the
counts ``{{nombre projets …}}``, and the catalogues ``/-/projects``, ``/-/people``, ``/-/events``,
``/-/dossiers`` and ``/-/organisations``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint

from wiki.api.pages.blocks import BlockHelp
from wiki.api.panels import MenuItem
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext, written_language

from . import views
from .blocks import show_count, view_of
from .model import KIND_BY_BLOCK


@hookimpl
def block_views() -> Mapping[str, Any]:
    counts = dict.fromkeys(("inline:nombre", "inline:count"), show_count)
    return {**{name: view_of(kind) for name, kind in KIND_BY_BLOCK.items()}, **counts}


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    name = "projets" if written_language() == "fr" else "projects"
    example = f"::: {name} theme:agriculture sort:updated limit:10\n\n:::\n"
    return [BlockHelp(("projets", "projects"), gettext("A list of projects"), example)]


@hookimpl
def menu_items(reader: Reader) -> Sequence[MenuItem]:
    return [
        MenuItem(gettext("Projects"), action_url("projects"), order=10),
        MenuItem(gettext("People"), action_url("people"), order=30),
        MenuItem(gettext("Events"), action_url("events"), order=33),
        MenuItem(gettext("Dossiers"), action_url("dossiers"), order=36),
    ]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
