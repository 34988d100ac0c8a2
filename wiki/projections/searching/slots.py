"""A typed word while a question is ranked: what it scores in each document, and for what."""

from dataclasses import dataclass, field

from wiki.projections.analysis import Word
from wiki.projections.searching.spelling import Near


@dataclass
class Slot:
    """A typed word: its score in each document, and what it weighs in the question."""

    word: Word
    scores: dict[int, float] = field(default_factory=dict)
    #: the documents that have the word itself, or its stem, and what they score for it
    own: dict[int, float] = field(default_factory=dict)
    mass: float = 0.0
    #: forms other than the typed one that were found in its stead, for extracts
    stand_ins: set[str] = field(default_factory=set)
    near: list[Near] = field(default_factory=list)
    #: the terms of the thesaurus that were looked for too, as the index has them
    also: list[str] = field(default_factory=list)

    def stand(self, weights: dict[int, float], worth: float) -> None:
        """Raises the scores to ``weights`` times ``worth`` where that is more."""
        if self.scores is self.own:
            self.scores = dict(self.own)
        better(self.scores, weights, worth)


def better(scores: dict[int, float], weights: dict[int, float], worth: float) -> None:
    """Raises ``scores`` to ``weights`` times ``worth`` where that is more."""
    for document, weight in weights.items():
        if (score := weight * worth) > scores.get(document, 0.0):
            scores[document] = score
