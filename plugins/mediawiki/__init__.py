"""Moving in from MediaWiki: ``wiki import mediawiki FILE``, its XML export with all history.

``wiki import mediawiki https://…`` asks the site itself.
"""

from collections.abc import Sequence

from wiki.api.imports import fetcher, importer
from wiki.api.plugin import Provided, hookimpl, provide

from .site import fetch_site
from .source import MediaWiki


@hookimpl
def services() -> Sequence[Provided]:
    return [
        provide(importer.named("mediawiki"), MediaWiki),
        provide(fetcher.named("mediawiki"), fetch_site),
    ]
