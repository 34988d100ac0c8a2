"""Matching: which offers and people fit a need, and which needs fit them, with reasons in words.

Adds the command ``wiki match``, panels on the pages of needs and offers, the page
``/-/matching`` of who is logged in, ``/-/thesaurus`` with suggestions, and the service ``fits``.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import click
from flask import Blueprint

from wiki.api import meaning
from wiki.api.jobs import Task
from wiki.api.plugin import Provided, hookimpl, provide
from wiki.api.projections import TableProjection

from . import views
from .command import match
from .fits import fits_for
from .pairs import FOLLOWING, TASK, is_needed, pair_all
from .panels import item_asides, waiting
from .projection import Shelf
from .trades import known_edition

#: hooks that stand beside what they show
__all__ = ["item_asides", "waiting"]


@hookimpl
def commands() -> Sequence[click.Command]:
    return [match]


@hookimpl
def projections() -> Sequence[TableProjection]:
    return [Shelf(known_edition())]


@hookimpl
def tasks() -> Sequence[Task]:
    now_and_then = Task(TASK, pair_all, timedelta(minutes=1), needed=is_needed, local=True)
    following = Task(FOLLOWING, pair_all, follows=True, local=True)
    return [
        replace(one, keeps="vectors", limit=timedelta(hours=2)) for one in (now_and_then, following)
    ]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(meaning.fits, fits_for)]
