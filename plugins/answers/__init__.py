"""Answers: what the pages that one may see say to a question, quoted, or that they do not say."""

from collections.abc import Sequence
from datetime import timedelta

import click
from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.panels import search_answer
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.projections import TableProjection
from wiki.api.web.json_api import ApiRoute, api_routes

from . import views
from .command import ask
from .projection import Shelf
from .sentences import views as sentences
from .vectors import FOLLOWING, TASK, is_needed, read_new


@hookimpl
def projections() -> Sequence[TableProjection]:
    return [Shelf()]


@hookimpl
def tasks() -> Sequence[Task]:
    limit = timedelta(hours=2)
    return [
        Task(FOLLOWING, read_new, follows=True, keeps="vectors", limit=limit, local=True),
        Task(
            TASK,
            read_new,
            timedelta(minutes=1),
            keeps="vectors",
            limit=limit,
            local=True,
            needed=is_needed,
        ),
    ]


@hookimpl
def commands() -> Sequence[click.Command]:
    return [ask]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp, sentences.bp]


def api_parts(facets: Sequence[str]) -> Sequence[ApiRoute]:
    """What the JSON API answers."""
    from . import api

    return api.routes()


@hookimpl
def services() -> Sequence[Provided]:
    return [
        provide(search_answer, views.answer_address),
        provide(api_routes.named("answers"), api_parts),
    ]
