"""Moving in from a folder or an archive of documents and texts, of Obsidian, Notion or any."""

from collections.abc import Sequence

from wiki.api.imports import importer
from wiki.api.plugin import Provided, hookimpl, provide

from .carrefour import CarrefourExport
from .source import Folder


@hookimpl
def services() -> Sequence[Provided]:
    return [
        provide(importer.named("archive"), CarrefourExport),
        provide(importer.named("folder"), Folder),
    ]
