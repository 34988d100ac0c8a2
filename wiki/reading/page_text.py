"""The text of a page below its title: a first heading that only repeats the title is left out."""

import re
from typing import Any

from markupsafe import Markup

from wiki.pages.page import Page
from wiki.pages.words import fold
from wiki.rendering.context import Rendered

#: the gate's own output begins with it where the text begins with a heading of the first level
_FIRST = re.compile(r"\s*<h1\b[^>]*>.*?</h1>\s*", re.DOTALL)


def text_of(page: Page, body: Rendered) -> dict[str, Any]:
    """``html`` and ``toc`` for templates that show the title themselves.

    The source, and `wiki render`, keep the heading: on a git host it is the only title there is.
    """
    html, toc = body.html, body.toc
    if toc and toc[0].level == 1 and fold(toc[0].text) == fold(page.title):
        found = _FIRST.match(html)
        if found:
            html, toc = html[found.end() :], toc[1:]
    return {"html": Markup(html), "toc": toc}  # noqa: S704 - the gate's own output
