"""Moving in from YesWiki: ``wiki import yeswiki FILE``, its archive, dump, or entries."""

from collections.abc import Sequence

from wiki.api.imports import importer
from wiki.api.plugin import Provided, hookimpl, provide

from .source import YesWiki


@hookimpl
def services() -> Sequence[Provided]:
    return [provide(importer.named("yeswiki"), YesWiki)]
