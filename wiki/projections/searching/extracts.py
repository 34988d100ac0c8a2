"""The passage of a text that shows best why it was found, its words marked."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from html import escape
from typing import NamedTuple
from unicodedata import normalize

from babel.dates import format_date

from wiki.pages.paths import title_from_path
from wiki.pages.words import fold
from wiki.projections.analysis import forms, is_stop_word, stem
from wiki.projections.searching.index.entries import Card

#: characters of an extract, about
LENGTH = 220
_BEFORE = 60
_MOST_MARKS = 400
# Each begins with the signs that it is about and looks behind them then: so ``re`` passes over all
# others at once, where a look behind that comes first is tried at each character.
#: what items are marked with: themes by ``#``, territories by ``@``
_MARKS_OF_ITEMS = re.compile(r'[@#](?<!\S.)(?:(?<=@)"([^"\n]{1,80})"|(?=\w))')
#: an item's days, by the names that they have in texts: until when, and when it was seen last
_SEEN = re.compile(r"(?<!\S)(?:vu|seen):\S+\s?", re.IGNORECASE)
_BEFORE_DAY = re.compile(r"(?<!\S)(avant|before):\s?(?=\d{4}-)", re.IGNORECASE)
_DAY = re.compile(r"(\d(?<![\w-].)\d{3})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})\S*)?(?![\w-])")
#: signs of Markdown that stand alone, in code that explains it above all: of headings, blocks,
#: boxes of tasks, table lines, fences, broken lines; and of an item before a day
_SIGNS = re.compile(
    r"[#:\[|`\\*+-](?<!\S.)(?:(?<=\#)\#{0,5}|(?<=:):{2,}|(?<=-)\s\[[ xX]\]|(?<=\[)[ xX]\]"
    r"|(?<=\|)(?:[\s:-]*\|)*|(?<=`)`{0,2}|(?<=-)-{2,}|(?<=\\)|(?<=[-*+])(?=\s\d{4}-\d{2}))"
    r"(?!\S)\s?"
)
_PAIRED = re.compile(r"(\*\*|__|~~|`)(?=\S)([^*_~`\n]{1,200}?)(?<=\S)\1")
#: a link to a page, without words of its own: the last part of the path is hyphenated
_PATH = re.compile(r"(?<![^\s(«“])(?:[a-z0-9-]+/)+([a-z0-9]+(?:-[a-z0-9]+)+)(?![\w/-])")
_END_OF_PATH = re.compile("/[a-z0-9]+-[a-z0-9]")
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
    for text in (_said(card.summary, card.lang), _said(card.text, card.lang)):
        marks = marker.marks(text, card.lang)
        answered = len({mark.word for mark in _window(marks)})
        if answered > best[0]:
            best = (answered, text, marks)
    _answered, text, marks = best
    if not text:
        return _cut(_said(card.summary or card.text, card.lang), [], 0)
    window = _window(marks)
    return _cut(text, marks, max(0, window[0].start - _BEFORE))


def _said(text: str, lang: str) -> str:
    """``text`` as one would say it: without the signs of Markdown and items, days in words."""
    text = normalize("NFC", text)
    if _has(text, "vu:", "seen:"):
        text = _SEEN.sub("", text)
    text = _SIGNS.sub("", _MARKS_OF_ITEMS.sub(lambda found: found[1] or "", text))
    text = _PAIRED.sub(r"\2", text)
    if _END_OF_PATH.search(text):
        text = _PATH.sub(lambda found: title_from_path(found[1]), text)
    if _has(text, "avant:", "before:"):
        text = _BEFORE_DAY.sub(lambda found: f"{found[1].lower()} ", text)
    return _DAY.sub(lambda found: _day(found, lang), text)


def _has(text: str, *names: str) -> bool:
    """Whether one of ``names`` is there, in whatever case; a pattern takes far longer."""
    folded = text.casefold()
    return any(name in folded for name in names)


def _day(found: re.Match[str], lang: str) -> str:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return found[0]
    words = _long_day(day, lang)
    return f"{words}, {found[4]}:{found[5]}" if found[4] else words


@lru_cache(maxsize=2048)
def _long_day(day: date, lang: str) -> str:
    words = str(format_date(day, "long", locale=lang))
    # CLDR writes “1 mars”; French says the first as an ordinal.
    return f"1er{words[1:]}" if lang == "fr" and day.day == 1 else words


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
