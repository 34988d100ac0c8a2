"""Shared words, by BM25 over stems, the thesaurus among them: two sides that can be asked for.

The score of a pair is a sum over terms, what the need asks times what the offer says (S. Robertson,
H. Zaragoza, 2009), so that a new text of either side is compared with all of the other alike.
"""

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import log
from typing import TYPE_CHECKING

from wiki.api.meaning import content_stems

from .texts import Text
from .thesaurus import Thesaurus, terms_in

if TYPE_CHECKING:
    from wiki.api.meaning import Matrix

_SATURATION, _SLOPE = 1.2, 0.4
_WORD = re.compile(r"\w+")
#: a word that so large a part of many offers says tells nothing
_COMMON, _MANY = 0.2, 1_000


class Postings:
    """Which texts have a term, and how much."""

    def __init__(self) -> None:
        self._texts: defaultdict[str, array[int]] = defaultdict(lambda: array("i"))
        self._weights: defaultdict[str, array[float]] = defaultdict(lambda: array("f"))

    def add(self, place: int, weights: Mapping[str, float]) -> None:
        """Adds the text at ``place``."""
        for term, weight in weights.items():
            self._texts[term].append(place)
            self._weights[term].append(weight)

    def scores(self, weights: Mapping[str, float], size: int) -> "Matrix":
        """How much a text with these ``weights`` shares with each of ``size`` texts."""
        import numpy as np

        found: Matrix = np.zeros(size, dtype=np.float32)
        for term, weight in weights.items():
            if term in self._texts:
                texts = np.frombuffer(self._texts[term], dtype=np.int32)
                # A text has a term once, so that no place stands here twice.
                found[texts] += weight * np.frombuffer(self._weights[term], dtype=np.float32)
        return found


class Words:
    """How rare each term is among the offers, and what texts weigh in it."""

    def __init__(self, thesaurus: Thesaurus, offers: Sequence[Text]) -> None:
        self._thesaurus = thesaurus
        stems = [_weighed(text) for text in offers]
        self._count = len(stems)
        self._spread = Counter(term for one in stems for term in set(one))
        self._usual = sum(map(len, stems)) / max(1, len(stems)) or 1.0

    def of_offer(self, text: Text) -> dict[str, float]:
        """What an offer says, 0 to 2.2 a term."""
        stems = _weighed(text)
        scale = _SATURATION * (1 - _SLOPE + _SLOPE * len(stems) / self._usual)
        return {
            term: count * (_SATURATION + 1) / (count + scale)
            for term, count in Counter(stems).items()
        }

    def of_need(self, text: Text) -> dict[str, float]:
        """What a need asks: its words, and those that the thesaurus has for them."""
        stems = stems_of(text)
        weights = {term: self._rarity(term) for term in _weighed(text)}
        for key in terms_in(stems, self._thesaurus.related):
            for other in self._thesaurus.related[key]:
                worth = other.worth / len(other.key)
                for term in other.key:
                    if (more := worth * self._rarity(term)) > weights.get(term, 0.0):
                        weights[term] = more
        return {term: weight for term, weight in weights.items() if weight > 0}

    def _rarity(self, term: str) -> float:
        texts = self._spread[term]
        if self._count > _MANY and texts > _COMMON * self._count:
            return 0.0
        return log(1 + (self._count - texts + 0.5) / (texts + 0.5))


def _weighed(text: Text) -> list[str]:
    """The stems by which a text is compared: of an English one without its stop words.

    They are none in French, and rare among French texts: two that say “for” would seem to fit.
    """
    if text.lang != "en":
        return stems_of(text)
    return content_stems(
        " ".join(word for word in _WORD.findall(text.said) if content_stems(word, "en"))
    )


def stems_of(text: Text) -> list[str]:
    """The stems of a text. Of French whatever its language: words of both meet, names at least."""
    return content_stems(text.said)
