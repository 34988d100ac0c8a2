"""The map of relations: projects, people, needs, themes, places and events as a graph.

Adds the page ``/-/relations`` with its list and files (GEXF, GraphML, CSV, FreeMind), the frame
``/-/relations/embed`` for other sites, “Around this page” in the menu of each page, a link beside
the catalogues, and a task that keeps where everything stands.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.panels import MenuItem, PageContext, PageTool
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.projections import TableProjection
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import views
from .builder import PAGES
from .places import TASK, Places, is_needed, lay


@hookimpl
def projections() -> Sequence[TableProjection]:
    return [Places()]


@hookimpl
def tasks() -> Sequence[Task]:
    # New nodes are shown beside what they are tied to until then: it may wait.
    return [Task(TASK, lay, timedelta(minutes=1), needed=is_needed)]


@hookimpl
def page_tools(context: PageContext) -> Sequence[PageTool]:
    if context.row is None or context.row.space is None:
        return []
    url = action_url("relations", query={"around": context.row.space})
    return [PageTool(gettext("Around this page"), url, "share-2", order=35)]


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind not in PAGES:
        return []
    return [MenuItem(gettext("Map of relations"), action_url("relations"), 50)]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
