"""Themes: suggests those that fit a page, from the pages that have some.

Adds the command ``wiki themes``, the pages ``/-/themes/<theme>``, and words to click beside the
field of themes where one writes.
"""

from collections.abc import Sequence

import click
from flask import Blueprint

from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader

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
def fitting_themes(text: str, reader: Reader, limit: int) -> Sequence[str]:
    return themes_for(reader, text, limit)
