"""Answers: what the pages that one may see say to a question, quoted, or that they do not say."""

from collections.abc import Sequence
from datetime import timedelta

import click

from wiki.api.jobs import Task
from wiki.api.plugin import hookimpl
from wiki.api.projections import TableProjection

from .command import ask
from .projection import Shelf
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
