"""The passages of a text as safe HTML, each by itself, and two of them compared.

::

    lines at which passages begin ─▶ their HTML ─▶ one in the other, with ins and del ─▶ the gate
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from markupsafe import Markup

from wiki.merging.html_difference import Labels, mark_difference
from wiki.pages.page import Page
from wiki.reading.html import page_context
from wiki.reading.reader import Reader
from wiki.rendering.passages import render_passages
from wiki.rendering.sanitize import clean
from wiki.translation import gettext as _


class Passages:
    """The HTML of a page by lines: of what stands between two of those at which it was cut."""

    def __init__(self, cuts: Sequence[int], parts: Sequence[str] | None) -> None:
        self._cuts, self._parts = cuts, parts

    def between(self, begin: int, end: int) -> Markup | None:
        """The HTML from one line up to another; None where the page cannot be taken apart."""
        if self._parts is None:
            return None
        first = bisect_left(self._cuts, begin) + 1 if begin else 0
        last = bisect_left(self._cuts, end) + 1
        return Markup("".join(self._parts[first:last]))  # noqa: S704 - the gate's own output


def lay_out_passages(reader: Reader, page: Page, lines: Iterable[int]) -> Passages:
    """``page`` laid out, and cut at ``lines``, at which paragraphs or items of lists begin.

    All of its chapters show, the empty ones too.
    """
    cuts = sorted({line for line in lines if line < len(page.text.split("\n"))})
    context = replace(page_context(reader, page), skips_empty=False)
    return Passages(cuts, render_passages(page.document, context, cuts))


def compare_passages(old: str, new: str) -> Markup:
    """What became of one passage in another, both safe HTML, with what came and went marked."""
    marked = mark_difference(old, new, _labels())
    return Markup(clean(marked))  # noqa: S704 - likewise


def _labels() -> Labels:
    return Labels(_("added:"), _("taken out:"), _("(end)"))
