"""The documents of a term and its weights, as arrays; those read lately are kept.

Numpy itself is imported by the first question: a wiki starts without it.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from cachetools import LRUCache

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: documents by number; 32 bits each as they are kept, 64 where they are counted with
Numbers: TypeAlias = "NDArray[np.signedinteger[Any]]"
#: weights or scores, in as many bits: beside ``Numbers``, or of all documents, 0 where it has none
Weights: TypeAlias = "NDArray[np.floating[Any]]"
#: for all documents, by number, whether something holds
Mask: TypeAlias = "NDArray[np.bool_]"

#: a part, a field of it, and a term
Key: TypeAlias = tuple[str, str, str]

#: what an entry takes beside its numbers and weights, about
_BESIDE = 600


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The documents of a term, none twice, and its weight in each. Shared: not to be changed."""

    documents: Numbers
    weights: Weights

    def __len__(self) -> int:
        return len(self.documents)


class Kept:
    """Postings as the index holds them, whoever asks; the latest ones, up to ``most`` bytes.

    Nothing in them is for anyone to see: a view takes what is visible from them each time.
    """

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self.held: LRUCache[Key, Postings | None] = LRUCache(most, getsizeof=_size)

    def get(self, key: Key, read: Callable[[], Postings | None]) -> Postings | None:
        """The postings of ``key``, by ``read`` where they are not held; None if it has none."""
        with self._lock, suppress(KeyError):
            return self.held[key]
        found = read()
        self.put(key, found)
        return found

    def put(self, key: Key, postings: Postings | None) -> None:
        """Holds the postings of ``key``; not those that are larger than all that may be held."""
        with self._lock, suppress(ValueError):
            self.held[key] = postings


def _size(postings: Postings | None) -> int:
    return _BESIDE + (postings.documents.nbytes + postings.weights.nbytes if postings else 0)
