"""Document → blocks → HTML → the gate: the whole way from a text to the body of a page.

::

    Document ──▶ views.py    asks block views, counts, wiki links ──▶ Answers (values)
       │                        │ while the page's Allowance lasts       │
    excerpt.py  as much of it as may be laid out                         │
       │                                                                 │
       └─────────▶ layout.py   tokens and answers → HTML ◀───────────────┘
                      │
                   sanitize.py  the gate; for long pages in a child with limits (child_gate.py),
                      │         as is the layout too where there is code to highlight
                      ▼
                   Rendered     a notice where it was cut, or in its place where it is too long
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from wiki.pages.document import PROBLEMS, Document
from wiki.pages.empty_chapters import empty_chapters
from wiki.pages.problems import Problem
from wiki.rendering.child_gate import Refused, TooSlow, children, has_code, weight
from wiki.rendering.context import RenderContext, Rendered
from wiki.rendering.excerpt import Excerpt, excerpt
from wiki.rendering.layout import Answers, Layout, Place, TooLong
from wiki.rendering.links import heading_id
from wiki.rendering.notices import refusal_html
from wiki.rendering.sanitize import clean
from wiki.rendering.views import Asking, place_of
from wiki.translation import gettext as _
from wiki.translation import language

#: above these, a page passes the gate in a child, and its code stands plain
MAX_TEXT_HERE = 200_000
MAX_TOKENS_HERE = 15_000
MAX_HTML_HERE = 300_000
#: the weight of what is laid out of one page, and the least that a slow machine is asked for
MOST, LEAST = 150_000, 1_000
#: problems that a notice in the text tells to every reader
_TOLD = frozenset({"nested-too-deeply", "too-heavy", "cut", "failed-view"})
#: problems that are told above the text alone, beside the button that mends them
_ABOVE = frozenset({"lenient-front-matter"})

CUT = "This page is cut here: what follows takes too much work to be shown with the rest."


def render(document: Document, context: RenderContext) -> Rendered:
    """The body of a page as safe HTML. Whatever is in the text, it never raises for it."""
    asking = Asking(context, document.headings)
    answers = asking.answers(document.tokens)
    empty = empty_chapters(document.tokens) if context.skips_empty else ()
    place = replace(place_of(context), empty=empty)
    hidden = frozenset(() if context.may_edit else empty)
    most = MOST
    while True:
        part = excerpt(document.tokens, answers.blocks, most, asking.cut)
        problems = _problems(document, asking, part.cut)
        try:
            html, lasting = _laid_out(document, part, answers, problems, context, place)
            break
        except TooLong:
            html, lasting = _refusal(_("This page is too long to be shown."), context), True
            break
        except TooSlow:
            most //= 4
            if most < LEAST:
                words = _("This page takes too long to be laid out.")
                html, lasting = _refusal(words, context), True
                break
        except Refused:
            html = _refusal(_("This page takes too long to be laid out."), context)
            lasting = False
            break
    return Rendered(
        html,
        tuple(
            replace(one, anchor=heading_id(one.anchor))
            for one in document.headings
            if (part.cut is None or one.line < part.cut) and one.anchor not in hidden
        ),
        problems,
        asking.asked,
        lasting and not asking.failed and not asking.allowance.hurried,
        asking.allowance.hurried and not asking.failed,
    )


def render_inline(markdown: str, context: RenderContext) -> str:
    """One paragraph's words as safe HTML, such as those of an item in a list of ours."""
    html = Asking(context).inline(markdown)
    return clean(html)


def render_block(name: str, args: str, context: RenderContext) -> str:
    """The block ``::: name args`` as safe HTML; "" where nobody has such a block."""
    return clean(Asking(context).block(name, args))


def _problems(document: Document, asking: Asking, cut: int | None) -> tuple[Problem, ...]:
    """All that is wrong, by line; what stands behind a cut is not looked at yet."""
    found = [*document.problems, *asking.problems]
    if cut is not None:
        found = [*(one for one in found if one.line < cut), Problem(cut, "cut", CUT)]
    return tuple(sorted(found, key=lambda one: one.line)[:PROBLEMS])


def _laid_out(
    document: Document,
    part: Excerpt,
    answers: Answers,
    problems: Sequence[Problem],
    context: RenderContext,
    place: Place,
) -> tuple[str, bool]:
    """Layout and gate, in the process that suits; and whether all is as it should be.

    Raises TooLong, TooSlow where the gate takes longer than the time of ``context``, or Refused.
    """
    if context.may_edit:
        told = [(one.line, one.words) for one in problems if one.kind not in _TOLD | _ABOVE]
        answers = replace(answers, notices=told)
    light = len(document.text) <= MAX_TEXT_HERE and weight(part.tokens) <= MAX_TOKENS_HERE
    lasting = True
    if light and part.cut is None and has_code(part.tokens):
        try:
            return _with_code(document.text, answers, place, context.seconds), True
        except Refused as error:
            # Some expressions of Pygments never end: the code stands plain, the page stands.
            lasting = isinstance(error, TooSlow)
    html = Layout(answers, place).whole(part.tokens)
    if part.cut is not None:
        html += _ways_on(_(CUT), context)
    if light and len(html) <= MAX_HTML_HERE:
        return clean(html), lasting
    return clean_apart(html, place, context.seconds), lasting


def _with_code(text: str, answers: Answers, place: Place, seconds: float) -> str:
    """Layout and gate of a text with code, all in a child, where code is highlighted."""
    request = {
        "text": text,
        "language": language(),
        "links": {target: to and (to.path, to.title) for target, to in answers.links.items()},
        "blocks": answers.blocks,
        "counts": [(*asked, html) for asked, html in answers.counts.items()],
        "notices": answers.notices,
    }
    return _answered(request, replace(place, highlight=True), seconds)


def clean_apart(html: str, place: Place, seconds: float) -> str:
    """``html`` through the gate in a child, as what is long does. Raises TooLong, or Refused."""
    return _answered({"html": html}, place, seconds)


def _answered(request: dict[str, Any], place: Place, seconds: float) -> str:
    answer = children().ask({**request, "place": asdict(place)}, seconds)
    if "html" not in answer:
        raise TooLong
    return str(answer["html"])


def _refusal(words: str, context: RenderContext) -> str:
    return clean(_ways_on(words, context))


def _ways_on(words: str, context: RenderContext) -> str:
    rest = _("Nothing is lost: the text can be read as it was written, and edited.")
    return refusal_html(f"{words} {rest}", context.path)
