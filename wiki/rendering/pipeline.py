"""Document → blocks → HTML → the gate: the whole way from a text to the body of a page.

::

    Document ──▶ views.py    asks block views, counts, wiki links ──▶ Answers (values)
       │                                                                 │
       └─────────▶ layout.py   tokens and answers → HTML ◀───────────────┘
                      │
                   sanitize.py  the gate; for long pages in a child that can be killed (bounded.py),
                      │         as is the layout too where there is code to highlight
                      ▼
                   Rendered     a notice where it would take too long, or be too long
"""

from dataclasses import asdict, replace
from time import monotonic
from typing import Any

from wiki.pages.document import Document
from wiki.rendering.bounded import Refused, children, has_code, weight
from wiki.rendering.context import BlockContext, BlockView, RenderContext, Rendered, Resolved
from wiki.rendering.layout import Answers, Layout, Place, TooLong
from wiki.rendering.links import heading_id
from wiki.rendering.notices import refusal_html
from wiki.rendering.sanitize import clean
from wiki.rendering.views import FAILED, Asking, place_of
from wiki.translation import gettext as _
from wiki.translation import language

__all__ = [
    "BlockContext",
    "BlockView",
    "RenderContext",
    "Rendered",
    "Resolved",
    "render",
    "render_block",
    "render_inline",
]

#: above these, a page passes the gate in a child, and its code stands plain
MAX_TEXT_HERE = 200_000
MAX_TOKENS_HERE = 15_000
MAX_HTML_HERE = 300_000
#: problems that a notice in the text tells to every reader
_TOLD = frozenset({"nested-too-deeply", "too-heavy"})


def render(document: Document, context: RenderContext) -> Rendered:
    """The body of a page as safe HTML. Whatever is in the text, it never raises for it."""
    until = monotonic() + context.seconds / 2
    asking = Asking(context, document.headings)
    answers = asking.answers(document.tokens)
    problems = tuple(sorted([*document.problems, *asking.problems], key=lambda one: one.line))
    if context.may_edit:
        answers = replace(
            answers, notices=[(one.line, one.words) for one in problems if one.kind not in _TOLD]
        )
    lasting = FAILED not in asking.depends
    try:
        html, whole = _laid_out(document, answers, context, until)
        lasting = lasting and whole
    except TooLong:
        html = _refusal(_("This page is too long to be shown."), context)
    except Refused:
        html = _refusal(_("This page takes too long to be laid out."), context)
        lasting = False
    return Rendered(
        html,
        tuple(replace(one, anchor=heading_id(one.anchor)) for one in document.headings),
        problems,
        frozenset(asking.depends - {FAILED}),
        lasting,
    )


def render_inline(markdown: str, context: RenderContext) -> str:
    """One paragraph's words as safe HTML, such as those of an item in a list of ours."""
    html = Asking(context).inline(markdown)
    return clean(html)


def render_block(name: str, args: str, context: RenderContext) -> str:
    """The block ``::: name args`` as safe HTML; "" where nobody has such a block."""
    return clean(Asking(context).block(name, args))


def _laid_out(
    document: Document, answers: Answers, context: RenderContext, until: float
) -> tuple[str, bool]:
    """Layout and gate, in the process that suits; and whether all is as it should be.

    Raises TooLong, or Refused where the gate is not done ``until`` half of the time of ``context``
    has passed; the other half is for the reading, which counts its steps.
    """
    place = place_of(context)
    light = len(document.text) <= MAX_TEXT_HERE and weight(document.tokens) <= MAX_TOKENS_HERE
    whole = True
    if light and has_code(document.tokens):
        try:
            return _with_code(document.text, answers, place, until), True
        except Refused:
            # Some expressions of Pygments never end: the code stands plain, the page stands.
            whole = False
    html = Layout(answers, place).whole(document.tokens)
    if light and len(html) <= MAX_HTML_HERE:
        return clean(html), whole
    return _answered({"html": html}, place, until), whole


def _with_code(text: str, answers: Answers, place: Place, until: float) -> str:
    """Layout and gate of a text with code, all in a child, where code is highlighted."""
    request = {
        "text": text,
        "language": language(),
        "links": {target: to and (to.path, to.title) for target, to in answers.links.items()},
        "blocks": answers.blocks,
        "counts": [(*asked, html) for asked, html in answers.counts.items()],
        "notices": answers.notices,
    }
    return _answered(request, replace(place, highlight=True), until)


def _answered(request: dict[str, Any], place: Place, until: float) -> str:
    answer = children().ask({**request, "place": asdict(place)}, max(until - monotonic(), 0.0))
    if "html" not in answer:
        raise TooLong
    return str(answer["html"])


def _refusal(words: str, context: RenderContext) -> str:
    rest = _("Nothing is lost: the text can be read as it was written, and edited.")
    return clean(refusal_html(f"{words} {rest}", context.path))
