"""Documents in and out: pages as PDF, Word, OpenDocument, EPUB, Markdown, and pages from them.

Adds “Export” and “Import a document” to the menu of pages, ``/-/export/<path>``, ``/-/import``,
documents under way at ``/-/documents/<id>``, and the commands ``export-document`` and
``import-document``.
"""

from collections.abc import Sequence
from datetime import timedelta

import click
from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.panels import Aside, PageContext, PageTool
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader, page_exists
from wiki.api.translation import gettext

from . import commands as own_commands
from . import importviews, views, worker
from .exporting import NAME


@hookimpl
def page_tools(context: PageContext) -> Sequence[PageTool]:
    tools = [
        PageTool(gettext("Export"), action_url("export", context.page.path), "download", order=25)
    ]
    # Also in the menu of an old version, which nobody edits as it stands.
    if context.reader.may_edit(context.page.path):
        url = action_url("import", query={"below": context.page.path})
        tools.append(PageTool(gettext("Import a document"), url, "file-text", order=41))
    return tools


@hookimpl
def editor_parts(path: str, reader: Reader) -> Sequence[Aside]:
    if page_exists(reader, path):
        return []
    above = path.rpartition("/")[0]
    url = action_url("import", query={"below": above})
    return [Aside("documents/_begin.html", {"url": url}, place="head", order=90)]


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(NAME, worker.run, timedelta(minutes=1), waits=worker.count_waiting)]


@hookimpl
def commands() -> Sequence[click.Command]:
    return [own_commands.export_document, own_commands.import_document]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp, importviews.bp]
