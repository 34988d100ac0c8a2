"""Which themes fit a text, learnt from the texts that have some: plain values in and out.

Up to four views are added, each at most 1: the themes of the nearest texts; how near the text is to
the middle of all that carry a theme; the theme's own words in the text; and, where something reads
it, what the text means. A text never counts for itself.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .classifier import Meaning

#: a text's telling terms, in their order, as often as they stand there
Terms = Callable[[str], Iterable[str]]
Vector = Mapping[str, float]

_TITLE, _SUMMARY, _BODY = 3, 2, 1
#: terms that a text is compared by, the most telling; more cost memory and gain nothing
_KEPT = 100
#: neighbours, and how fast their word counts less
_NEIGHBOURS, _STEEPNESS = 20, 3
_NEAREST, _MIDDLE, _WORDS, _MEANING = 1.0, 1.0, 0.3, 0.6
#: what is read of a body for its meaning: it begins with what it is about
_BEGINNING = 500
#: as often as this (the title counts for three) a theme's word says all that it can
_PLENTY = 4
#: what the best of a view has at least where the view knows anything (a cube of a cosine, a cosine,
#: a part of 1): below, its scores stay small, however small the others are
_LEAST_NEAR, _LEAST_MIDDLE, _LEAST_MEANT = 0.001, 0.05, 0.05
#: digits of a score; those behind are rounding noise, which differs from processor to processor
_DIGITS = 6
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Text:
    """A page as far as themes go; texts of one ``slug`` are the same page."""

    slug: str
    title: str = ""
    summary: str = ""
    body: str = ""

    @property
    def said(self) -> str:
        """What is read for its meaning: what it is called in one line, then how it begins."""
        return f"{self.title}. {self.summary}\n{self.body[:_BEGINNING]}"


class Themes:
    """What is known of the themes of a wiki."""

    def __init__(
        self,
        known: Iterable[tuple[Text, Iterable[str]]],
        terms: Terms,
        meaning: "Callable[[Mapping[str, tuple[str, ...]], Sequence[str]], Meaning] | None" = None,
    ) -> None:
        """``known`` are texts with their themes; those without are of no use.

        ``meaning`` makes the fourth view, of themes by slug and of what is read of each text.
        The rarity of a term is BM25's (S. Robertson, H. Zaragoza, 2009), counts go by their
        logarithm, and texts are compared by the cosine of their vectors (G. Salton, 1975).
        """
        self._terms = terms
        self._themes: dict[str, tuple[str, ...]] = {}
        counts: dict[str, Counter[str]] = {}
        said: dict[str, str] = {}
        for text, themes in known:
            if chosen := tuple(dict.fromkeys(themes)):
                self._themes[text.slug] = chosen
                counts[text.slug] = self._count(text)
                said[text.slug] = text.said
        spread = Counter(term for count in counts.values() for term in count)
        total = len(counts)
        self._rarity = {
            term: log(1 + (total - texts + 0.5) / (texts + 0.5)) for term, texts in spread.items()
        }
        self._vectors = {slug: self._vector(count) for slug, count in counts.items()}
        self._postings: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        self._sums: defaultdict[str, defaultdict[str, float]] = defaultdict(
            lambda: defaultdict(float)
        )
        self._texts: Counter[str] = Counter()
        for slug, vector in self._vectors.items():
            for term, weight in vector.items():
                self._postings[term].append((slug, weight))
            for theme in self._themes[slug]:
                self._texts[theme] += 1
                for term, weight in vector.items():
                    self._sums[theme][term] += weight
        self._meaning = meaning(self._themes, list(said.values())) if meaning and said else None
        self._label_terms = {theme: set(terms(theme)) for theme in self._texts}

    def rank(self, text: Text) -> list[tuple[str, float]]:
        """All themes with how well each fits, 0 to 1, the best first; equal ones by name."""
        count = self._count(text)
        vector = self._vector(count)
        views = [
            (_NEAREST, _scaled(self._by_neighbours(text.slug, vector), _LEAST_NEAR)),
            (_MIDDLE, _scaled(self._by_middles(text.slug, vector), _LEAST_MIDDLE)),
            (_WORDS, self._by_labels(count)),
        ]
        if self._meaning is not None:
            meant = self._meaning.scores(text.slug, text.said)
            views.append((_MEANING, _scaled(meant, _LEAST_MEANT)))
        whole = sum(weight for weight, _view in views)
        scores = {
            theme: round(
                sum(weight * view.get(theme, 0.0) for weight, view in views) / whole, _DIGITS
            )
            for theme in self._texts
        }
        return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))

    def _count(self, text: Text) -> Counter[str]:
        count: Counter[str] = Counter()
        for words, weight in ((text.title, _TITLE), (text.summary, _SUMMARY), (text.body, _BODY)):
            for term in self._terms(_ADDRESS.sub(" ", words)):
                count[term] += weight
        return count

    def _vector(self, count: Mapping[str, int]) -> dict[str, float]:
        weights = [
            ((1 + log(times)) * self._rarity[term], term)
            for term, times in count.items()
            if term in self._rarity
        ]
        kept = nlargest(_KEPT, weights)
        length = sqrt(sum(weight * weight for weight, _term in kept)) or 1.0
        return {term: weight / length for weight, term in kept}

    def _by_neighbours(self, slug: str, vector: Vector) -> dict[str, float]:
        near: defaultdict[str, float] = defaultdict(float)
        for term, weight in vector.items():
            for other, its_weight in self._postings.get(term, ()):
                near[other] += weight * its_weight
        near.pop(slug, None)
        scores: defaultdict[str, float] = defaultdict(float)
        for other in nlargest(_NEIGHBOURS, near, key=lambda name: (near[name], name)):
            for theme in self._themes[other]:
                scores[theme] += near[other] ** _STEEPNESS
        return scores

    def _by_middles(self, slug: str, vector: Vector) -> dict[str, float]:
        """The cosine to the sum of the other texts with each theme (J. Rocchio, 1971)."""
        own = self._vectors.get(slug, {})
        scores: dict[str, float] = {}
        for theme, total in self._sums.items():
            middle: Vector = total
            if theme in self._themes.get(slug, ()):
                if self._texts[theme] == 1:
                    continue
                middle = {term: weight - own.get(term, 0.0) for term, weight in total.items()}
            length = sqrt(sum(weight * weight for weight in middle.values())) or 1.0
            scores[theme] = (
                sum(weight * middle.get(term, 0.0) for term, weight in vector.items()) / length
            )
        return scores

    def _by_labels(self, count: Mapping[str, int]) -> dict[str, float]:
        return {
            theme: max((min(1.0, count.get(term, 0) / _PLENTY) for term in terms), default=0.0)
            for theme, terms in self._label_terms.items()
        }


def _scaled(scores: Mapping[str, float], least: float) -> dict[str, float]:
    """``scores`` with their highest as 1, or as less where it is below ``least``."""
    highest = max(least, max(scores.values(), default=0.0))
    return {theme: score / highest for theme, score in scores.items()}
