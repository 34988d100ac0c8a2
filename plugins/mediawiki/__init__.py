"""Moving in from MediaWiki: ``wiki import mediawiki FILE``, its XML export with all history."""

from collections.abc import Sequence

from wiki.api.imports import importer
from wiki.api.plugin import Provided, hookimpl, provide

from .source import MediaWiki


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(importer.named("mediawiki"), MediaWiki)]
