"""Near: what the wiki already holds that is near a text, with reasons in words.

Adds the page ``/-/near``, what leads there (a line of each page's menu, the list of projects, a
search that words answer badly), and the hook ``near`` for every plugin that has a text to compare.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.pages import Page
from wiki.api.panels import Fit, MenuItem, PageTool
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.projections import TableProjection
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import views
from .projection import Shelf
from .reading import TASK, read_new
from .search import near_text


@hookimpl
def projections() -> Sequence[TableProjection]:
    return [Shelf()]


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(TASK, read_new, follows=True, keeps="vectors", limit=timedelta(hours=2))]


@hookimpl
def near(text: str, reader: Reader, types: Sequence[str], limit: int) -> Sequence[Fit]:
    return near_text(reader, text, types, limit)


@hookimpl
def search_ways(query: str, reader: Reader) -> Sequence[MenuItem]:
    url = action_url("near", query={"q": query})
    return [MenuItem(gettext("What exists already around it"), url)]


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind != "project":
        return []
    return [MenuItem(gettext("What exists already"), action_url("near"))]


@hookimpl
def page_tools(page: Page, reader: Reader) -> Sequence[PageTool]:
    return views.tools(page, reader)


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
