"""Words of needs and offers that an editor may call one thing, each with why (pure).

Two words come together where both stand in a text; how far beyond chance is their normalised
pointwise mutual information (G. Bouma, 2009). Seldom seen pairs are no habit, and are passed over.
Who says the one word seldom says the other beside it, where both are names of one thing: those are
found by the company that they keep (J. Firth, 1957), the words that both stand beside.
What a person can do is a list of different things: it would bind each to the next, and is left out.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from heapq import nlargest
from itertools import combinations
from math import log, sqrt
from typing import NamedTuple

from wiki.api.meaning import content_stems

from .texts import PERSON, Text
from .thesaurus import Thesaurus

#: texts that a pair must stand in; pairs that are kept; words of a text that are looked at
_OFTEN, MOST, _WORDS = 3, 30, 60
_TEXTS, _TOGETHER = 20_000, 0.5
_SHORTEST = 3


#: what two words that stand for each other have: company in common, how much alike, words told
_COMPANY, _ALIKE, _TOLD = 3, 0.5, 4
#: other words of a word, the most telling
_NEIGHBOURS = 30


class Suggestion(NamedTuple):
    """Two words as they are written, and why: how many texts have both, or (where ``texts`` is 0)
    the words that both stand beside, with commas."""

    one: str
    other: str
    texts: int
    company: str = ""


def suggestions(texts: Sequence[Text], thesaurus: Thesaurus) -> list[Suggestion]:
    """Pairs of words that the thesaurus does not join yet: those most bound together first, then
    those that keep the same company."""
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
    bound = {
        (one, other): _bound(count, alone[one], alone[other], total)
        for (one, other), count in together.items()
    }
    usual = {stem: _usual(forms) for stem, forms in written.items()}
    found = [
        (much, together[pair], pair)
        for pair, much in bound.items()
        if together[pair] >= _OFTEN and much >= _TOGETHER and not _joined(*pair, thesaurus)
    ]
    found.sort(key=lambda row: (-row[0], -row[1], row[2]))
    first = [
        Suggestion(usual[one], usual[other], count) for _much, count, (one, other) in found[:MOST]
    ]
    alike = _in_one_company(bound, together)
    second = [
        Suggestion(usual[one], usual[other], 0, ", ".join(usual[stem] for stem in company))
        for (one, other), company in alike
        if not _joined(one, other, thesaurus)
    ]
    return first + second[:MOST]


def _in_one_company(
    bound: Mapping[tuple[str, str], float], together: Mapping[tuple[str, str], int]
) -> list[tuple[tuple[str, str], list[str]]]:
    """Pairs that seldom stand together and stand beside the same words, which are told."""
    beside: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for (one, other), much in bound.items():
        if much > 0:
            beside[one][other] = beside[other][one] = much
    kept = {
        stem: dict(nlargest(_NEIGHBOURS, others.items(), key=lambda pair: (pair[1], pair[0])))
        for stem, others in beside.items()
    }
    met: defaultdict[str, list[str]] = defaultdict(list)
    for stem in sorted(kept):
        for other in kept[stem]:
            met[other].append(stem)
    common = Counter(pair for stems in met.values() for pair in combinations(stems[:_WORDS], 2))
    found = []
    for (one, other), shared in common.items():
        if shared < _COMPANY or together.get((one, other), 0) > 1:
            continue
        ours, theirs = kept[one], kept[other]
        weights = {stem: ours[stem] * theirs[stem] for stem in ours.keys() & theirs.keys()}
        cosine = sum(weights.values()) / sqrt(
            sum(much * much for much in ours.values())
            * sum(much * much for much in theirs.values())
        )
        if cosine >= _ALIKE:
            company = nlargest(_TOLD, weights, key=lambda stem: (weights[stem], stem))
            found.append((cosine, (one, other), company))
    found.sort(key=lambda row: (-row[0], row[1]))
    return [(pair, company) for _cosine, pair, company in found]


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
