"""Moving in from a table: ``wiki import sheets FILE``, CSV and workbooks, a page for each line."""

from collections.abc import Sequence

from wiki.api.imports import importer
from wiki.api.plugin import Provided, hookimpl, provide

from .source import Sheets


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(importer.named("sheets"), Sheets)]
