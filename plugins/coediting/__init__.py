"""Several people write in one page at the same time.

Adds the process that keeps their shared text (``live``), tickets to it, and, in the editor, who is
there and what they type.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task, process
from wiki.api.plugin import Provided, hookimpl, provide

from . import presenters, store, views
from .live import service

editor_parts = hookimpl(presenters.in_editor)
page_asides = hookimpl(signed_in=True)(presenters.on_page)


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task("coediting", store.forget_unused, timedelta(days=1))]


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(process.named(service.NAME), service.process)]
