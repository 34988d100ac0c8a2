"""Whether a question is about what the wiki says nothing of, and many ask elsewhere.

::

    nearer to one of the SUBJECTS of the rest of the world than to any passage, each encoder says
    and no passage has most of its words  ──▶  it is asked in the wrong place

How near the best passage is says nothing by itself: something is always nearest. Beside what it is
not about, it does. One encoder alone is mistaken too often; and where the words stand, a wiki is
about them, though it be one of gardeners.
"""

from collections.abc import Sequence
from math import log

from .projection import Lookup
from .ranking import Reading
from .subjects import AGREE, SUBJECTS

_KEYS = tuple(SUBJECTS)
#: the part of what a question's words weigh that a passage about them has
_MOST = 0.6
#: the part of the passages that has been read: of fewer the nearest may be missing
_READ = 0.9


def is_elsewhere(
    words: Lookup, known: Sequence[str], unknown: Sequence[str], readings: Sequence[Reading]
) -> bool:
    """See the module; ``known`` and ``unknown`` are the stems of the question."""
    nearer = [_is_nearer(one) for one in readings]
    return len(nearer) >= AGREE and all(nearer) and _share(words, known, unknown) < _MOST


def _is_nearer(reading: Reading) -> bool:
    """Whether the question is nearer to a subject of the rest of the world than to a passage."""
    import numpy as np

    near = reading.passages
    if np.isnan(near).mean() > 1 - _READ:
        return False
    others = reading.store.cosines(reading.store.places(_KEYS), reading.vector)
    return not np.isnan(others).any() and bool(others.max() > np.nanmax(near))


def _share(words: Lookup, known: Sequence[str], unknown: Sequence[str]) -> float:
    """Of what the words of the question weigh by how rare they are, the most in one passage."""
    import numpy as np

    size = len(words.seen.numbers)
    held, weight = np.zeros(size), len(unknown) * _rarity(size, 0)
    for stem in known:
        rows, _weights = words.of(stem)
        held[rows] += _rarity(size, len(rows))
        weight += _rarity(size, len(rows))
    return float(held.max(initial=0.0)) / weight if weight else 1.0


def _rarity(size: int, having: int) -> float:
    return log(1 + (size - having + 0.5) / (having + 0.5))
