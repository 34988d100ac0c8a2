"""Themes: suggests those that fit a page, from the pages that have some.

Adds the command ``wiki themes``.
"""

from collections.abc import Sequence

import click

from wiki.api import hookimpl

from .command import themes


@hookimpl
def commands() -> Sequence[click.Command]:
    return [themes]
