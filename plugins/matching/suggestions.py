"""Words that keep coming together in needs and offers: what an editor may call one thing (pure).

Two words come together where both stand in a text; how far beyond chance is their normalised
pointwise mutual information (G. Bouma, 2009). Seldom seen pairs are no habit, and are passed over.
What a person can do is a list of different things: it would bind each to the next, and is left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import log
from typing import NamedTuple

from wiki.api.meaning import content_stems

from .texts import PERSON, Text
from .thesaurus import Thesaurus

#: texts that a pair must stand in; pairs that are kept; words of a text that are looked at
_OFTEN, MOST, _WORDS = 3, 30, 60
_TEXTS, _TOGETHER = 20_000, 0.5
_SHORTEST = 3


class Suggestion(NamedTuple):
    """Two words as they are written, and how many texts have both."""

    one: str
    other: str
    texts: int


def suggestions(texts: Sequence[Text], thesaurus: Thesaurus) -> list[Suggestion]:
    """Pairs of words that the thesaurus does not join yet, those most bound together first."""
    written: dict[str, Counter[str]] = {}
    alone: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    told = [text for text in texts if text.kind != PERSON]
    said = [_stems(text, written) for text in told[:_TEXTS]]
    for stems in said:
        alone.update(stems)
    for stems in said:
        often = sorted(stem for stem in stems if alone[stem] >= _OFTEN)[:_WORDS]
        together.update(combinations(often, 2))
    total = len(said)
    found = [
        (_bound(count, alone[one], alone[other], total), count, one, other)
        for (one, other), count in together.items()
        if count >= _OFTEN and not _joined(one, other, thesaurus)
    ]
    found.sort(key=lambda row: (-row[0], -row[1], row[2], row[3]))
    return [
        Suggestion(_usual(written[one]), _usual(written[other]), count)
        for bound, count, one, other in found[:MOST]
        if bound >= _TOGETHER
    ]


def _stems(text: Text, written: dict[str, Counter[str]]) -> set[str]:
    stems = set()
    for keyword in text.keywords or text.title.split():
        key = content_stems(keyword)
        if len(key) == 1 and len(key[0]) >= _SHORTEST:
            written.setdefault(key[0], Counter())[keyword.strip(".,;:!?()«»“”")] += 1
            stems.add(key[0])
    return stems


def _bound(both: int, one: int, other: int, total: int) -> float:
    """1 for words that never stand alone, 0 for those that meet by chance."""
    if both == total:
        return 0.0
    return log(both * total / (one * other)) / -log(both / total)


def _joined(one: str, other: str, thesaurus: Thesaurus) -> bool:
    related = thesaurus.related.get((one,), ())
    return any(entry.key == (other,) for entry in related)


def _usual(written: Mapping[str, int]) -> str:
    return min(written, key=lambda word: (-written[word], word))
