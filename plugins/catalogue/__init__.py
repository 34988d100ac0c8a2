"""The catalogue: every project ever, and every other page of a type, as one table to keep.

Adds ``/-/catalogue``, its files for sheets of numbers (CSV, XLSX) and a frame for other sites.
"""

from collections.abc import Sequence

from flask import Blueprint

from wiki.api.panels import MenuItem
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import views
from .columns import TYPES


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind not in TYPES:
        return []
    asked = None if kind == TYPES[0] else {"type": kind}
    return [MenuItem(gettext("As a table"), action_url("catalogue", query=asked), 40)]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]
