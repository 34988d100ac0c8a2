"""Where a passage stands in a page, and where it stands after the page was changed. Pure.

Both sides, here and in the browser, read a text as words: marks, quotes and line ends that a page
shows otherwise than it is written do not count::

    what was selected ──find──▶ span of the page's words
    span in the old words ──follow──▶ span in the new ones, or None: it is an orphan

``follow`` never looks among words that stood there before: what was already said elsewhere was not
what was meant. A passage is found again where most of it was kept in its place, or where it was
moved to, whole or nearly.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from wiki.api.plugin import cached_property

#: words before and after a passage that tell it from others alike
CONTEXT = 8
#: words of one stretch that was changed, beyond which it is not compared word by word
_STRETCH = 1500
#: of the letters of a passage: kept in its place; found again elsewhere; as it was selected
_KEPT, _MOVED, _SELECTED = 0.5, 0.75, 0.5
#: fewer words than that are found elsewhere only with what stood around them
_TELLING = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Span:
    """Words ``start`` to ``end``, not included."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Passage:
    """What is kept of a span: its text, and some words on both sides."""

    quote: str
    before: str
    after: str


class Words:
    """A text as words, folded, with where each stands; lines are stretches of them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found = list(_WORD.finditer(text))
        self.words = [one.group().casefold() for one in self._found]

    def __len__(self) -> int:
        return len(self.words)

    def passage(self, span: Span) -> Passage:
        """What is kept of ``span``, which holds a word at least."""
        return Passage(
            self._cut(span.start, span.end),
            self._cut(max(0, span.start - CONTEXT), span.start),
            self._cut(span.end, min(len(self), span.end + CONTEXT)),
        )

    @cached_property
    def lines(self) -> list[Span]:
        """The words of each line; lines without one are left out."""
        ends = [one.start() for one in re.finditer(r"\n", self.text)]
        found: list[Span] = []
        latest = -1
        for place, word in enumerate(self._found):
            line = bisect_right(ends, word.start())
            if line == latest:
                found[-1] = Span(found[-1].start, place + 1)
            else:
                found.append(Span(place, place + 1))
            latest = line
        return found

    def line_of(self, place: int) -> Span:
        """The line that the word at ``place`` is in."""
        at = bisect_right([one.start for one in self.lines], place) - 1
        return self.lines[at]

    def _cut(self, start: int, end: int) -> str:
        if start >= end:
            return ""
        text = self.text[self._found[start].start() : self._found[end - 1].end()]
        return " ".join(text.split())


def find(page: Words, quote: str, before: str = "", after: str = "") -> Span | None:
    """What was selected; of several alike, the one between those words. None where it is not there.

    A page shows more than it says (the titles of what it links to), so most of the words are
    enough.
    """
    wanted = Words(quote).words
    if not wanted:
        return None
    around = Words(before).words[-CONTEXT:], Words(after).words[:CONTEXT]
    exact = list(_exactly(page.words, wanted, range(len(page))))
    if exact:
        return max(exact, key=lambda span: _agreement(page.words, span, *around))
    return _nearly(page.words, wanted, range(len(page)), _SELECTED)


def follow(old: Words, span: Span, new: Words) -> Span | None:
    """Where ``span`` of the old text is in the new one; None where it is gone."""
    if old.text == new.text:
        return span
    kept, fresh = _compare(old, span, new)
    places = sorted(kept[place] for place in range(span.start, span.end) if place in kept)
    wanted = old.words[span.start : span.end]
    letters = sum(map(len, wanted))
    if places:
        inside = sum(len(new.words[place]) for place in places)
        here = Span(places[0], places[-1] + 1)
        if inside >= _KEPT * letters and len(here) <= 2 * len(span) + 20:
            return here
    around = (
        old.words[max(0, span.start - CONTEXT) : span.start],
        old.words[span.end : span.end + CONTEXT],
    )
    return _elsewhere(new, wanted, fresh, around)


def _compare(old: Words, span: Span, new: Words) -> tuple[dict[int, int], list[int]]:
    """Words of the span → their places in the new text; the places whose words are new there."""
    kept: dict[int, int] = {}
    fresh: list[int] = []
    old_lines = [tuple(old.words[one.start : one.end]) for one in old.lines]
    new_lines = [tuple(new.words[one.start : one.end]) for one in new.lines]
    lines = SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    for tag, first, last, begin, end in lines.get_opcodes():
        here = _words_of(old, first, last)
        there = _words_of(new, begin, end)
        if tag == "equal":
            pairs = zip(range(here.start, here.end), range(there.start, there.end), strict=True)
            kept.update(pair for pair in pairs if span.start <= pair[0] < span.end)
            continue
        same: dict[int, int] = {}
        if tag == "replace" and max(len(here), len(there)) <= _STRETCH:
            same = _word_by_word(old, here, new, there)
        kept.update({one: place for one, place in same.items() if span.start <= one < span.end})
        taken = {place for one, place in same.items() if not span.start <= one < span.end}
        fresh.extend(place for place in range(there.start, there.end) if place not in taken)
    return kept, fresh


def _words_of(text: Words, first: int, last: int) -> Span:
    """The words of the lines ``first`` to ``last``, not included."""
    if first == last:
        return Span(0, 0)
    return Span(text.lines[first].start, text.lines[last - 1].end)


def _word_by_word(old: Words, here: Span, new: Words, there: Span) -> dict[int, int]:
    matcher = SequenceMatcher(
        None, old.words[here.start : here.end], new.words[there.start : there.end], autojunk=False
    )
    return {
        here.start + one.a + step: there.start + one.b + step
        for one in matcher.get_matching_blocks()
        for step in range(one.size)
    }


def _elsewhere(
    new: Words,
    wanted: Sequence[str],
    fresh: Sequence[int],
    around: tuple[Sequence[str], Sequence[str]],
) -> Span | None:
    """Where it was moved to: only where that is beyond doubt."""
    scores = {
        span: _agreement(new.words, span, *around) for span in _exactly(new.words, wanted, fresh)
    }
    if scores:
        best = max(scores.values())
        found = [span for span, score in scores.items() if score == best]
        sure = len(wanted) >= _TELLING or best >= _TELLING
        return found[0] if sure and len(found) == 1 else None
    if len(wanted) < _TELLING:
        return None
    return _nearly(new.words, wanted, fresh, _MOVED)


def _exactly(
    words: Sequence[str], wanted: Sequence[str], places: Sequence[int] | range
) -> Iterator[Span]:
    """The spans that are those words, all of them among ``places``."""
    size, allowed = len(wanted), places if isinstance(places, range) else frozenset(places)
    for start in places:
        if words[start] != wanted[0] or list(words[start : start + size]) != list(wanted):
            continue
        if all(place in allowed for place in range(start, start + size)):
            yield Span(start, start + size)


def _nearly(
    words: Sequence[str], wanted: Sequence[str], places: Sequence[int] | range, enough: float
) -> Span | None:
    """The stretch that has so much of the wanted words, in their order; None where none has."""
    for stretch in _stretches(places):
        if (span := _best_window(words, wanted, stretch)) is None:
            continue
        part = words[span.start : span.end]
        blocks = [
            one
            for one in SequenceMatcher(None, wanted, part, autojunk=False).get_matching_blocks()
            if one.size
        ]
        shared = sum(len(wanted[one.a + step]) for one in blocks for step in range(one.size))
        if blocks and shared >= enough * sum(map(len, wanted)):
            last = blocks[-1]
            return Span(span.start + blocks[0].b, span.start + last.b + last.size)
    return None


def _stretches(places: Sequence[int] | range) -> Iterator[range]:
    """Runs of places one after the other."""
    if isinstance(places, range):
        yield places
        return
    start = previous = None
    for place in places:
        if previous is None or place != previous + 1:
            if start is not None and previous is not None:
                yield range(start, previous + 1)
            start = place
        previous = place
    if start is not None and previous is not None:
        yield range(start, previous + 1)


def _best_window(words: Sequence[str], wanted: Sequence[str], stretch: range) -> Span | None:
    """The window, a little wider than what is wanted, that has most letters of it."""
    size = min(len(stretch), len(wanted) + len(wanted) // 3 + 1)
    known = frozenset(wanted)
    weights = [len(words[place]) if words[place] in known else 0 for place in stretch]
    score = sum(weights[:size])
    best, at = score, 0
    for start in range(1, len(weights) - size + 1):
        score += weights[start + size - 1] - weights[start - 1]
        if score > best:
            best, at = score, start
    return Span(stretch.start + at, stretch.start + at + size) if best else None


def _agreement(
    words: Sequence[str], span: Span, before: Sequence[str], after: Sequence[str]
) -> int:
    """How many words around it are as they were, counted from it outwards."""
    count = 0
    for step, word in enumerate(reversed(before), 1):
        if span.start - step < 0 or words[span.start - step] != word:
            break
        count += 1
    for step, word in enumerate(after):
        if span.end + step >= len(words) or words[span.end + step] != word:
            break
        count += 1
    return count
