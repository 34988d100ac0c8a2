"""A proposal in the page: what stays as it is laid out, and each change where it stands, marked.

::

    before ──align──▶ what stays, and pieces, in the order of the page
       text ─┘            └─▶ passages of both texts, laid out ─▶ one in the other, with ins and del
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from wiki.editing.review.pieces import Piece, Review
from wiki.merging.paragraphs import align
from wiki.merging.units import Paragraph, paragraphs_of
from wiki.pages.page import Page
from wiki.pages.paths import files_of
from wiki.reading import Reader
from wiki.reading.passages import Passages, compare_passages, lay_out_passages
from wiki.web.edit.head_words import FieldChange, changed_fields

#: changes that one page shows in their places; where there are more, each is shown by itself
MOST = 300
#: letters of both texts' passages that are compared; what comes after them is told by its words
COMPARED = 1_000_000


@dataclass(frozen=True)
class Part:
    """What stays, or a change: its ``piece``, and what it is in the page.

    ``fields`` are those of the front matter that it changes; ``html`` is "" where nothing of it
    shows in the page.
    """

    html: Markup
    piece: Piece | None = None
    fields: Sequence[FieldChange] = ()


def page_parts(reader: Reader, path: str, review: Review) -> list[Part] | None:
    """The page that a proposal would make, taken apart; None where it is too long for that."""
    if len(review.pieces) > MOST:
        return None
    olds, news = _Text(reader, path, review.before), _Text(reader, path, review.text)
    segments = list(_segments(review))
    for one in segments:
        if not isinstance(one, Piece):
            news.cut(one)
            continue
        olds.cut([one.old] if one.old else [])
        news.cut([one.new] if one.new else [])
    parts: list[Part] = []
    left = COMPARED
    for one in segments:
        if not isinstance(one, Piece):
            html = news.html(one[0], one[-1])
        else:
            before = olds.html(one.old, one.old) if one.old else Markup()
            after = news.html(one.new, one.new) if one.new else Markup()
            if before is None or after is None:
                return None
            left -= len(before) + len(after)
            html = compare_passages(before, after) if left > 0 and before != after else Markup()
            if one.kind == "moved" and before == after:
                html = after
        if html is None:
            return None
        parts.append(_part(reader, review, one if isinstance(one, Piece) else None, html))
    return parts


def _part(reader: Reader, review: Review, piece: Piece | None, html: Markup) -> Part:
    ends = [one for one in (piece.old, piece.new) if one] if piece else []
    if not any(one.kind == "head" for one in ends):
        return Part(html, piece)
    fields = changed_fields(review.before, review.text, reader.instance.fact_keys)
    return Part(html, piece, fields)


def _segments(review: Review) -> Iterator[Piece | list[Paragraph]]:
    """The changes in the order of the page, and the paragraphs that stay between them."""
    pieces = {number: one for one in review.pieces for number in one.numbers}
    done: set[str] = set()
    kept: list[Paragraph] = []
    for one in align(review.before, review.text):
        piece = pieces.get(one.number)
        if one.kind == "left":
            continue
        if piece is None:
            kept += [one.new] if one.new else []
        elif piece.key not in done:
            if kept:
                yield kept
            kept = []
            done.add(piece.key)
            yield piece
    if kept:
        yield kept


class _Text:
    """One of the texts, laid out once all of its cuts are known."""

    def __init__(self, reader: Reader, path: str, text: str) -> None:
        self._reader = reader
        self._page = Page(path, files_of(path)[0], text)
        self._starts = [one.line for one in paragraphs_of(text)]
        self._cuts: set[int] = set()
        self._passages: Passages | None = None

    def cut(self, paragraphs: Sequence[Paragraph]) -> None:
        """Cuts it around paragraphs that stand one after the other."""
        if paragraphs:
            self._cuts |= {paragraphs[0].line, self._end(paragraphs[-1])}

    def html(self, first: Paragraph, last: Paragraph) -> Markup | None:
        """What stands from one paragraph to another; None where the text cannot be taken apart."""
        if self._passages is None:
            self._passages = lay_out_passages(self._reader, self._page, self._cuts)
        return self._passages.between(first.line, self._end(last))

    def _end(self, paragraph: Paragraph) -> int:
        after = paragraph.index + 1
        if after < len(self._starts):
            return self._starts[after]
        return len(self._page.text.split("\n"))
