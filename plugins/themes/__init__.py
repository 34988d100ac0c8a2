"""Themes: suggests those that fit a page, from the pages that have some.

Adds the command ``wiki themes`` and the pages ``/-/themes/<theme>``.
"""

from collections.abc import Sequence

import click
from flask import Blueprint

from wiki.api import hookimpl

from . import views
from .command import themes


@hookimpl
def commands() -> Sequence[click.Command]:
    return [themes]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
