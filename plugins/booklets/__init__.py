"""Booklets: a dossier, its projects and their sources as one document with a cover.

Adds “Booklet” to the menu of pages, ``/-/booklet/<path>``, the choice “booklet” of a page's export
(which makes it, see the plugin documents), and the command ``booklet``.
"""

from collections.abc import Sequence

import click
from flask import Blueprint

from wiki.api.pages.books import bindings
from wiki.api.panels import PageContext, PageTool
from wiki.api.paths import action_url
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.translation import gettext

from . import commands as own_commands
from . import views
from .binder import bindings_of
from .pages import has_lists


@hookimpl
def page_tools(context: PageContext) -> Sequence[PageTool]:
    if context.page.type not in ("dossier", "carrefour", "project") and not has_lists(context.page):
        return []
    url = action_url("booklet", context.page.path)
    return [PageTool(gettext("Booklet"), url, "download", order=26)]


@hookimpl
def commands() -> Sequence[click.Command]:
    return [own_commands.booklet]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(bindings, bindings_of)]
