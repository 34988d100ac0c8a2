"""What is where: ``/-/territories``, a map of regions with the same as a list, and its block.

Adds the block ``carte`` (``map``), the picture ``/-/territories/map.svg`` that stands in pages and
in the documents made of them, a chapter of booklets, the frame ``/-/territories/embed`` for other
sites, and a link beside the catalogues of what is somewhere.
"""

from collections.abc import Mapping, Sequence

from flask import Blueprint

from wiki.api.pages.blocks import BlockHelp, BlockView
from wiki.api.pages.books import book_parts, drawing_at
from wiki.api.panels import MenuItem
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.reading import Reader
from wiki.api.translation import gettext, written_language

from . import views
from .booklet_part import map_of
from .presenters import drawn_at, show
from .query import LABELS, Asked


@hookimpl
def block_views() -> Mapping[str, BlockView]:
    return {"carte": show, "map": show}


@hookimpl
def block_help() -> Sequence[BlockHelp]:
    name = "carte" if written_language() == "fr" else "map"
    return [
        BlockHelp(
            ("carte", "map"), gettext("A map of what is where"), f"::: {name} theme:eau\n\n:::\n"
        )
    ]


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind not in LABELS or kind == "dossier":
        return []
    return [MenuItem(gettext("On a map"), Asked(kind).url("territories"), 55)]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(book_parts, map_of), provide(drawing_at, drawn_at)]
