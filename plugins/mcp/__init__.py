"""Assistants ask the wiki and propose to it, by the Model Context Protocol.

Adds a process (``service``) that answers at ``/-/mcp`` with what the wiki's own API answers to the
same token, and the pages by which people let assistants in (``oauth``).
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task, process
from wiki.api.plugin import Provided, hookimpl, provide

from . import service
from .oauth import store, views


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(process.named(service.NAME), service.process)]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]


@hookimpl
def well_known() -> Sequence[Blueprint]:
    return [views.root]


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task("mcp", store.forget_unused, timedelta(days=1))]
