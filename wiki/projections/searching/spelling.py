"""Words written almost like another, by edit distance over the vocabulary a reader may know."""

from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, Protocol

#: a word of so many letters may have one wrong, or two
_ONE, _TWO = 4, 8


class Near(NamedTuple):
    """A word at a ``distance`` of some letters; ``documents`` that have it are counted later."""

    form: str
    distance: int
    documents: int = 0


def allowed(form: str) -> int:
    """How many letters of ``form`` may be wrong."""
    return 2 if len(form) >= _TWO else 1 if len(form) >= _ONE else 0


class Lexicon(Protocol):
    """What knows the words of some documents."""

    def near(self, form: str, most: int) -> Iterator[Near]:
        """The words at most ``most`` letters away from ``form``."""
        ...


class Vocabulary:
    """Words, kept by length so that only those that could be near are looked at."""

    def __init__(self, words: Iterable[str]) -> None:
        self._groups: dict[int, tuple[list[str], array[int]]] = {}
        for word in words:
            if len(word) < _ONE - 1 or word.isdigit():
                continue
            names, letters = self._groups.setdefault(len(word), ([], array("Q")))
            names.append(word)
            letters.append(_letters(word))

    def near(self, form: str, most: int) -> Iterator[Near]:
        """The words at most ``most`` letters away from ``form``."""
        wanted = _letters(form)
        for size in range(len(form) - most, len(form) + most + 1):
            names, letters = self._groups.get(size, _NONE)
            for word, its_letters in zip(names, letters, strict=True):
                # Each wrong letter changes at most two of the letters that a word is made of.
                if (wanted ^ its_letters).bit_count() <= 2 * most:
                    away = distance(form, word, most)
                    if away <= most:
                        yield Near(word, away)


_NONE: "tuple[list[str], array[int]]" = ([], array("Q"))


def nearest(vocabularies: Iterable[Lexicon], form: str, most: int = 2) -> list[Near]:
    """The words like ``form``, itself left out, the nearest first; ``most`` letters away at most.

    Also words that no page has any more: whoever takes some of them counts those that are had.
    """
    most = min(most, allowed(form))
    if not most or form.isdigit():
        return []
    found = {near for vocabulary in vocabularies for near in vocabulary.near(form, most)}
    return sorted(
        (near for near in found if near.distance),
        # The first letter is seldom wrong.
        key=lambda near: (
            near.distance,
            near.form[0] != form[0],
            abs(len(near.form) - len(form)),
            near.form,
        ),
    )


def _letters(word: str) -> int:
    """The set of letters of ``word`` as bits; rare ones share some."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


@lru_cache(maxsize=8192)
def distance(a: str, b: str, most: int) -> int:
    """Letters added, dropped, changed or swapped with their neighbour between ``a`` and ``b``.

    The optimal string alignment distance (Damerau 1964; Wagner and Fischer 1974), given up beyond
    ``most``: then ``most + 1``.
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        after = [i] + [0] * len(b)
        for j, other in enumerate(b, 1):
            cost = min(row[j] + 1, after[j - 1] + 1, row[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            after[j] = cost
        if min(after) > most:
            return most + 1
        before, row = row, after
    return min(row[-1], most + 1)
