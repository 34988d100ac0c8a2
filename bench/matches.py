"""10,000 needs beside 10,000 offers: all of them, and one more need.

The reference, in the same run, is bare numpy: the products of the same matrices and the ten best of
each row, without words, place, spreads or a line. Vectors are made up (what an encoder takes is its
own, see ``plugins/matching/encoding.py``); texts are the corpus's words.
"""

import importlib
import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bench.corpus import REGIONS, THEMES, THINGS
from bench.lines import Line, timed

_SIZE, _WIDTH, _BEST = 10_000, 384, 10
#: seconds: a wiki of that size, what a need may wait for
_ALL, _ONE = 60.0, 1.0


class _MadeUp:
    """Vectors of no meaning: a few hundred directions, as many as there are subjects."""

    class encoder:  # noqa: N801 - it stands for a value
        name, weight = "made up", 1.0

    def __init__(self) -> None:
        self._chance = np.random.default_rng(7)
        self._subjects = self._chance.normal(size=(300, _WIDTH)).astype(np.float32)

    def of(self, keys: Sequence[bytes]) -> Any:
        """A row of length 1 for each."""
        rows = self._subjects[self._chance.integers(0, 300, len(keys))]
        rows = rows + self._chance.normal(size=rows.shape).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def run() -> Iterator[Line]:
    """All pairs, then one more need."""
    engines, texts, thesaurus = (
        importlib.import_module(f"plugins.matching.{name}")
        for name in ("engine", "texts", "thesaurus")
    )
    chance = random.Random(7)  # noqa: S311 - no secret

    def some(kind: str) -> list[Any]:
        words = [*THEMES, *THINGS]
        return [
            texts.Text(
                f"{kind}{n}",
                kind,
                " ".join(map(str, chance.choices(words, k=6))),
                " ".join(map(str, chance.choices(words, k=14))),
                places=tuple(chance.choices(REGIONS, k=1)),
            )
            for n in range(_SIZE)
        ]

    needs, offers, meaning = some("need"), some("offer"), _MadeUp()
    begun = time.perf_counter()
    engine = engines.Engine(needs, offers, thesaurus.Thesaurus(), [meaning])
    found = sum(len(best) for _need, best in engine.fits(_BEST))
    ours = time.perf_counter() - begun
    bare = _bare(meaning)
    yield timed(f"{_SIZE:,} needs beside {_SIZE:,} offers", ours, bare, "bare numpy", _ALL)
    begun = time.perf_counter()
    engine.add([texts.Text("one", "need", "un capteur pour la ferme")], [], [])
    engine.listed(engine.rows([_SIZE])[0], _BEST)
    seconds = time.perf_counter() - begun
    yield timed(f"One more need ({found:,} pairs before)", seconds, bare / _SIZE, "a row", _ONE)


def _bare(meaning: _MadeUp) -> float:
    needs, offers = (meaning.of([b""] * _SIZE) for _ in range(2))
    begun = time.perf_counter()
    for start in range(0, _SIZE, 256):
        near = needs[start : start + 256] @ offers.T
        np.argpartition(-near, _BEST, axis=1)[:, :_BEST]
    return time.perf_counter() - begun
