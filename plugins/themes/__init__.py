"""Themes: suggests those that fit a page, from the pages that have some.

Adds the command ``wiki themes``, the pages ``/-/themes/<theme>``, and words to click beside the
field of themes where one writes.
"""

from collections.abc import Sequence

import click
from flask import Blueprint

from wiki.api.meaning import fitting_themes
from wiki.api.plugin import Provided, hookimpl, provide

from . import views
from .command import themes
from .suggestions import themes_for


@hookimpl
def commands() -> Sequence[click.Command]:
    return [themes]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(fitting_themes, themes_for)]
