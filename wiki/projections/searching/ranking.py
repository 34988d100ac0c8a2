"""How well each document answers a question, added up word by word over whole posting lists.

Each typed word is a slot. Forms that stand for it (itself, its stems, what it begins, what it may
be a misspelling of, neighbours written as one) give the slot its score in a document: the best of
them, each times how surely it stands for the word. A document's score is the sum over its slots,
times the share of the question, by rarity, that it answers: who has all the words comes first.
Documents that answer too little of it are no results.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wiki.projections.analysis import Word, is_stop_word
from wiki.projections.searching.question import Question
from wiki.projections.searching.schema import (
    JOINED,
    NAME,
    TITLE,
    decode,
    roots_field,
    words_field,
)
from wiki.projections.searching.slots import Slot, better
from wiki.projections.searching.snapshot import Snapshot
from wiki.projections.searching.spelling import Near, nearest
from wiki.projections.searching.standins import BESIDE, stand_in
from wiki.projections.searching.view import View

#: of a word's score, what its exact form earns beyond its stem
EXACT = 0.3
#: what a longer word is worth that begins as the last one does: beside it, and instead of it
LONGER, UNFINISHED = 0.6, 0.9
#: what a word is worth that was misspelt by one letter, by two
MISSPELT = (1.0, 0.7, 0.55)
#: and if a document has it as it was typed
RARE_BUT_THERE = 0.7
#: share of the question, by rarity, that a result answers at least
LEAST = 0.3
#: how much better a title is that is the question, or begins with it
SAME_TITLE, TITLE_BEGINS = 1.6, 1.3
#: a word is rare that one document in so many has …
_RARE = 2000
#: … and a word much more frequent that so many times as many have
_MUCH = 4
_SHORTEST_PREFIX = 2
#: words that one may be a misspelling of
_NEAREST = 40


@dataclass
class Ranked:
    """The documents that answer, with their scores, and how each word was understood."""

    scores: dict[int, float]
    slots: list[Slot]


class Ranking:
    """One question to one snapshot for one audience."""

    def __init__(self, snapshot: Snapshot, question: Question, audience: frozenset[str]) -> None:
        self._view = View(snapshot, audience)
        self._question = question

    def rank(self, *, as_typed: bool = False) -> Ranked:
        """Scores all visible documents that answer the question; without words, all are equal.

        ``as_typed``: what other words say the same is not looked for.
        """
        question = self._question
        slots = [Slot(word) for word in question.words]
        for slot in slots:
            self._fill(slot, slot.word.form == question.last)
        self._join(slots)
        if not as_typed:
            stand_in(self._view, question.typed, slots)
        scores = self._sum(slots) if slots else self._everything()
        for phrase in question.phrases:
            scores = self._keep(scores, self._with_phrase(phrase))
        for form in question.titles:
            named = self._view.documents(roots_field, NAME + form)
            if form == question.typed[-1]:
                named |= self._view.beginning(roots_field, NAME + form).keys()
            scores = self._keep(scores, named)
        for phrase in question.without:
            for document in self._with_phrase(phrase):
                scores.pop(document, None)
        self._prefer_titles(scores)
        return Ranked(scores, slots)

    # One word

    def _fill(self, slot: Slot, unfinished: bool) -> None:
        form = slot.word.form
        exact = self._view.weights(words_field, form)
        # Or the word is several in a title: ``refugiesinfo`` for Réfugiés info.
        better(exact, self._view.weights(roots_field, JOINED + form), 1.0)
        stems = {} if is_stop_word(form) else self._view.stems(form)
        frequency = len(stems) or len(exact)
        if frequency:
            slot.mass = mass = self._view.rarity(frequency)
            share, bare = (1 - EXACT, EXACT) if stems else (1.0, 1.0)
            own = {document: weight * share * mass for document, weight in stems.items()}
            known = own.get
            for document, weight in exact.items():
                own[document] = known(document, 0.0) + weight * bare * mass
            slot.scores = slot.own = own
        if unfinished and len(form) >= _SHORTEST_PREFIX:
            self._finish(slot, frequency)
        if len(slot.scores) <= 1 + self._view.total // _RARE:
            self._correct(slot, len(slot.scores))
        if not slot.mass:
            # Nobody has it: it counts against no one more than a very rare word would, halved.
            slot.mass = self._view.rarity(1) / 2

    def _finish(self, slot: Slot, frequency: int) -> None:
        """Takes in the words that begin with what was typed."""
        form = slot.word.form
        best: dict[int, float] = {}
        whole = len(form) > _SHORTEST_PREFIX
        beginnings = [(words_field, form), (roots_field, JOINED + form)]
        for field_of, start in beginnings if whole else [(roots_field, NAME + form)]:
            better(best, self._view.beginning(field_of, start), 1.0)
        if not best:
            return
        rarity = self._view.rarity(len(best.keys() | slot.scores.keys()))
        worth = (LONGER if frequency else UNFINISHED) * rarity
        slot.stand(best, worth)
        slot.mass = slot.mass or rarity

    def _correct(self, slot: Slot, known: int) -> None:
        """Takes in the words that are written almost like one that is unknown, or very rare.

        A word that a few documents have, none of them in its title, must be one letter away from
        what it may be a misspelling of, and much rarer.
        """
        form = slot.word.form
        found: list[Near] = []
        if known and self._view.weights(roots_field, NAME + form):
            return
        for near in nearest(self._view.vocabularies(), form, 1 if known else 2):
            if found and near.distance > found[0].distance:
                break
            # Of a word that no page has any more others may have the stem: it is not put right to.
            if not self._view.weights(words_field, near.form):
                continue
            weights = self._view.word(near.form)
            if len(weights) <= _MUCH * known:
                continue
            if len(found) == _NEAREST:
                break
            found.append(near._replace(documents=len(weights)))
            slot.stand_ins.add(near.form)
            worth = MISSPELT[near.distance] * self._view.rarity(len(weights))
            slot.stand(weights, worth * (RARE_BUT_THERE if known else 1.0))
            slot.mass = max(slot.mass, self._view.rarity(len(weights)))
        slot.near = sorted(found, key=lambda near: (near.distance, -near.documents, near.form))

    # Several words

    def _join(self, slots: Sequence[Slot]) -> None:
        """Neighbours written as one word, or found as one, stand for each of them."""
        typed = self._question.typed
        by_place = {slot.word.place: slot for slot in reversed(slots)}
        for size in (2, 3):
            for start in range(len(typed) - size + 1):
                together = [by_place[p] for p in range(start, start + size) if p in by_place]
                if not together:
                    continue
                form = "".join(typed[start : start + size])
                best = self._view.weights(roots_field, JOINED + form)
                better(best, self._view.weights(words_field, form), 1.0)
                if not best:
                    continue
                rarity = self._view.rarity(len(best))
                if len(together) == size:
                    rarity = max(rarity, sum(slot.mass for slot in together))
                for slot in together:
                    slot.stand(best, rarity / len(together))
                    slot.stand_ins.add(form)

    def _sum(self, slots: Sequence[Slot]) -> dict[int, float]:
        if len(slots) == 1:
            # What answers it answers the whole of it.
            mass = slots[0].mass
            return {one: score * mass / mass for one, score in slots[0].scores.items()}
        size = self._view.snapshot.size
        total, answered = [0.0] * size, [0.0] * size
        for slot in slots:
            mass = slot.mass
            for document, score in slot.scores.items():
                total[document] += score
                answered[document] += mass
        whole = sum(slot.mass for slot in slots)
        least = LEAST * whole
        documents = set[int]().union(*(slot.scores for slot in slots))
        return {
            document: total[document] * answered[document] / whole
            for document in documents
            if answered[document] >= least
        }

    def _everything(self) -> dict[int, float]:
        return {document: 0.0 for document, seen in enumerate(self._view.visible) if seen}

    def _prefer_titles(self, scores: dict[int, float]) -> None:
        """A title that is the question, or begins with it, is what was meant."""
        question = self._question
        whole = "".join(question.typed)[:200]
        if not whole or question.titles:
            self._put_last(scores, set())
            return
        named = self._view.documents(roots_field, TITLE + whole)
        self._put_last(scores, named)
        if len(whole) <= _SHORTEST_PREFIX:
            return
        for document in named & scores.keys():
            scores[document] *= SAME_TITLE
        begun = self._view.beginning(roots_field, TITLE + whole)
        for document in begun.keys() & scores.keys():
            scores[document] *= TITLE_BEGINS

    def _put_last(self, scores: dict[int, float], named: set[int]) -> None:
        """What is about words, or is a form to fill in, answers nothing before a page does.

        Unless it is ``named`` by the question.
        """
        last = (self._view.snapshot.last & scores.keys()) - named
        others = scores.keys() - last
        if not last or not others:
            return
        most = max(scores[document] for document in last)
        least = min(scores[document] for document in others)
        # Titles may still raise it.
        limit = BESIDE * least / (SAME_TITLE * TITLE_BEGINS)
        if most > limit:
            for document in last:
                scores[document] *= limit / most

    def _with_phrase(self, phrase: Sequence[Word]) -> set[int]:
        """The documents where the words of ``phrase`` stand as far apart as in it.

        Stop words are not looked for: bodies do not keep them, only their room.
        """
        told = [word for word in phrase if not is_stop_word(word.form)] or list(phrase)
        if len(told) == 1:
            return self._view.documents(words_field, told[0].form)
        places = [self._view.places(word.form) for word in told]
        common = set(places[0]).intersection(*places[1:])
        gaps = [after.place - before.place for before, after in pairwise(told)]
        return {
            document
            for document in common
            if _in_a_row([decode(found[document]) for found in places], gaps)
        }

    @staticmethod
    def _keep(scores: dict[int, float], documents: set[int]) -> dict[int, float]:
        return {document: score for document, score in scores.items() if document in documents}


def _in_a_row(places: Sequence[Iterable[int]], gaps: Sequence[int]) -> bool:
    ends = set(places[0])
    for found, gap in zip(places[1:], gaps, strict=True):
        ends = {place + gap for place in ends} & set(found)
    return bool(ends)
