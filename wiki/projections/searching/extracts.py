"""The passage of a text that shows best why it was found, its words marked."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple
from unicodedata import normalize

from wiki.pages.words import fold
from wiki.projections.analysis import forms, is_stop_word, stem
from wiki.projections.searching.index.entries import Card

#: characters of an extract, about
LENGTH = 220
_BEFORE = 60
_MOST_MARKS = 400
_EXPANDED = {"oe": "(?:oe|œ)", "ae": "(?:ae|æ)", "ss": "(?:ss|ß)"}


class _Aligned(dict[int, int]):
    """Folds a character to one character, so that places in both texts are the same."""

    def __missing__(self, code: int) -> int:
        folded = fold(chr(code))
        self[code] = ord(folded) if len(folded) == 1 else ord(chr(code).lower()[:1] or " ")
        return self[code]


_ALIGNED = _Aligned()


class Mark(NamedTuple):
    """A word of the text that answers word number ``word`` of the question."""

    start: int
    end: int
    word: int


class Marker:
    """Finds the words of one question in texts."""

    def __init__(self, wanted: Sequence[Iterable[str]], unfinished: str = "") -> None:
        """``wanted`` holds for each word typed its folded forms; ``unfinished`` is the last."""
        self._forms: dict[str, int] = {}
        self._stems: dict[str, dict[str, int]] = {"fr": {}, "en": {}}
        self._numbers: dict[tuple[str, str], int | None] = {}
        self._unfinished = unfinished
        self._last = len(wanted) - 1
        starts: set[str] = set()
        for number, group in enumerate(wanted):
            for form in group:
                self._forms.setdefault(form, number)
                starts.add(form)
                if is_stop_word(form):
                    continue
                for lang, stems in self._stems.items():
                    root = stem(form, lang)
                    stems.setdefault(root, number)
                    # Stems do not always begin as the word does: look wider, then compare.
                    starts.add(_common(root, form) if len(_common(root, form)) > 2 else form)
        if unfinished:
            starts.add(unfinished)
        # Shorter starts find what longer ones would.
        kept: list[str] = []
        for start in sorted(starts):
            if not kept or not start.startswith(kept[-1]):
                kept.append(start)
        self._pattern = (
            re.compile(rf"(?<![^\W_])(?:{'|'.join(map(_loose, kept))})[^\W_]*") if kept else None
        )

    def marks(self, text: str, lang: str) -> list[Mark]:
        """The words of ``text`` that answer the question, in their order."""
        if self._pattern is None:
            return []
        found: list[Mark] = []
        for match in self._pattern.finditer(text.translate(_ALIGNED)):
            number = self._number(text[match.start() : match.end()], lang)
            if number is not None:
                found.append(Mark(match.start(), match.end(), number))
                if len(found) >= _MOST_MARKS:
                    break
        return found

    def _number(self, run: str, lang: str) -> int | None:
        """The word of the question that ``run`` answers; texts say the same again and again."""
        asked = (run, lang)
        if asked not in self._numbers:
            self._numbers[asked] = self._find_number(run, lang)
        return self._numbers[asked]

    def _find_number(self, run: str, lang: str) -> int | None:
        stems = self._stems[lang]
        for form in forms(run):
            if (number := self._forms.get(form)) is not None:
                return number
            if (number := stems.get(stem(form, lang))) is not None:
                return number
        if self._unfinished and fold(run).startswith(self._unfinished):
            return self._last
        return None


def marked_title(card: Card, marker: Marker) -> str:
    """The title of ``card`` as HTML: text escaped, words in ``<mark>``."""
    title = normalize("NFC", card.title)
    return _pieces(title, marker.marks(title, card.lang), 0, len(title))


def extract(card: Card, marker: Marker) -> str:
    """The best passage of ``card`` as HTML: text escaped, words in ``<mark>``."""
    best: tuple[int, str, list[Mark]] = (0, "", [])
    for text in (card.summary, card.text):
        marks = marker.marks(text, card.lang)
        answered = len({mark.word for mark in _window(marks)})
        if answered > best[0]:
            best = (answered, text, marks)
    _answered, text, marks = best
    if not text:
        return _cut(card.summary or card.text, [], 0)
    window = _window(marks)
    return _cut(text, marks, max(0, window[0].start - _BEFORE))


def _window(marks: Sequence[Mark]) -> Sequence[Mark]:
    """The neighbouring marks that fit in an extract and answer most, the first of equals."""
    best: Sequence[Mark] = ()
    rank = (0, 0)
    first = 0
    for last, mark in enumerate(marks):
        while mark.end - marks[first].start > LENGTH - _BEFORE and first < last:
            first += 1
        window = marks[first : last + 1]
        its_rank = (len({mark.word for mark in window}), len(window))
        if its_rank > rank:
            best, rank = window, its_rank
    return best


def _cut(text: str, marks: Sequence[Mark], start: int) -> str:
    """``text`` from about ``start``, cut between words, as HTML."""
    if start:
        space = text.find(" ", start, start + _BEFORE)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + LENGTH)
    if end < len(text):
        space = text.rfind(" ", end - _BEFORE, end)
        end = space if space > start else end
    words = _pieces(text, marks, start, end)
    return " ".join(f"{'… ' if start else ''}{words}{' …' if end < len(text) else ''}".split())


def _pieces(text: str, marks: Sequence[Mark], start: int, end: int) -> str:
    """``text`` between two places as HTML, its marks in ``<mark>``."""
    pieces: list[str] = []
    at = start
    for mark in marks:
        if mark.start < at or mark.end > end:
            continue
        pieces += [escape(text[at : mark.start]), "<mark>", escape(text[mark.start : mark.end])]
        pieces.append("</mark>")
        at = mark.end
    return "".join([*pieces, escape(text[at:end])])


def _common(a: str, b: str) -> str:
    length = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    return a[: min(len(a), len(b)) if length is None else length]


def _loose(start: str) -> str:
    pattern = re.escape(start)
    for pair, either in _EXPANDED.items():
        pattern = pattern.replace(pair, either)
    return pattern
