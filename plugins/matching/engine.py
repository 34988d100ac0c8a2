"""How well offers fit needs: meaning, shared words and place in one measure, with a line below
which nobody is bothered.

::

    meaning   cosines of vectors, less what an offer shares with every need   ┐ each in units
    words     BM25 over stems, the thesaurus among them                       ┘ of its own spread
    place     a little more in the same territory, a little less in another

The spreads are those of all pairs of a wiki, so that the line is the same for another set of texts.
People are measured by what they can do alone (``skills/people.py``), on the same scale.
A measure is never shown to anyone: it chooses, and ``reasons.py`` says why.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .skills.people import People
from .texts import PERSON, Text
from .thesaurus import Thesaurus
from .trades import known_trades
from .words import Postings, Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wiki.api.meaning import Matrix, Vectors

#: nobody is bothered with what is below; what is printed below the best of a list that is above
GOOD, LISTED = 1.7, 0.8
#: what shared words and the place count for beside meaning
_WORDS, _PLACE = 0.1, 0.3
#: needs that offers are measured against, and the part of them that is nearest to an offer
_SAMPLE, _NEAREST, _FEWEST = 512, 0.1, 20
#: what is near to everything is near to nothing (A. Conneau et al., 2018): how much of it is taken
_HUBNESS = 0.5
_AT_ONCE = 256
#: what measures are apart at least where they are apart at all: less is rounding noise, which would
#: be measured by itself
_LEAST_SPREAD = 0.01
#: digits of a measure; those behind differ from processor to processor, and would order equals
_DIGITS = 4


class Scored(NamedTuple):
    """Something on the other side, and how well it fits."""

    id: str
    score: float


class _View:
    """The vectors of one encoder for both sides, and the spread of the cosines of all pairs."""

    needs: "Matrix"
    offers: "Matrix"
    hubs: "Matrix"
    middle: float
    spread: float

    def __init__(self, vectors: "Vectors") -> None:
        self.name = vectors.encoder.name
        self.weight = vectors.encoder.weight
        self._vectors = vectors

    def read(self, texts: Sequence[Text]) -> "Matrix":
        """Their vectors."""
        return self._vectors.of([text.digest for text in texts])

    def hubs_of(self, near: "Matrix") -> "Matrix":
        """What offers (columns) have in common with needs whatever they are about."""
        import numpy as np

        if len(near) < _FEWEST:
            return np.zeros(near.shape[1], dtype=np.float32)
        count = max(3, round(_NEAREST * len(near)))
        hubs: Matrix = _HUBNESS * np.sort(near, axis=0)[-count:].mean(axis=0)
        return hubs


class Engine:
    """Both sides of a wiki, ready to be compared. Rows and columns are places in ``needs`` and
    ``offers``."""

    def __init__(
        self,
        needs: Sequence[Text],
        offers: Sequence[Text],
        thesaurus: Thesaurus,
        meaning: Iterable["Vectors"] = (),
    ) -> None:
        """``meaning`` has the vectors of all texts, one ``Vectors`` an encoder."""
        self.needs, self.offers = list(needs), list(offers)
        #: the places of what is offered in words, which is measured by them
        self._written = [place for place, one in enumerate(offers) if one.kind != PERSON]
        self._words = Words(thesaurus, [offers[place] for place in self._written])
        self._said = Postings()
        for place in self._written:
            self._said.add(place, self._words.of_offer(offers[place]))
        self._asked = [self._words.of_need(need) for need in self.needs]
        self._sample = _spaced(len(self.needs))
        self._need_places = [need.territories for need in self.needs]
        self._offer_places = _territories(self.offers)
        self._dead: set[int] = set()
        self._asking: Postings | None = None
        self._asking_size = 0
        usable = list(meaning)
        self._views = [self._view(one) for one in usable] if self.needs and self.offers else []
        self._people = People(self.offers, known_trades(), usable)
        self._spreads()

    @property
    def encoders(self) -> frozenset[str]:
        """The names of those whose vectors are compared."""
        return frozenset(view.name for view in self._views)

    def add(self, needs: Sequence[Text], offers: Sequence[Text], gone: Iterable[str]) -> None:
        """Takes in new texts, and takes those called ``gone`` out; spreads stay as they were."""
        import numpy as np

        dropped = set(gone)
        self._dead.update(place for place, offer in enumerate(self.offers) if offer.id in dropped)
        for offer in offers:
            if offer.kind == PERSON:
                self._people.add(len(self.offers), offer)
            else:
                self._said.add(len(self.offers), self._words.of_offer(offer))
            self.offers.append(offer)
        for need in needs:
            self._asked.append(self._words.of_need(need))
            self._need_places.append(need.territories)
            self.needs.append(need)
        self._offer_places = _territories(self.offers)
        for view in self._views:
            if needs:
                view.needs = np.vstack([view.needs, view.read(needs)])
            if offers:
                read = view.read(offers)
                hubs = view.hubs_of(view.needs[self._sample] @ read.T)
                view.offers = np.vstack([view.offers, read])
                view.hubs = np.concatenate([view.hubs, hubs])

    def column(self, place: int) -> "Matrix":
        """The measures of the offer at ``place`` against all needs."""
        import numpy as np

        if self.offers[place].kind == PERSON:
            return self._column_of(place)
        size = len(self.needs)
        if self._asking is None or self._asking_size != size:
            self._asking, self._asking_size = Postings(), size
            for number, asked in enumerate(self._asked):
                self._asking.add(number, asked)
        offer = self.offers[place]
        words = self._asking.scores(self._words.of_offer(offer), size)
        found = self._joined(
            words, [(view.needs @ view.offers[place]) - view.hubs[place] for view in self._views]
        )
        mine = offer.territories
        if mine:
            for number, wanted in enumerate(self._need_places):
                if wanted:
                    found[number] += _PLACE if wanted & mine else -_PLACE
        whole: Matrix = np.asarray(found, dtype=np.float32).round(_DIGITS)
        return whole

    def _column_of(self, place: int) -> "Matrix":
        """The same of a person."""
        import numpy as np

        here = self.offers[place].territories
        found = np.full(len(self.needs), -np.inf, dtype=np.float32)
        for number, (need, wanted) in enumerate(zip(self.needs, self._need_places, strict=True)):
            if measure := self._people.measure(need, place):
                near = _PLACE if wanted & here else -_PLACE
                found[number] = GOOD + measure + (near if wanted and here else 0.0)
        return found.round(_DIGITS)

    def skill_of(self, need: Text, id_: str) -> str:
        """The skill of ``need`` that the person ``id_`` serves for; "" for what is no person."""
        return self._people.skill(need, id_) if self._people.places else ""

    def rows(self, places: Sequence[int]) -> "Matrix":
        """The measures of the needs at ``places``, each against all offers."""
        import numpy as np

        words = np.zeros((len(places), len(self.offers)), dtype=np.float32)
        for row, place in enumerate(places):
            words[row] = self._said.scores(self._asked[place], len(self.offers))
        found = self._joined(
            words, [view.needs[places] @ view.offers.T - view.hubs for view in self._views]
        )
        people = self._people.places
        for row, place in enumerate(places):
            if people:
                measures = self._people.found(self.needs[place]).measures
                found[row, people] = np.where(measures > 0, GOOD + measures, -np.inf)
            found[row] += self._place(self._need_places[place])
        if self._dead:
            found[:, list(self._dead)] = -np.inf
        measured: Matrix = found.round(_DIGITS)
        return measured

    def fits(self, limit: int) -> Iterator[tuple[Text, list[Scored]]]:
        """Every need with the offers that fit, best first: none where none is good enough."""
        for start in range(0, len(self.needs), _AT_ONCE):
            places = list(range(start, min(start + _AT_ONCE, len(self.needs))))
            for place, row in zip(places, self.rows(places), strict=True):
                yield self.needs[place], self.listed(row, limit)

    def listed(self, row: "Matrix", limit: int) -> list[Scored]:
        """What of a row is listed: equal ones by id."""
        if not len(row) or float(row.max()) < GOOD:
            return []
        return self.best(row, limit)

    def best(self, row: "Matrix", limit: int) -> list[Scored]:
        """The best of a row above the lower line."""
        import numpy as np

        places = np.flatnonzero(row >= LISTED)
        if len(places) > 4 * limit:
            places = places[row[places] >= np.partition(row[places], -limit)[-limit]]
        found = [Scored(self.offers[place].id, float(row[place])) for place in places]
        return sorted(found, key=lambda one: (-one.score, one.id))[:limit]

    def numbered(self, groups: Mapping[str, str]) -> "NDArray[np.int64]":
        """The group of each offer as a number; those that are in none are alike."""
        import numpy as np

        numbers: dict[str, int] = {}
        names = (groups.get(offer.id, "") for offer in self.offers)
        return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)

    def best_of_each(self, row: "Matrix", groups: "NDArray[np.int64]", limit: int) -> list[Scored]:
        """The good ones of a row in each group: no group takes the place of another."""
        import numpy as np

        places = np.flatnonzero(row >= GOOD)
        if not len(places):
            return []
        places = places[np.lexsort((places, -row[places], groups[places]))]
        mine = groups[places]
        first = np.flatnonzero(np.r_[True, mine[1:] != mine[:-1]])
        rank = np.arange(len(places)) - np.repeat(first, np.diff(np.r_[first, len(places)]))
        return [Scored(self.offers[place].id, float(row[place])) for place in places[rank < limit]]

    def best_needs(self, place: int, limit: int) -> list[Scored]:
        """The needs that the offer at ``place`` fits best; the newest text of each counts."""
        import numpy as np

        column = self.column(place)
        found: dict[str, float] = {}
        for number in np.flatnonzero(column >= GOOD):
            found[self.needs[number].id] = float(column[number])
        best = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        return [Scored(*pair) for pair in best]

    def _joined(self, words: "Matrix", near: Sequence["Matrix"]) -> "Matrix":
        """One measure of shared words and of nearness in each view."""
        found = (words - self._words_middle) / self._words_spread
        if self._views:
            whole = sum(view.weight for view in self._views)
            found *= _WORDS
            for view, one in zip(self._views, near, strict=True):
                found += view.weight / whole * (one - view.middle) / view.spread
        measured: Matrix = (found - self._middle) / self._spread
        return measured

    def _view(self, vectors: "Vectors") -> "_View":
        view = _View(vectors)
        view.needs, view.offers = view.read(self.needs), view.read(self.offers)
        near = view.needs[self._sample] @ view.offers.T
        view.hubs = view.hubs_of(near)
        near -= view.hubs
        view.middle, view.spread = _spread(near[:, self._written])
        return view

    def _spreads(self) -> None:
        """Measures the spread of words, then of the whole, over the sample."""
        self._words_middle, self._words_spread, self._middle, self._spread = 0.0, 1.0, 0.0, 1.0
        if not self.needs or not self._written:
            return
        import numpy as np

        words = np.stack(
            [self._said.scores(self._asked[place], len(self.offers)) for place in self._sample]
        )
        self._words_middle, self._words_spread = _spread(words[:, self._written])
        whole = self.rows(self._sample)
        for row, place in enumerate(self._sample):
            whole[row] -= self._place(self._need_places[place])
        self._middle, self._spread = _spread(whole[:, self._written])

    def _place(self, wanted: frozenset[str]) -> "NDArray[np.float32] | float":
        """What the territory of a need changes for each offer."""
        if not wanted:
            return 0.0
        import numpy as np

        effect = np.where(self._offer_places["somewhere"], -_PLACE, 0.0).astype(np.float32)
        for one in wanted:
            if one in self._offer_places:
                effect[self._offer_places[one]] = _PLACE
        return effect


def _spread(measures: "Matrix") -> tuple[float, float]:
    """The mean of all pairs, and their standard deviation; no less than what is no noise."""
    if not measures.size:
        return 0.0, 1.0
    return float(measures.mean(dtype=float)), max(float(measures.std(dtype=float)), _LEAST_SPREAD)


def _spaced(count: int) -> list[int]:
    """So many places that stand for all of them."""
    step = max(1, -(-count // _SAMPLE))
    return list(range(0, count, step))


def _territories(offers: Sequence[Text]) -> Mapping[str, "NDArray[np.bool_]"]:
    """For each territory, which offers are there; "somewhere" for those that are not anywhere."""
    import numpy as np

    found: dict[str, NDArray[np.bool_]] = {"somewhere": np.zeros(len(offers), dtype=np.bool_)}
    for place, offer in enumerate(offers):
        for one in offer.territories:
            found.setdefault(one, np.zeros(len(offers), dtype=np.bool_))[place] = True
            found["somewhere"][place] = True
    return found
