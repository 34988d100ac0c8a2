"""Moving in from DokuWiki: ``wiki import dokuwiki PATH``, its data folder with all history."""

from collections.abc import Sequence

from wiki.api.imports import importer
from wiki.api.plugin import Provided, hookimpl, provide

from .source import DokuWiki


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(importer.named("dokuwiki"), DokuWiki)]
