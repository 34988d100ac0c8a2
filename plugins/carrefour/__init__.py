"""Imports a network of projects: ``wiki import carrefour FOLDER``, records as JSON lines."""

from collections.abc import Callable, Mapping

from wiki.api.plugin import hookimpl

from .importing import import_folder


@hookimpl
def importers() -> Mapping[str, Callable[..., None]]:
    return {"carrefour": import_folder}
