"""The passages of a text as safe HTML, each by itself, and two of them compared.

::

    lines at which passages begin ─▶ their HTML ─▶ one in the other, with ins and del ─▶ the gate
"""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from wiki.merging.html_difference import Labels, mark_difference
from wiki.pages.page import Page
from wiki.reading.html import page_context
from wiki.reading.reader import Reader
from wiki.rendering.passages import render_passages
from wiki.rendering.sanitize import clean
from wiki.translation import gettext as _


def list_passages(reader: Reader, page: Page, lines: Sequence[int]) -> list[Markup] | None:
    """The HTML of ``page`` up to the first of ``lines``, and from each of them to the next.

    All of its chapters show, the empty ones too. None where it is too long to be taken apart.
    """
    context = replace(page_context(reader, page), skips_empty=False)
    found = render_passages(page.document, context, lines)
    if found is None:
        return None
    return [Markup(one) for one in found]  # noqa: S704 - the gate's own output


def compare_passages(old: str, new: str) -> Markup:
    """What became of one passage in another, both safe HTML, with what came and went marked."""
    marked = mark_difference(old, new, _labels())
    return Markup(clean(marked))  # noqa: S704 - likewise


def _labels() -> Labels:
    return Labels(_("added:"), _("taken out:"), _("(end)"))
