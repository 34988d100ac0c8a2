"""A text as the words one looks up: folded, cut at capitals, stemmed in the page's language.

Accents are folded *before* the stemmer, so that ``acces``, ``accès``, ``Accès`` and plurals meet.
``DossierFacile`` is one word and also its two parts; the parts stand at the place of the whole.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from threading import local
from typing import NamedTuple
from unicodedata import normalize

import snowballstemmer  # type: ignore[import-untyped]

from wiki.pages.words import fold
from wiki.projections.searching import french
from wiki.projections.searching.stopwords import STOP_WORDS

LANGUAGES = ("fr", "en")
#: longer runs of letters are no words: they are cut here, in pages and in questions alike
LONGEST = 40

_RUN = re.compile(r"[^\W_]+")
#: Of each thread, since one keeps the word that it is at; made at the first English word, for
#: building one takes longer than a search.
_stemmers = local()


class Word(NamedTuple):
    """A folded ``form`` and the ``place`` of the word in its text, from 0."""

    form: str
    place: int


def runs(text: str) -> list[str]:
    """The runs of letters and digits of ``text``, as written."""
    return _RUN.findall(normalize("NFC", text))


def words(text: str) -> Iterator[Word]:
    """The words of ``text`` in their order, each followed by its parts if it has several."""
    for place, run in enumerate(runs(text)):
        for form in forms(run):
            yield Word(form, place)


def plain_words(text: str) -> list[str]:
    """The folded words of ``text`` without their parts."""
    return [forms(run)[0] for run in runs(text)]


def forms(run: str) -> tuple[str, ...]:
    """The folded form of a run of letters and digits, then those of its parts.

    Parts begin where small letters turn to capitals (``monPoint``), where an acronym ends
    (``APIEntreprise``), and between letters and digits, if none is a single character.
    """
    # Cut before it is folded and remembered: a page may be one run of a megabyte.
    return _forms(run[: LONGEST + 1])


@lru_cache(maxsize=8192)
def _forms(run: str) -> tuple[str, ...]:
    # Folded twice: some letters of mathematics turn out to be capitals only when unfolded.
    whole = fold(fold(run))[:LONGEST] or run[:LONGEST]
    if len(run) > LONGEST:
        return (whole,)
    cuts = [0, *(i for i in range(1, len(run)) if _part_begins(run, i)), len(run)]
    parts = [run[a:b] for a, b in pairwise(cuts)]
    if len(parts) == 1 or min(map(len, parts)) < 2:
        return (whole,)
    return (whole, *dict.fromkeys(fold(part)[:LONGEST] for part in parts))


def _part_begins(run: str, i: int) -> bool:
    before, here = run[i - 1], run[i]
    if here.isdigit() != before.isdigit():
        return True
    if not here.isupper():
        return False
    return before.islower() or (before.isupper() and run[i + 1 : i + 2].islower())


def joined(forms_in_order: Sequence[str], longest: int = 3) -> set[str]:
    """Neighbouring words written as one: ``dossier facile`` → ``dossierfacile``."""
    return {
        "".join(forms_in_order[i : i + size])
        for size in range(2, longest + 1)
        for i in range(len(forms_in_order) - size + 1)
    }


@lru_cache(maxsize=8192)
def stem(form: str, lang: str) -> str:
    """The stem of a folded ``form`` in ``lang``: inflected forms of a word share it.

    French by ``searching/french.py``; English by M. F. Porter's second stemmer (snowballstem.org).
    """
    if lang == "fr":
        return french.stem(form)
    if not hasattr(_stemmers, "en"):
        _stemmers.en = snowballstemmer.stemmer("english")
    root: str = _stemmers.en.stemWord(form)
    return root


def is_stop_word(form: str, langs: Iterable[str] = LANGUAGES) -> bool:
    """Whether ``form`` says nothing by itself in one of ``langs``."""
    return any(form in STOP_WORDS[lang] for lang in langs)


def content_stems(text: str, lang: str = "fr") -> list[str]:
    """The stems of the words of ``text`` that say something, in their order.

    Stop words, numbers and single letters are left out: what is left is what a text is about.
    """
    return [
        stem(form, lang)
        for form in plain_words(text)
        if len(form) > 1 and not form.isdigit() and not is_stop_word(form, (lang,))
    ]
