"""Moving in from documents and texts: a folder or an archive of any, or git with its history."""

from collections.abc import Sequence

from wiki.api.imports import fetcher, importer
from wiki.api.plugin import Provided, hookimpl, provide

from .carrefour import CarrefourExport
from .repository import GitRepository, fetch_repository
from .source import Folder


@hookimpl
def services() -> Sequence[Provided]:
    return [
        provide(importer.named("archive"), CarrefourExport),
        provide(importer.named("folder"), Folder),
        provide(importer.named("git"), GitRepository),
        provide(fetcher.named("git"), fetch_repository),
    ]
