"""Near: what the wiki already holds that is near a text, with reasons in words.

Adds the page ``/-/near``, a line of each page's menu that leads there, and the hook ``near`` for
every plugin that has a text to compare.
"""

from collections.abc import Sequence

from flask import Blueprint

from wiki.api import Fit, Page, PageTool, Reader, TableProjection, Task, hookimpl

from . import views
from .finding import near_text
from .reading import TASK, read_new
from .shelf import Shelf


@hookimpl
def projections() -> Sequence[TableProjection]:
    return [Shelf()]


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task(TASK, read_new, follows=True)]


@hookimpl
def near(text: str, reader: Reader, types: Sequence[str], limit: int) -> Sequence[Fit]:
    return near_text(reader, text, types, limit)


@hookimpl
def page_tools(page: Page, reader: Reader) -> Sequence[PageTool]:
    return views.tools(page, reader)


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
