"""A text rendered without an instance: what ``wiki render`` prints."""

from dataclasses import replace

from wiki.pages.document import read_document
from wiki.rendering.context import RenderContext
from wiki.rendering.pipeline import render


def render_text(text: str, path: str = "index", context: RenderContext | None = None) -> str:
    """The safe HTML that the page at ``path`` would hold.

    Where nobody can be asked, wiki links lead where they say, and blocks stand as they are.
    """
    return render(read_document(text), replace(context or RenderContext(), path=path)).html
