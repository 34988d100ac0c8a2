"""The places where two texts met, as the page shows them: each side as it would stand there.

::

    merge ─▶ the text of each side ─▶ its passages as HTML ─▶ for each place: what mine, theirs and
                                                              the text before them say there
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from wiki.merging.merge import Conflict, Merge, MergedLines
from wiki.merging.units import paragraphs_of
from wiki.pages.page import Page
from wiki.pages.paths import files_of
from wiki.reading import Reader
from wiki.reading.passages import compare_passages, lay_out_passages
from wiki.web.edit.conflict_choices import PLACES
from wiki.web.edit.head_words import fields_at

Name = Literal["base", "mine", "theirs"]

#: letters of passages that the places of one page show as HTML; what comes after is told in words
_LETTERS = 600_000


@dataclass(frozen=True)
class Shown:
    """What one text says in one place: as HTML, None where it is too long for that, and ``fields``.

    ``fields`` are those of the front matter, with their names; ``text`` is all of it, as written.
    """

    text: str
    html: Markup | None
    fields: Sequence[tuple[str, str]] = ()


class Sides:
    """The three texts of a merge, laid out; what stands in each place can be asked of them."""

    def __init__(self, reader: Reader, path: str, merged: Merge) -> None:
        self._pieces = merged.pieces
        self._texts = {name: _Text(reader, path, merged, name) for name in _NAMES}
        self._left = _LETTERS

    def shown(self, name: Name, number: int) -> Shown:
        """What a text says in a place; of mine and theirs, marked with what each changed."""
        text = self._texts[name]
        found = text.shown(number)
        # Places in one long block would each show all of it.
        self._left -= len(found.html or "")
        if self._left < 0:
            return Shown(found.text, None, found.fields)
        before = self._texts["base"].shown(number).html
        if name == "base" or not found.html or not before:
            return found
        return Shown(found.text, compare_passages(before, found.html), found.fields)

    def agreed(self, number: int) -> Shown:
        """What both say alike above a place, or, with their number, below the last."""
        return self._texts["theirs"].above(number)


_NAMES: tuple[Name, ...] = ("base", "mine", "theirs")


class _Text:
    """One of the texts, where places begin and end in it, and its passages."""

    def __init__(self, reader: Reader, path: str, merged: Merge, name: Name) -> None:
        lines: list[str] = []
        ranges: list[range] = []
        for piece in merged.pieces:
            own = piece.lines if isinstance(piece, MergedLines) else getattr(piece, name)
            if isinstance(piece, Conflict):
                ranges.append(range(len(lines), len(lines) + len(own)))
            lines += own
        self._lines, self._ranges = lines, ranges
        self._text = "\n".join(lines)
        self._starts = [one.line for one in paragraphs_of(self._text)]
        self._bounds = [self._bound(one) for one in ranges[:PLACES]]
        page = Page(path, files_of(path)[0], self._text)
        lines_cut = (line for bound in self._bounds for line in bound)
        self._passages = lay_out_passages(reader, page, lines_cut)

    def shown(self, number: int) -> Shown:
        """What it says in a place."""
        lines = self._ranges[number]
        text = "\n".join(self._lines[lines.start : lines.stop])
        html = self._passages.between(*self._bounds[number]) if number < PLACES else None
        return Shown(text, html, fields_at(self._text, lines))

    def above(self, number: int) -> Shown:
        """What stands between the paragraphs of the place before and those of this one."""
        begin = self._bounds[number - 1][1] if number else 0
        end = self._bounds[number][0] if number < len(self._bounds) else len(self._lines)
        return Shown("\n".join(self._lines[begin:end]), self._passages.between(begin, end))

    def _bound(self, lines: range) -> tuple[int, int]:
        """The lines of the paragraphs that a place is in, or the one where it would be."""
        begin, end = lines.start, lines.stop
        while begin < end and not self._lines[begin].strip():
            begin += 1
        while begin < end and not self._lines[end - 1].strip():
            end -= 1
        after = bisect_left(self._starts, end)
        stop = self._starts[after] if after < len(self._starts) else len(self._lines)
        if begin == end:
            return stop, stop
        return self._starts[max(0, bisect_right(self._starts, begin) - 1)], stop
