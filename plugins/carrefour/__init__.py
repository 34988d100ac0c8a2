"""Imports a network of projects: ``wiki import carrefour FOLDER``, records as JSON lines."""

from collections.abc import Sequence

from wiki.api.commands import importer
from wiki.api.plugin import Provided, hookimpl, provide

from .importing import import_folder


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(importer.named("carrefour"), import_folder)]
