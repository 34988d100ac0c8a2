"""A text laid out whole, and taken apart again: the safe HTML of each of its passages.

::

    tokens, with a mark before each passage ─▶ layout ─▶ the gate ─▶ cut at the marks

So a passage has the links, footnotes and numbers that it has in its page. A list that is cut
between two of its items is two lists, the second of which counts on.
"""

import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import replace

from markdown_it.token import Token

from wiki.pages.document import Document
from wiki.rendering.child_gate import Refused, weight
from wiki.rendering.context import RenderContext
from wiki.rendering.layout import Layout, TooLong
from wiki.rendering.pipeline import MAX_HTML_HERE, MAX_TEXT_HERE, MOST, clean_apart
from wiki.rendering.sanitize import clean
from wiki.rendering.views import Asking, place_of

_LISTS = ("bullet_list_open", "ordered_list_open")
_MARK = "block-passage-cut-"
_MARKED = re.compile(rf'<span id="{_MARK}(\d+)"></span>')


def render_passages(
    document: Document, context: RenderContext, lines: Sequence[int]
) -> list[str] | None:
    """The HTML of what stands before the first of ``lines``, and from each of them to the next.

    ``lines`` are those, in order, at which a paragraph or an item of a list begins. Notes at the
    foot of the page are left out. None where the text is too long, or too much work, to be taken
    apart; it never raises for what stands in it.
    """
    if document.too_heavy or len(document.text) > MAX_TEXT_HERE:
        return None
    asking = Asking(context, document.headings)
    answers = asking.answers(document.tokens)
    tokens = list(_marked(document.tokens, lines))
    if asking.cut is not None or weight(tokens) > MOST:
        return None
    place = replace(place_of(context), may_edit=False)
    try:
        html = Layout(answers, place).whole(tokens)
        short = len(html) <= MAX_HTML_HERE
        html = clean(html) if short else clean_apart(html, place, context.seconds)
    except (TooLong, Refused):
        return None
    parts = _MARKED.split(html)
    if [int(number) for number in parts[1::2]] != list(range(len(lines) + 1)):
        return None
    return parts[:-2:2]


def _marked(tokens: Sequence[Token], lines: Sequence[int]) -> Iterator[Token]:
    """The tokens with a mark before each line, and one behind the last, above the notes."""
    at = 0
    for group in _groups(tokens, frozenset(lines)):
        first = group[0]
        notes = first.type == "footnote_block_open"
        line = first.map[0] if first.map else None
        while at < len(lines) and (notes or (line is not None and lines[at] <= line)):
            yield from _mark(at)
            at += 1
        if notes:
            break
        yield from group
    for number in range(at, len(lines) + 1):
        yield from _mark(number)


def _groups(tokens: Sequence[Token], lines: frozenset[int]) -> Iterator[list[Token]]:
    """The tokens by what stands at the top of the text; lists are cut at ``lines``."""
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield from _cut(group, lines) if group[0].type in _LISTS else [group]
            group = []
    if group:
        yield group


def _cut(group: Sequence[Token], lines: frozenset[int]) -> Iterator[list[Token]]:
    """A list, in as many as it is cut into."""
    opened, closed = group[0], group[-1]
    part: list[Token] = []
    depth = begun = count = 0
    for token in group[1:-1]:
        if depth == 0:
            if part and token.map and token.map[0] in lines:
                yield [_opening(opened, part, begun), *part, closed]
                part, begun = [], count
            count += 1
        part.append(token)
        depth += token.nesting
    yield [_opening(opened, part, begun), *part, closed]


def _opening(opened: Token, part: Sequence[Token], before: int) -> Token:
    """The beginning of a list that has so many items before."""
    token = copy(opened)
    token.map = part[0].map if part else opened.map
    if opened.type == "ordered_list_open" and before:
        token.attrs = {**opened.attrs, "start": int(opened.attrs.get("start", 1)) + before}
    return token


def _mark(number: int) -> Iterator[Token]:
    yield Token("passage_open", "span", 1, attrs={"id": f"{_MARK}{number}"})
    yield Token("passage_close", "span", -1)
