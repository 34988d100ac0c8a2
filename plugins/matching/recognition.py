"""How near needs are to skills in meaning: an encoder's cosines with what is written of each skill.

A need is compared with all skills, of which most are not what it asks for: how far one stands out
among them is the same measure in any wiki, of any size. Terms and lines that ask (``trades.md``)
are compared apart, since not every skill has both; the nearer of the two counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from wiki.api import text_digest

from .competence import Meanings, Meant
from .texts import Text
from .trades import Skill, Trades

if TYPE_CHECKING:
    from wiki.api import Matrix, Vectors

#: what is near to all is near to none (A. Conneau et al., 2018): glosses that are nearest to one,
#: and how much of their nearness is taken
_NEAREST, _HUBNESS = 16, 0.5
#: digits of a nearness; those behind differ from processor to processor
_DIGITS = 3
_LEAST_SPREAD = 1e-3


class _Glosses:
    """Lines of skills, some a skill, those of one skill together, as encoders read them."""

    def __init__(self, lines: Mapping[Skill, Sequence[str]], meaning: Sequence["Vectors"]) -> None:
        self._skills = list(lines)
        counts = [len(lines[skill]) for skill in self._skills]
        self._firsts = [sum(counts[:place]) for place in range(len(counts))]
        digests = [text_digest(line) for skill in self._skills for line in lines[skill]]
        self._views = [(one, *_with_hubs(one.of(digests))) for one in meaning]

    def meant(self, need: Text) -> dict[Skill, Meant]:
        """How near ``need`` is to each of the skills."""
        import numpy as np

        whole = sum(vectors.encoder.weight for vectors, _rows, _hubs in self._views)
        nearness = np.zeros(len(self._skills), dtype=np.float32)
        before = np.zeros(len(self._skills), dtype=np.int64)
        for vectors, rows, hubs in self._views:
            near = np.maximum.reduceat(rows @ vectors.of([need.digest])[0] - hubs, self._firsts)
            near = ((near - near.mean()) / max(float(near.std()), _LEAST_SPREAD)).round(_DIGITS)
            nearness += vectors.encoder.weight / whole * near
            before = np.maximum(before, (near[None, :] > near[:, None]).sum(axis=1))
        return {
            skill: Meant(round(float(one), _DIGITS), int(rank))
            for skill, one, rank in zip(self._skills, nearness, before, strict=True)
        }


class Recognition:
    """What needs mean, by the skills as encoders read them; without one it says nothing."""

    def __init__(self, trades: Trades, meaning: Iterable["Vectors"]) -> None:
        """``meaning`` has the vectors of all ``glosses``."""
        usable = list(meaning)
        terms = {skill: (skill.gloss,) for skill in trades.skills}
        asking = {skill: skill.asking for skill in trades.skills if skill.asking}
        self._kinds = [_Glosses(lines, usable) for lines in (terms, asking) if lines and usable]

    def of(self, need: Text) -> Meanings:
        """How near ``need``, whose vectors are there, is to each skill; None without an encoder."""
        if not self._kinds:
            return None
        found: dict[Skill, Meant] = {}
        for kind in self._kinds:
            for skill, meant in kind.meant(need).items():
                if skill not in found or meant.nearness > found[skill].nearness:
                    found[skill] = meant
        return found


def glosses(trades: Trades) -> Mapping[bytes, str]:
    """What encoders have to read of the skills, by its digest."""
    lines = (line for skill in trades.skills for line in (skill.gloss, *skill.asking))
    return {text_digest(line): line for line in lines}


def _with_hubs(rows: "Matrix") -> tuple["Matrix", "Matrix"]:
    """``rows``, and what each has in common with many others."""
    import numpy as np

    near = rows @ rows.T
    np.fill_diagonal(near, -1.0)
    hubs: Matrix = _HUBNESS * np.sort(near, axis=1)[:, -_NEAREST:].mean(axis=1)
    return rows, hubs
