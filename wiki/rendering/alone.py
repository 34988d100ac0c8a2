"""A text rendered without an instance: what ``wiki render`` prints."""

from dataclasses import replace

from wiki.pages.page import Page
from wiki.rendering.context import RenderContext
from wiki.rendering.pipeline import render
from wiki.translation import use_language


def render_text(text: str, path: str = "index", context: RenderContext | None = None) -> str:
    """The safe HTML that the page at ``path`` would hold, in the language that it is written in.

    ``context`` brings views of blocks; without it, blocks stand as they are. Where nobody can be
    asked, wiki links lead where they say.
    """
    page = Page(path, f"{path}.md", text)
    with use_language(page.lang):
        return render(
            page.document, replace(context or RenderContext(), path=path, lang=page.lang)
        ).html
