"""Words that stand for others: from the wiki's thesaurus, and from acronyms that pages explain.

Both become terms of the page that says them, ``<key>=<words>``, so that they come and go with it
and are known to its readers alone. A key is made of stems, so that inflected forms meet.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice, permutations, product

from wiki.projections.analysis import forms, is_stop_word, plain_words, runs, stem

#: the page that the community keeps (content format: Thesaurus)
THESAURUS = "thesaurus"
#: how surely one word stands for another: equal terms, acronyms, a narrower term for a wider one
EQUAL, EXPLAINED, NARROWER = 0.7, 0.7, 0.35
#: words of the longest term that is looked for
LONGEST_TERM = 4
_LONGEST = 120
_MOST_TERMS = 40
#: what is read: pairs of terms of the thesaurus, characters for acronyms, and what may be one
_MOST_PAIRS, _READ, _MOST_SHORT = 20_000, 200_000, 1_000
#: words that an acronym of eight letters may be short for
_MOST_WORDS = 12

_ITEM = re.compile(r"([ \t]*)[-*+][ \t]+(.+)")
_LIST = re.compile(r"[^\s#:,][^,.:;!?]*(?:,[^,.:;!?]+)+")
# After A. Schwartz and M. Hearst (PSB 2003), who let letters stand inside words; here each is the
# first of one.
_SHORT = re.compile(r"(\()?\b([A-Z]{2,8})\b(?(1)\)| \(([^()]{3,100})\))")
_BEFORE = 100


def is_narrower(worth: float) -> bool:
    """Whether ``worth``, as rounded as an index keeps it, is that of a narrower term."""
    return worth < (NARROWER + EQUAL) / 2


def key_of(words: list[str]) -> str:
    """What terms are looked up by: the stems of the words that say something."""
    return " ".join(stem(word, "fr") for word in words if not is_stop_word(word))


@lru_cache(maxsize=4)
def written_terms(text: str) -> Mapping[str, str]:
    """The terms of a thesaurus page: as it writes them, by the folded words that an index has."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if (item := _ITEM.match(line)) is not None:
            terms = _terms(item[2], "=")
        else:
            terms = _terms(line, ",") if _LIST.fullmatch(line.strip()) else []
        for term in terms:
            found.setdefault(" ".join(plain_words(term)), term)
    return found


def of_thesaurus(text: str) -> Iterator[tuple[str, float]]:
    """The terms of a thesaurus page: ``<key>=<words>`` and how surely."""
    for said, instead, worth in islice(_pairs(text), _MOST_PAIRS):
        yield from _pair(said, instead, worth)


def _pairs(text: str) -> Iterator[tuple[str, str, float]]:
    above: list[tuple[int, list[str]]] = []
    for line in text.splitlines():
        if (item := _ITEM.match(line)) is not None:
            indent, group = len(item[1].expandtabs(4)), _terms(item[2], "=")
            while above and above[-1][0] >= indent:
                above.pop()
            if above:
                for wide, narrow in product(above[-1][1], group):
                    yield wide, narrow, NARROWER
            above.append((indent, group))
        elif _LIST.fullmatch(line.strip()):
            above, group = [], _terms(line, ",")
        else:
            above = [] if line.strip() else above
            continue
        for one, other in permutations(group, 2):
            yield one, other, EQUAL


def of_acronyms(text: str) -> Iterator[tuple[str, float]]:
    """The terms of the acronyms that ``text`` explains: ``Agence de l'eau (AE)`` or reversed."""
    text = text[:_READ]
    for match in islice(_SHORT.finditer(text), _MOST_SHORT):
        if match[1]:
            before = text[max(0, match.start() - _BEFORE) : match.start()]
            yield from _acronym(match[2], runs(before), at_the_end=True)
        else:
            yield from _acronym(match[2], runs(match[3]), at_the_end=False)


def _acronym(short: str, words: list[str], *, at_the_end: bool) -> Iterator[tuple[str, float]]:
    """The words whose initials are ``short``, stop words left out or in, if there are such."""
    words = words[-_MOST_WORDS:] if at_the_end else words
    said = [forms(word)[0] for word in words]
    for start in reversed(range(len(words))) if at_the_end else [0]:
        telling = [word for word in said[start:] if not is_stop_word(word)]
        initials = ["".join(word[0] for word in some) for some in (said[start:], telling)]
        if short.lower() in initials:
            long = " ".join(words[start:])
            yield from _pair(short, long, EXPLAINED)
            yield from _pair(long, short, EXPLAINED)
            return


def _terms(line: str, mark: str) -> list[str]:
    terms = map(str.strip, line.split(mark))
    return [term for term in terms if 0 < len(term) <= _LONGEST][:_MOST_TERMS]


def _pair(said: str, instead: str, worth: float) -> Iterator[tuple[str, float]]:
    key, words = key_of(plain_words(said)), " ".join(plain_words(instead))
    if key and words and key != key_of(words.split()) and len(key) + len(words) <= _LONGEST:
        yield f"{key}={words}", worth
