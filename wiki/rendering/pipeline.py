"""Document → blocks → HTML → the gate: the whole way from a text to the body of a page.

::

    Document ──▶ views.py    asks block views, counts, wiki links ──▶ Answers (values)
       │                                                                 │
       └─────────▶ layout.py   tokens and answers → HTML ◀───────────────┘
                      │           here, or in a child that can be killed (bounded.py)
                   sanitize.py  the gate
                      ▼
                   Rendered     a notice where it would take too long, or be too long
"""

from dataclasses import asdict, replace
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
    "render_inline",
]

#: above these, a page is laid out in a child
MAX_TEXT_HERE = 200_000
MAX_TOKENS_HERE = 15_000
MAX_HTML_HERE = 300_000
#: problems that a notice in the text tells to every reader
_TOLD = frozenset({"nested-too-deeply", "too-heavy"})


def render(document: Document, context: RenderContext) -> Rendered:
    """The body of a page as safe HTML. Whatever is in the text, it never raises for it."""
    asking = Asking(context)
    answers = asking.answers(document.tokens)
    problems = tuple(sorted([*document.problems, *asking.problems], key=lambda one: one.line))
    if context.may_edit:
        answers = replace(
            answers, notices=[(one.line, one.words) for one in problems if one.kind not in _TOLD]
        )
    lasting = FAILED not in asking.depends
    try:
        html, whole = _laid_out(document, answers, context)
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


def _laid_out(document: Document, answers: Answers, context: RenderContext) -> tuple[str, bool]:
    """Layout and gate, in the process that suits; and whether all is as it should be.

    Raises TooLong, or Refused over the time of ``context``.
    """
    place = place_of(context)
    if document.too_heavy:
        # Reading it once more would cost as much again, and it is only source.
        return _clean(Layout(answers, place).whole(document.tokens), place, context), True
    if len(document.text) > MAX_TEXT_HERE or weight(document.tokens) > MAX_TOKENS_HERE:
        return _in_child(document, answers, place, context.seconds), True
    if has_code(document.tokens):
        try:
            return _in_child(document, answers, place, context.seconds / 2), True
        except Refused:
            # Some expressions of Pygments never end: the code stands plain, the page stands.
            return _clean(Layout(answers, place).whole(document.tokens), place, context), False
    return _clean(Layout(answers, place).whole(document.tokens), place, context), True


def _clean(html: str, place: Place, context: RenderContext) -> str:
    """The gate, in this process unless it would hold others up."""
    if len(html) > MAX_HTML_HERE:
        return _answered({"html": html}, place, context.seconds)
    return clean(html)


def _in_child(document: Document, answers: Answers, place: Place, seconds: float) -> str:
    request = {
        "text": document.text,
        "language": language(),
        "links": {target: to and (to.path, to.title) for target, to in answers.links.items()},
        "blocks": answers.blocks,
        "counts": [(*asked, html) for asked, html in answers.counts.items()],
        "notices": answers.notices,
    }
    return _answered(request, replace(place, highlight=True), seconds)


def _answered(request: dict[str, Any], place: Place, seconds: float) -> str:
    answer = children().ask({**request, "place": asdict(place)}, seconds)
    if "html" not in answer:
        raise TooLong
    return str(answer["html"])


def _refusal(words: str, context: RenderContext) -> str:
    rest = _("Nothing is lost: the text can be read as it was written, and edited.")
    return clean(refusal_html(f"{words} {rest}", context.path))
