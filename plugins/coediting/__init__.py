"""Several people write in one page at the same time.

Adds the process that keeps their shared text (``live``), tickets to it, and, in the editor, who is
there and what they type.
"""

from collections.abc import Sequence

from flask import Blueprint

from wiki.api.jobs import process
from wiki.api.panels import Aside, PageContext
from wiki.api.plugin import Provided, hookimpl, provide

from . import presenters, views
from .live import service

editor_parts = hookimpl(presenters.in_editor)


@hookimpl(signed_in=True)
def page_asides(context: PageContext) -> Sequence[Aside]:
    return presenters.on_page(context.page, context.reader)


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(process.named(service.NAME), service.process)]
