"""A typed word while a question is ranked: what it scores in each document, and for what."""

from dataclasses import dataclass, field

import numpy as np

from wiki.projections.analysis import Word
from wiki.projections.searching.index.postings import Postings, Weights
from wiki.projections.searching.spelling import Near


@dataclass(eq=False)
class Slot:
    """A typed word: its score in each document, and what it weighs in the question."""

    word: Word
    scores: Weights
    #: what the documents score for the word itself, or its stem
    own: Weights
    mass: float = 0.0
    #: forms other than the typed one that were found in its stead, for extracts
    stand_ins: set[str] = field(default_factory=set)
    near: list[Near] = field(default_factory=list)
    #: the terms of the thesaurus that were looked for too, as the index has them
    also: list[str] = field(default_factory=list)

    def stand(self, found: Postings, worth: float) -> None:
        """Raises the scores to the weights of ``found`` times ``worth`` where that is more."""
        if self.scores is self.own:
            self.scores = self.own.copy()
        better(self.scores, found, worth)


def better(scores: Weights, found: Postings, worth: float) -> None:
    """Raises ``scores`` to the weights of ``found`` times ``worth`` where that is more."""
    at = found.documents
    scores[at] = np.maximum(scores[at], found.weights * worth)
