"""How well people fit needs, by what they can do: a row of measures for a need, a column for each.

::

    a need ──▶ recognition.py ──▶ competence.py: the skills that it asks for ┐
    a page ──▶ its skills ──▶ how well they serve for each skill of all      ┴─▶ measures
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from wiki.api.plugin import cached_property

from ..texts import PERSON, Text
from ..trades import Skill, Trades, closeness
from .competence import ALSO, LEAST, Asked, asked_of, held_by
from .recognition import Recognition

if TYPE_CHECKING:
    from wiki.api.meaning import Matrix, Vectors

#: kinds of needs whose measures are remembered until there is another person
_REMEMBERED = 1_000


class Found(NamedTuple):
    """The measure of each person, 0 for who does not serve, and the skill that each serves for."""

    measures: "Matrix"
    skills: Sequence[Skill]


class People:
    """The people among ``offers``, in their order; others are passed over."""

    def __init__(
        self, offers: Sequence[Text], trades: Trades, meaning: Sequence["Vectors"]
    ) -> None:
        """``meaning`` has the vectors of the skills (``glosses``) where there are people."""
        self._trades, self._meaning = trades, meaning
        self._rows = {skill: row for row, skill in enumerate(trades.skills)}
        self._held: list[Sequence[float]] = []
        self._found: dict[Asked, Found] = {}
        self._asked: dict[bytes, Asked] = {}
        self.places: list[int] = []
        #: of each person the row, by their place among the offers and by their page
        self._row_at: dict[int, int] = {}
        self._row_of: dict[str, int] = {}
        for place, offer in enumerate(offers):
            if offer.kind == PERSON:
                self.add(place, offer)

    def add(self, place: int, person: Text) -> None:
        """Adds a person, who is at ``place`` among the offers."""
        held = held_by(person, self._trades)
        self._row_at[place] = self._row_of[person.id] = len(self.places)
        self.places.append(place)
        self._held.append([_served(skill, held) for skill in self._trades.skills])
        self._found.clear()

    def found(self, need: Text) -> Found:
        """How well each person fits ``need``."""
        asked = self.asked(need)
        if asked not in self._found:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[asked] = self.measured(asked)
        return self._found[asked]

    def measure(self, need: Text, place: int) -> float:
        """How well the person at ``place`` among the offers fits ``need``, 0 for not at all."""
        return float(self.found(need).measures[self._row_at[place]])

    def skill(self, need: Text, id_: str) -> str:
        """The skill that the person ``id_`` serves ``need`` for; "" for what is no person."""
        row, skills = self._row_of.get(id_), self.found(need).skills
        return skills[row].name if row is not None and skills else ""

    def asked(self, need: Text) -> Asked:
        """The skills that ``need`` asks for; the vectors of what it seeks are there."""
        if need.digest not in self._asked:
            self._asked[need.digest] = asked_of(
                need, self._trades, self._recognition.of(need.sought)
            )
        return self._asked[need.digest]

    @cached_property
    def _recognition(self) -> Recognition:
        return Recognition(self._trades, self._meaning)

    def measured(self, asked: Asked) -> Found:
        """How well each person serves who asks so."""
        import numpy as np

        skills = sorted(asked.skills, key=lambda one: self._rows[one])
        if not skills:
            return Found(np.zeros(len(self._held), dtype=np.float32), ())
        served = np.array(self._held, dtype=np.float32).reshape(len(self._held), len(self._rows))
        columns = served[:, [self._rows[one] for one in skills]]
        best = columns.max(axis=1)
        about = served[:, [self._rows[one] for one in asked.skills | asked.also]].sum(axis=1)
        measures = np.where(best >= LEAST, best + ALSO * (about - best), 0.0).astype(np.float32)
        return Found(measures, [skills[place] for place in columns.argmax(axis=1)])


def _served(asked: Skill, held: Mapping[Skill, float]) -> float:
    """How well who can do what is ``held`` serves who asks for a skill, 0 to 1."""
    return max((closeness(asked, one) * sure for one, sure in held.items()), default=0.0)
