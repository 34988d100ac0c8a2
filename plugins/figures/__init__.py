"""How long needs wait: ``/-/figures``, medians over many, by theme and territory, of nobody.

And the network over time: ``/-/figures/years``.

Adds a projection that keeps, for each need, the commit in which it was born and the one in which it
was met; first answers and introductions come from whoever keeps them: the service ``milestones``.
"""

from collections.abc import Sequence

from flask import Blueprint

from wiki.api.panels import MenuItem
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.projections import TableProjection
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import views, yearviews
from .times import Times

#: the catalogue beside whose title the page stands
_AT = ("project",)


@hookimpl
def projections() -> Sequence[TableProjection]:
    return [Times()]


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind not in _AT:
        return []
    return [
        MenuItem(gettext("How long it takes"), action_url("figures"), 60),
        MenuItem(gettext("Year by year"), action_url("figures/years"), 61),
    ]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp, yearviews.bp]
