"""Several people write in one page at the same time.

Adds the process that keeps their shared text (``live``), tickets to it, and, in the editor, who is
there and what they type.
"""

from collections.abc import Sequence

from flask import Blueprint

from wiki.api.jobs import Service
from wiki.api.pages import Page
from wiki.api.panels import Aside
from wiki.api.plugin import Settings, hookimpl
from wiki.api.reading import Reader

from . import presenters, views
from .live import service


@hookimpl
def services(settings: Settings) -> Sequence[Service]:
    return [Service(service.NAME, service.run, nice=0)] if settings.live_editing else []


@hookimpl
def editor_parts(path: str, reader: Reader) -> Sequence[Aside]:
    return presenters.in_editor(path, reader)


@hookimpl(signed_in=True)
def page_asides(page: Page, reader: Reader) -> Sequence[Aside]:
    return presenters.on_page(page, reader)


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
