"""How near needs are to skills in meaning: a ridge regression from vectors to skills.

Cosines with a line of each skill mix what a need asks for with what all such texts share. A
regression on all lines at once (A. Hoerl & R. Kennard, 1970; A. Rifkin et al., 2003, for classes)
learns which directions of the vectors tell skills apart, and is solved within a second. It learns
from what ``trades.md`` says alone: of each skill a line of terms, and the lines that ask for it.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from wiki.api.meaning import text_digest

from ..texts import Text
from ..trades import Skill, Trades
from .evidence import Meanings, Meant

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wiki.api.meaning import Vectors

#: what weights cost, in the mean of what the lines vary in a direction
_RIDGE = 1.0
#: digits of a nearness; those behind differ from processor to processor
_DIGITS = 3
_LEAST_SPREAD = 1e-6


class Recognition:
    """What needs mean, by the skills as encoders read them; without one it says nothing."""

    def __init__(self, trades: Trades, meaning: Sequence["Vectors"]) -> None:
        """``meaning`` has the vectors of all ``glosses``."""
        import numpy as np

        # The quick one alone, where it is there: with both, more of who is proposed is silly.
        self._meaning = [one for one in meaning if one.encoder.quick] or list(meaning)
        self._skills = trades.skills
        if not self._meaning or not self._skills:
            return
        lines = [(row, line) for row, one in enumerate(self._skills) for line in _lines(one)]
        rows = [row for row, _line in lines]
        digests = [text_digest(line) for _row, line in lines]
        self._middles = [one.of(digests).mean(axis=0, dtype=float) for one in self._meaning]
        # A skill with many lines counts for more, but not for as much as it has lines.
        counts = np.bincount(rows, minlength=len(self._skills))
        weights = 1 / np.sqrt(counts[rows])
        read = self._read(digests)
        self._mean = np.average(read, axis=0, weights=weights)
        read -= self._mean
        sought = np.zeros((len(rows), len(self._skills)))
        sought[np.arange(len(rows)), rows] = 1.0
        sought -= np.average(sought, axis=0, weights=weights)
        weighted = (read * weights[:, None]).T
        spread = weighted @ read
        cost = _RIDGE * np.trace(spread) / len(spread)
        self._towards = np.linalg.solve(spread + cost * np.eye(len(spread)), weighted @ sought)

    def of(self, need: Text) -> Meanings:
        """How near ``need``, whose vectors are there, is to each skill; None without an encoder."""
        if not self._meaning or not self._skills:
            return None
        near = ((self._read([need.digest]) - self._mean) @ self._towards)[0]
        near = ((near - near.mean()) / max(float(near.std()), _LEAST_SPREAD)).round(_DIGITS)
        best = near.max()
        return {
            skill: Meant(float(one), bool(one >= best))
            for skill, one in zip(self._skills, near, strict=True)
        }

    def _read(self, digests: Sequence[bytes]) -> "NDArray[np.float64]":
        """The vectors of all encoders beside each other, by what each counts for."""
        import numpy as np

        return np.hstack([
            one.encoder.weight * (one.of(digests) - middle)
            for one, middle in zip(self._meaning, self._middles, strict=True)
        ])  # fmt: skip


def glosses(trades: Trades) -> Mapping[bytes, str]:
    """What encoders have to read of the skills, by its digest."""
    return {text_digest(line): line for skill in trades.skills for line in _lines(skill)}


def _lines(skill: Skill) -> tuple[str, ...]:
    return (skill.gloss, *skill.asking)
