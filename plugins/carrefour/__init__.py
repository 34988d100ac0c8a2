"""Imports a network of projects: ``wiki import carrefour FOLDER``, records as JSON lines."""

from collections.abc import Sequence

from wiki.api.imports import importer
from wiki.api.plugin import Provided, hookimpl, provide

from .source import NetworkOfProjects


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(importer.named("carrefour"), NetworkOfProjects)]
