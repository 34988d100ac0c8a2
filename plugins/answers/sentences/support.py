"""Whether a passage says what a sentence says, by words alone (pure).

A sentence stands where one sentence of a passage, or two that follow each other, have all its
telling words, its numbers with what they count, its names, and deny what it denies and nothing
else. What follows from a passage in other words does not stand: too little rather than too much.
No order of words is compared: "A pays B" stands where a passage says that B pays A.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wiki.api.meaning import content_stems, fold

from .lexicon import (
    ABOUT,
    AROUND,
    ARTICLES,
    ENDS,
    EXACT,
    HEDGES,
    MONTHS,
    NEGATIONS,
    NUMERALS,
    SIGNS,
    YEARS_FOLLOW,
)

#: a sentence with fewer telling words says nothing
_FEWEST = 2
#: words that speak of the passages, and say nothing of what they are about
_ABOUT = frozenset(content_stems(ABOUT))
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[%€$£]|[.;:,!?()\n–—]")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n")
#: within a number, between thousands
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}\b)")
_SPLIT_WORD = re.compile(r"[’'-]")
#: what is denied: so many telling words after the negation
_REACH = 2
_YEAR = re.compile(r"(?:1[89]|2[01])\d\d")
_CONDITIONAL = re.compile(r"[a-z]{2,}(?:rait|raient|rions|riez)")


@dataclass(frozen=True)
class Number:
    """A number as it is said: its words, what stands before it, and what it counts."""

    said: tuple[str, ...]
    before: frozenset[str]
    counts: str


@dataclass(frozen=True)
class Said:
    """What must stand of a text, so that another says the same."""

    stems: frozenset[str]
    words: frozenset[str]
    numbers: tuple[Number, ...]
    denied: frozenset[str]
    denies: bool
    hedges: frozenset[str]


def is_supported(sentence: str, passage: str, about: str = "") -> bool:
    """Whether ``passage`` says ``sentence``; ``about``: its page and heading."""
    said = _read(sentence)
    if len(said.stems) < _FEWEST:
        return False
    known = _read(about)
    names = set(_names(sentence))
    parts = [part for part in _SENTENCE.split(passage) if part.strip()]
    alone = [_read(part) for part in parts]
    for at, one in enumerate(alone):
        if _holds(one, known, said, names):
            return True
        two = alone[at : at + 2]
        plain = not (said.denies or any(part.denies or part.hedges for part in two))
        joined = _read("\n".join(parts[at : at + 2]))
        if len(two) == 2 and plain and _holds(joined, known, said, names):
            return True
    return False


def _holds(there: Said, known: Said, said: Said, names: set[str]) -> bool:
    words = there.words | known.words
    return (
        said.stems - _ABOUT <= there.stems | known.stems
        and bool(said.stems & there.stems)
        and names <= words
        and (said.words & EXACT) <= there.words
        and (there.denied & said.stems) == said.denied
        and (said.denies <= there.denies)
        and bool(there.hedges) == bool(said.hedges)
        and said.hedges <= there.hedges
        and all(any(_same(one, other) for other in there.numbers) for one in said.numbers)
    )


def _same(one: Number, other: Number) -> bool:
    return one.said == other.said and one.before == other.before and one.counts == other.counts


def _read(text: str) -> Said:
    tokens = _tokens(text)
    denied = set(_denied(tokens))
    return Said(
        frozenset(content_stems(" ".join(one for one in tokens if one not in NUMERALS))),
        frozenset(tokens),
        tuple(_numbers(tokens)),
        frozenset(denied),
        not NEGATIONS.isdisjoint(tokens),
        frozenset(one for one in tokens if one in HEDGES or _CONDITIONAL.fullmatch(one)),
    )


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_SPLIT_WORD.sub(" ", fold(_THOUSANDS.sub("", text))))


def _names(sentence: str) -> Iterator[str]:
    """Words with a capital; the first is one where its other letters say so."""
    for at, word in enumerate(re.findall(r"[^\W\d_]+", _SPLIT_WORD.sub(" ", sentence))):
        if (word[0].isupper() and at) or any(letter.isupper() for letter in word[1:]):
            yield fold(word)


def _denied(tokens: Sequence[str]) -> Iterator[str]:
    """The stems that a negation reaches: those after it, in its part of the sentence."""
    for at, token in enumerate(tokens):
        if token not in NEGATIONS:
            continue
        left = _REACH
        for word in tokens[at + 1 :]:
            if word in ENDS or not left:
                break
            if word not in NEGATIONS and (stems := content_stems(word)):
                left -= 1
                yield from stems


def _numbers(tokens: Sequence[str]) -> Iterator[Number]:
    at = 0
    while at < len(tokens):
        end = _number_end(tokens, at)
        if end == at:
            at += 1
            continue
        run = tokens[at:end]
        if not (len(run) == 1 and run[0] in ARTICLES):
            before = frozenset(tokens[max(at - 2, 0) : at]) & AROUND
            said = tuple(str(NUMERALS.get(one, one)) for one in run if one not in {"et", "and"})
            yield Number(said, before, _counted(tokens, at, end))
        at = end


def _number_end(tokens: Sequence[str], at: int) -> int:
    """Where the number that begins at ``at`` is over; ``at`` where none does."""
    end = at
    while end < len(tokens) and (tokens[end][0].isdigit() or tokens[end] in NUMERALS):
        if end > at and tokens[end][0].isdigit():
            break
        end += 1
        joined = end + 1 < len(tokens) and tokens[end] in {"et", "and"}
        if joined and tokens[end + 1] in {"un", "une", "onze"} and tokens[end - 1] in NUMERALS:
            end += 1
    return end


def _counted(tokens: Sequence[str], at: int, end: int) -> str:
    """What a number counts: a sign, else the first telling word; of a year, its month."""
    before = tokens[at - 1] if at else ""
    if before in SIGNS:
        return before
    if _YEAR.fullmatch(tokens[at]) and before in YEARS_FOLLOW:
        return before if before in MONTHS else ""
    for word in tokens[end : end + 4]:
        if word in SIGNS or word in MONTHS:
            return word
        if word in ENDS or word[0].isdigit():
            return ""
        if stems := content_stems(word):
            return stems[0]
    return ""
