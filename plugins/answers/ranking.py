"""Which passages answer a question best: by words, by meaning, and by what their page is about.

::

    words (BM25 over what is seen) ─┐
    meaning (each encoder)          ├─ each as far above the others of this wiki ─▶ added up
    what the page is about ─────────┘

All is counted among what the reader may see, so that no order tells of what is hidden.
"""

import logging
from collections.abc import Iterator, Sequence
from math import log, sqrt
from typing import TYPE_CHECKING, NamedTuple

from wiki.api.meaning import Vectors
from wiki.api.tables import depends_on

from .projection import Lookup, Seen
from .subjects import SUBJECTS
from .vectors import VECTORS
from .words import asked_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: what words count for where a passage has all, and what the page is about, beside one encoder
_BY_WORDS, _BY_PAGE = 4.0, 0.25
#: what the telling words of a question count for beside the whole, read by meaning
_BY_TELLING = 0.5
#: what a word says at most of a passage (Okapi BM25)
_FULL = 2.2
#: words below which a passage counts less, and how much so with each encoder
_ENOUGH, _LITTLE = 20, 0.5
#: deviations above the best that chance gives from which a passage is near a single word
_NEAR = 1.0
#: deviations above the mean from which one of a page is
_NEAR_ON_PAGE = 1.1
#: words that are looked for, the rarest
_WORDS = 24
#: characters of a question that are read by meaning: each may be a word to an encoder, which takes
#: milliseconds for one
_MEANT = 240
#: what stands for all that people ask about
_SUBJECTS = tuple(SUBJECTS)
_log = logging.getLogger(__name__)


class Found(NamedTuple):
    """A passage by its row in ``Seen``, and its score."""

    row: int
    score: float


class Reading(NamedTuple):
    """What an encoder makes of a question: its vector, how near each passage is to it, and how near
    to its telling words alone: the nearest to a whole question are texts in its form."""

    store: Vectors
    vector: "NDArray[np.float32]"
    passages: "NDArray[np.float32]"
    telling: "NDArray[np.float32]"


def read(seen: Seen, question: str, stores: Sequence[Vectors]) -> list[Reading]:
    """The readings of the encoders that answer, and have read something."""
    import numpy as np

    depends_on(VECTORS)
    readings = []
    for store in stores:
        try:
            asked = [question[:_MEANT], asked_words(question)[:_MEANT]]
            vector, telling = store.asking.encode(asked)
        except OSError as error:
            _log.warning("answered without the encoder %s: %s", store.asking.name, error)
            continue
        places = store.places(seen.digests)
        near = store.cosines(places, vector)
        if not np.isnan(near).all():
            readings.append(Reading(store, vector, near, store.cosines(places, telling)))
    return readings


def count_unread(seen: Seen, stores: Sequence[Vectors]) -> int:
    """Of the passages that are seen, those that an encoder has still to read."""
    return max((int((one.places(seen.digests) < 0).sum()) for one in stores), default=0)


def rank(words: Lookup, stems: Sequence[str], readings: Sequence[Reading]) -> "NDArray[np.float64]":
    """The score of each passage that is seen; ``stems``: those too that stand nowhere."""
    import numpy as np

    seen = words.seen
    scores = _BY_WORDS * by_words(words, stems)
    beyond = [(one, _near_all(one, seen)) for one in readings]
    passages = [
        _above(one.passages - all_) + _BY_TELLING * _above(one.telling - all_)
        for one, all_ in beyond
    ]
    abouts = [
        _above(one.store.cosines(one.store.places(seen.abouts), one.vector)) for one in readings
    ]
    scores += sum(_filled(passages))
    for about in _filled(abouts):
        scores += _BY_PAGE * about[seen.page]
    # A few words are near much in meaning, and say little.
    scores -= _LITTLE * len(passages) * np.maximum(0, 1 - seen.words / _ENOUGH)
    return np.round(scores, 4)


def _near_all(reading: Reading, seen: Seen) -> "NDArray[np.float32] | float":
    """How near each passage is to whatever people ask about: what is near all answers nothing.

    (A. Conneau et al., 2018: some vectors are the nearest of very many.)
    """
    import numpy as np

    middle = reading.store.of(_SUBJECTS).mean(axis=0)
    if not (length := float(np.linalg.norm(middle))):
        return 0.0
    return reading.store.cosines(reading.store.places(seen.digests), middle / length)


def is_far(
    seen: Seen, stores: Sequence[Vectors], word: str, rows: Sequence[int] | None = None
) -> bool:
    """Whether no passage, or none of ``rows``, is near a word, more than one is to any word."""
    import numpy as np

    for store in stores[:1]:
        try:
            vector = store.asking.encode([word])[0]
        except OSError:
            return False
        above = _above(store.cosines(store.places(seen.digests), vector))
        if rows is not None:
            return not np.nanmax(above[list(rows)], initial=0.0) > _NEAR_ON_PAGE
        # Among many, the best of chance is higher.
        usual = sqrt(2 * log(max(2, len(above))))
        return not np.nanmax(above, initial=0.0) > usual + _NEAR
    return True


def by_words(words: Lookup, stems: Sequence[str]) -> "NDArray[np.float64]":
    """BM25 of each passage that is seen, as a part of what one would have that says nothing else:
    the best by one common word of a question is not near it."""
    import numpy as np

    scores = np.zeros(len(words.seen.numbers))
    found, most = [], 0.0
    for stem in stems:
        rows, weights = words.of(stem)
        rarity = log(1 + (len(scores) - len(rows) + 0.5) / (len(rows) + 0.5))
        found.append((rarity, rows, weights))
        most += rarity
    found.sort(key=lambda one: -one[0])
    for rarity, rows, weights in found[:_WORDS]:
        scores[rows] += rarity * weights / (_FULL * most)
    return scores


def best_first(scores: "NDArray[np.float64]", limit: int) -> list[Found]:
    """The best rows; equals in their order."""
    import numpy as np

    if limit < len(scores):
        least = np.partition(scores, -limit)[-limit]
        rows = np.flatnonzero(scores >= least)
    else:
        rows = np.arange(len(scores))
    order = rows[np.argsort(-scores[rows], kind="stable")][:limit]
    return [Found(int(row), float(scores[row])) for row in order]


def _above(cosines: "NDArray[np.float32]") -> "NDArray[np.float64]":
    """By how many deviations each is above the mean of those that are there."""
    import numpy as np

    there = cosines[~np.isnan(cosines)].astype(np.float64)
    deviation = float(there.std()) if len(there) else 0.0
    if not deviation:
        return np.full(len(cosines), np.nan)
    return (cosines.astype(np.float64) - float(there.mean())) / deviation


def _filled(columns: Sequence["NDArray[np.float64]"]) -> Iterator["NDArray[np.float64]"]:
    """The columns, what one has not read yet taken from another."""
    import numpy as np

    for column in columns:
        filled = column.copy()
        for other in columns:
            filled = np.where(np.isnan(filled), other, filled)
        yield np.nan_to_num(filled)
