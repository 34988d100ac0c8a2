"""What each sign for a skill counts for, learned from needs judged by hand, and how well it does
on needs that it was not learned from.

Wants the data set (``../shared/data``, or ``WIKI_DATA``); ``WEIGHTS`` in the plugin's
``evidence.py`` are those that it prints. A need teaches by whom a skill would propose for it,
someone good or someone silly. All needs that the same people are good for are left out at once:
so it is for a need of a kind that nobody has judged.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.lines import Line

_DATA = Path(os.environ.get("WIKI_DATA", Path(__file__).parents[2] / "shared" / "data"))
#: the halves that weights are learned from, and what a need counts for: those for which neither
#: terms nor lines were chosen for more
_HALVES = {"dev": 1.0, "held": 1.0, "more": 1.0, "wide": 2.0, "blind": 2.0}
#: what a weight costs in the spread of its sign
_COST = 10.0
_PARTS = 10
_STEPS = 60


class _Lesson(NamedTuple):
    """A skill that a need may ask for: its signs, whether it would be right, and the need."""

    signs: Mapping[str, float]
    right: bool
    need: int


def run() -> Iterator[Line]:
    """The weights, then the figures of all needs, each by what those of other kinds teach."""
    from plugins.matching.tests.judging import figures_of, needs_of

    if not (_DATA / "carrefour" / "people.jsonl").exists():
        yield Line("Weights of signs", f"no people in {_DATA}")
        return
    needs = [one for half in _HALVES for one in needs_of(half)]
    place = _Place(needs)
    lessons = list(place.lessons())
    for sign, weight in _learned(lessons, needs).items():
        yield Line(f"Weight of “{sign}”", f"{weight:.2f}")
    shown: dict[str, list[int]] = {}
    for left in _kinds(needs):
        weights = _learned([one for one in lessons if one.need not in left], needs)
        shown |= {needs[one].id: place.shown(one, weights) for one in left}
    for what, figure in asdict(figures_of(needs, shown)).items():
        yield Line(f"{len(needs)} needs by weights of other kinds: {what}", f"{figure:.2f}")


class _Place:
    """People and needs as the plugin reads them."""

    def __init__(self, needs: Sequence[Any]) -> None:
        from plugins.matching.skills.people import People
        from plugins.matching.skills.recognition import Recognition, glosses
        from plugins.matching.tests.judging import number_of, people_of
        from plugins.matching.texts import Text
        from plugins.matching.trades import known_trades
        from wiki.api.meaning import Vectors, encoders

        self._needs, self._known = needs, known_trades()
        self._texts = [Text(one.id, "need", one.title, one.body, one.keywords) for one in needs]
        self._sought = [one.sought for one in self._texts]
        people = [
            Text(one["id"], "person", one["role"] or "", keywords=tuple(one["skills"]))
            for one in people_of(_DATA)
        ]
        stores = [Vectors(one, None) for one in encoders("auto")]
        for store in stores:
            store.add({**glosses(self._known), **{one.digest: one.said for one in self._sought}})
        self._people = People(people, self._known, stores)
        self._numbers = [number_of(one.id) for one in people]
        recognition = Recognition(self._known, stores)
        self._meant = [recognition.of(text) for text in self._sought]

    def lessons(self) -> Iterator[_Lesson]:
        """What all needs teach; nothing of skills that nobody has or that only serve fairly."""
        from plugins.matching.skills.competence import Asked
        from plugins.matching.skills.evidence import signs
        from plugins.matching.tests.judging import SHOWN

        able = {
            skill: self._best(self._people.measured(Asked(frozenset((skill,)))))[:SHOWN]
            for skill in self._known.skills
        }
        for number, need in enumerate(self._needs):
            found = signs(self._sought[number], self._known, self._meant[number])
            for skill, own in found.items():
                people = able[skill]
                good = sum(one in need.good for one in people)
                fair = sum(one in need.good | need.fair for one in people)
                right = bool(people) and 2 * good >= len(people)
                wrong = 4 * fair < 3 * len(people) if people else bool(need.good)
                if right or wrong:
                    yield _Lesson(own, right, number)

    def shown(self, need: int, weights: Mapping[str, float]) -> list[int]:
        """The numbers of those who are proposed for a need by ``weights``, best first."""
        from plugins.matching.skills.competence import asked_of

        asked = asked_of(self._texts[need], self._known, self._meant[need], weights)
        return self._best(self._people.measured(asked))

    def _best(self, found: Any) -> list[int]:
        able = zip((-found.measures).tolist(), self._numbers, strict=True)
        return [number for value, number in sorted(able) if value]


def _kinds(needs: Sequence[Any]) -> Iterator[set[int]]:
    """Needs that are left out together: those with the same good people; those without in parts."""
    alike: dict[object, set[int]] = {}
    for number, need in enumerate(needs):
        alike.setdefault(need.good or number % _PARTS, set()).add(number)
    yield from alike.values()


def _learned(lessons: Sequence[_Lesson], needs: Sequence[Any]) -> Mapping[str, float]:
    """The weights by a logistic regression with a cost for each, by Newton's method."""
    from plugins.matching.skills.evidence import WEIGHTS

    names = [name for name in WEIGHTS if name != "none"]
    signs = np.array([[one.signs.get(name, 0.0) for name in names] for one in lessons])
    right = np.array([float(one.right) for one in lessons])
    counted = np.array([_HALVES[needs[one.need].half] for one in lessons])
    middle, spread = signs.mean(axis=0), np.maximum(signs.std(axis=0), 1e-9)
    read = np.hstack([(signs - middle) / spread, np.ones((len(signs), 1))])
    cost = np.append(np.full(len(names), _COST), 0.0)
    found = np.zeros(len(cost))

    def loss(values: Any) -> float:
        odds = read @ values
        missed = counted * (np.logaddexp(0, odds) - right * odds)
        return float(missed.sum() + 0.5 * (cost * values**2).sum())

    for _number in range(_STEPS):
        sure = 1 / (1 + np.exp(-read @ found))
        slope = read.T @ (counted * (sure - right)) + cost * found
        bend = (read.T * (counted * sure * (1 - sure))) @ read + np.diag(cost)
        step = np.linalg.solve(bend, slope)
        while loss(found - step) > loss(found) and abs(step).max() > 1e-9:
            step /= 2
        found = found - step
    weights = found[:-1] / spread
    none = float(found[-1] - weights @ middle)
    return {**dict(zip(names, weights.tolist(), strict=True)), "none": none}
