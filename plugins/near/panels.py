"""Around a page and in its editor: what is like it, and words that one may link."""

from collections.abc import Sequence

from wiki.api.panels import Aside, PageContext, PageTool
from wiki.api.paths import action_url
from wiki.api.plugin import hookimpl
from wiki.api.reading import Reader
from wiki.api.translation import gettext


@hookimpl
def page_tools(context: PageContext) -> Sequence[PageTool]:
    """The line of a page's menu."""
    page = context.page
    if not page.document.words.strip() and not page.summary:
        return []
    url = action_url("near", query={"of": page.path})
    return [PageTool(gettext("What is like it"), url, "search", 30)]


@hookimpl(types={"project"})
def page_asides(context: PageContext) -> Sequence[Aside]:
    """Projects like this one, asked for by themselves: the page depends on no other by them."""
    url = action_url("near/like", query={"of": context.page.path})
    return [Aside("near/like.html", {"url": url}, "foot", 80)]


@hookimpl(signed_in=True)
def editor_parts(path: str, reader: Reader) -> Sequence[Aside]:
    """What offers links while one writes."""
    return [Aside("near/links.html", {"url": action_url("near/links"), "path": path}, "foot", 60)]
