"""A dossier for programs of others: which projects it is about."""

from collections.abc import Sequence

from wiki.api.panels import PageContext
from wiki.api.paths import page_url
from wiki.api.plugin import hookimpl
from wiki.api.web.jsonld import Thing

from .contents import projects_of


@hookimpl(types={"dossier"})
def linked_things(context: PageContext) -> Sequence[Thing]:
    """The projects that the dossier shows, chosen or by its lists."""
    page = context.page
    projects = [Thing(page_url(row.path)) for row in projects_of(context.reader, page)]
    return [Thing(page_url(page.path), "Collection", {"about": projects})]
