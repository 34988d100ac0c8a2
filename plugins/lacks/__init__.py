"""What the network lacks: ``/-/lacks``, what five askers at least have asked in vain in a month.

Told by the search and by whoever answers questions (the hook ``asked_in_vain``). Until the fifth
asks there is no word of it anywhere: it is counted by keyed hashes, whose key is thrown away each
month.
"""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from wiki.api.jobs import Task
from wiki.api.panels import MenuItem
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext

from . import upkeep, views
from .askers import asked_in_vain

#: hooks that stand beside what they do
__all__ = ["asked_in_vain"]


@hookimpl
def blueprints() -> Sequence[Blueprint]:
    return [views.bp]


@hookimpl
def tasks() -> Sequence[Task]:
    return [Task("lacks", upkeep.run, timedelta(days=1))]


@hookimpl
def catalogue_links(kind: str, reader: Reader) -> Sequence[MenuItem]:
    if kind != "project" or reader.person is None:
        return []
    return [MenuItem(gettext("What the network lacks"), action_url("lacks"), 62)]
