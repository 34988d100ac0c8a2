"""Near: what the wiki already holds that is near a text, with reasons in words.

Adds the page ``/-/near``, what leads there (a line of each page's menu, the list of projects, a
search that words answer badly), projects like one below it, links for who writes, and the service
``near`` for every plugin with a text to compare.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.meaning import near
from wiki.api.panels import MenuItem, search_ways
from wiki.api.paths import action_url
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.projections import TableProjection
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import views
from .panels import editor_parts, page_asides, page_tools
from .projection import Shelf
from .search import TASK, near_text, read_new

#: hooks that stand beside what they show
__all__ = ["editor_parts", "page_asides", "page_tools"]


@hookimpl
def projections() -> Sequence[TableProjection]:
    return [Shelf()]


@hookimpl
def tasks() -> Sequence[Task]:
    return [
        Task(TASK, read_new, follows=True, keeps="vectors", limit=timedelta(hours=2), local=True)
    ]


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind != "project":
        return []
    return [MenuItem(gettext("What exists already"), action_url("near"))]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(near, near_text), provide(search_ways, views.ways)]
