"""Themes by what texts mean: how well each theme fits a vector, by ridge regression."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from wiki.api.meaning import Matrix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: how much the regression is held back: few texts have many columns
_RIDGE = 3.0

#: reads texts; a row of length 1 for each
Read = Callable[[Sequence[str]], Matrix]


class Meaning:
    """What the vectors of texts with themes teach (ridge: A. Hoerl, R. Kennard, 1970)."""

    def __init__(self, known: Mapping[str, tuple[str, ...]], vectors: Matrix, read: Read) -> None:
        """``known`` gives the themes of each text by its slug, ``vectors`` its row, in order."""
        import numpy as np

        self._read = read
        self._rows = {slug: row for row, slug in enumerate(known)}
        self._themes = sorted({theme for themes in known.values() for theme in themes})
        self._middle = vectors.mean(axis=0, keepdims=True, dtype=np.float64)
        self._vectors = self._placed(vectors)
        self._carried = np.array(
            [[theme in themes for theme in self._themes] for themes in known.values()],
            dtype=np.float64,
        )
        columns = self._vectors.shape[1]
        self._inverse = np.linalg.inv(self._vectors.T @ self._vectors + _RIDGE * np.eye(columns))
        self._weights = self._inverse @ (self._vectors.T @ self._carried)

    def scores(self, slug: str, said: str) -> dict[str, float]:
        """How well each theme fits ``said``, learnt from all texts but the one called ``slug``."""
        vector = self._placed(self._read([said]))[0]
        weights = self._weights
        if (row := self._rows.get(slug)) is not None:
            own = self._vectors[row]
            # What the weights are without one text, from those with it.
            leverage = float(own @ self._inverse @ own)
            missed = (self._carried[row] - own @ weights) / (1 - leverage)
            weights = weights - (self._inverse @ own)[:, None] * missed[None, :]
        found = vector @ weights
        return {
            theme: max(0.0, float(score)) for theme, score in zip(self._themes, found, strict=True)
        }

    def _placed(self, vectors: Matrix) -> "NDArray[np.float64]":
        """``vectors`` seen from their middle, each of length 1; in double precision, so that what
        rounding leaves of a zero is far below any score."""
        import numpy as np

        seen = vectors.astype(np.float64) - self._middle
        placed: NDArray[np.float64] = seen / np.maximum(
            np.linalg.norm(seen, axis=1, keepdims=True), 1e-9
        )
        return placed
