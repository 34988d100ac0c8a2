"""Moving in from a folder or an archive of Markdown: Obsidian, Notion, Outline, HedgeDoc, any."""

from collections.abc import Sequence

from wiki.api.imports import importer
from wiki.api.plugin import Provided, hookimpl, provide

from .source import FolderOfMarkdown


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(importer.named("markdown"), FolderOfMarkdown)]
