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
from wiki.rendering.bounded import Refused, children, needs_child
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
        html = clean_layout(document, answers, place_of(context), context.seconds)
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


def clean_layout(document: Document, answers: Answers, place: Place, seconds: float) -> str:
    """Layout and gate, in the process that suits. Raises TooLong, or Refused over ``seconds``."""
    if not needs_child(document):
        html = clean(Layout(answers, place).whole(document.tokens))
        if len(html) > place.max_html:
            raise TooLong
        return html
    request: dict[str, Any] = {"place": asdict(replace(place, highlight=True))}
    if document.too_heavy:
        # Reading it once more would cost as much again, and it is only source.
        request |= {"html": Layout(answers, place).whole(document.tokens)}
    else:
        request |= {
            "text": document.text,
            "language": language(),
            "links": {target: to and (to.path, to.title) for target, to in answers.links.items()},
            "blocks": answers.blocks,
            "counts": [(*asked, html) for asked, html in answers.counts.items()],
            "notices": answers.notices,
        }
    answer = children().ask(request, seconds)
    if "html" not in answer:
        raise TooLong
    return str(answer["html"])


def _refusal(words: str, context: RenderContext) -> str:
    rest = _("Nothing is lost: the text can be read as it was written, and edited.")
    return clean(refusal_html(f"{words} {rest}", context.path))
