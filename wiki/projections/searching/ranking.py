"""How well each document answers a question, added up word by word over whole posting lists.

Each typed word is a slot. Forms that stand for it (itself, its stems, what it begins, what it may
be a misspelling of, neighbours written as one) give the slot its score in a document: the best of
them, each times how surely it stands for the word. A document's score is the sum over its slots,
times the share of the question, by rarity, that it answers: who has all the words comes first.
Documents that answer too little of it are no results.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wiki.projections.analysis import is_stop_word, joined
from wiki.projections.searching.index.postings import Mask, Numbers, Weights
from wiki.projections.searching.index.schema import JOINED, NAME, TITLE, roots_field, words_field
from wiki.projections.searching.index.slots import Slot
from wiki.projections.searching.index.snapshot import Snapshot
from wiki.projections.searching.index.view import View
from wiki.projections.searching.phrases import with_phrase
from wiki.projections.searching.question import Question
from wiki.projections.searching.spelling import Near, nearest
from wiki.projections.searching.substitutes import BESIDE, stand_in

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


@dataclass(eq=False)
class Ranked:
    """The documents that answer, the scores of all by number, and how words were understood."""

    documents: Numbers
    scores: Weights
    slots: list[Slot]


class Ranking:
    """One question to one snapshot for one audience."""

    def __init__(self, snapshot: Snapshot, question: Question, audience: frozenset[str]) -> None:
        self._view = View(snapshot, audience)
        self._question = question
        self._size = snapshot.size

    def rank(self, *, as_typed: bool = False) -> Ranked:
        """Scores all visible documents that answer the question; without words, all are equal.

        ``as_typed``: what other words say the same is not looked for.
        """
        view, question = self._view, self._question
        self._expect()
        nothing = np.zeros(self._size)
        slots = [Slot(word, nothing, nothing) for word in question.words]
        for slot in slots:
            self._fill(slot, slot.word.form == question.last)
        self._join(slots)
        if not as_typed:
            stand_in(view, question.typed, slots)
        found, scores = self._sum(slots) if slots else (view.visible.copy(), nothing)
        for phrase in question.phrases:
            found &= self._mask(with_phrase(view, phrase))
        for form in question.titles:
            named = self._mask(view.documents(roots_field, NAME + form))
            if form == question.typed[-1]:
                named[view.beginning(roots_field, NAME + form).documents] = True
            found &= named
        for phrase in question.without:
            found[with_phrase(view, phrase)] = False
        self._prefer_titles(found, scores)
        return Ranked(np.flatnonzero(found), scores, slots)

    def _expect(self) -> None:
        """Has all that is surely looked for be read at once."""
        question, typed = self._question, self._question.typed
        forms = [word.form for word in question.words]
        together = joined(typed)
        self._view.expect_words([*forms, *together])
        self._view.expect(
            [
                *((roots_field, JOINED + form) for form in (*forms, *together)),
                *((roots_field, NAME + form) for form in question.titles),
                (roots_field, TITLE + "".join(typed)[:200]),
            ]
        )

    # One word

    def _fill(self, slot: Slot, unfinished: bool) -> None:
        view, form = self._view, slot.word.form
        exact = view.best(
            view.weights(words_field, form),
            # Or the word is several in a title: ``refugiesinfo`` for Réfugiés info.
            view.weights(roots_field, JOINED + form),
        )
        stems = None if is_stop_word(form) else view.stems(form)
        frequency = len(stems or exact)
        if frequency:
            slot.mass = mass = view.rarity(frequency)
            own = np.zeros(self._size)
            if stems:
                own[stems.documents] = stems.weights * (1 - EXACT) * mass
            own[exact.documents] += exact.weights * (EXACT if stems else 1.0) * mass
            slot.scores = slot.own = own
        if unfinished and len(form) >= _SHORTEST_PREFIX:
            self._finish(slot, frequency)
        if (known := int(np.count_nonzero(slot.scores))) <= 1 + view.total // _RARE:
            self._correct(slot, known)
        if not slot.mass:
            # Nobody has it: it counts against no one more than a very rare word would, halved.
            slot.mass = view.rarity(1) / 2

    def _finish(self, slot: Slot, frequency: int) -> None:
        """Takes in the words that begin with what was typed."""
        view, form = self._view, slot.word.form
        if len(form) > _SHORTEST_PREFIX:
            best = view.best(
                view.beginning(words_field, form), view.beginning(roots_field, JOINED + form)
            )
        else:
            best = view.beginning(roots_field, NAME + form)
        if not best:
            return
        answered = slot.scores > 0
        answered[best.documents] = True
        rarity = view.rarity(int(np.count_nonzero(answered)))
        slot.stand(best, (LONGER if frequency else UNFINISHED) * rarity)
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
        like = nearest(self._view.vocabularies(), form, 1 if known else 2)
        self._view.expect_words(near.form for near in like[:_NEAREST])
        for near in like:
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
                best = self._view.best(
                    self._view.weights(roots_field, JOINED + form),
                    self._view.weights(words_field, form),
                )
                if not best:
                    continue
                rarity = self._view.rarity(len(best))
                if len(together) == size:
                    rarity = max(rarity, sum(slot.mass for slot in together))
                for slot in together:
                    slot.stand(best, rarity / len(together))
                    slot.stand_ins.add(form)

    def _sum(self, slots: Sequence[Slot]) -> tuple[Mask, Weights]:
        """The documents that answer enough of the question, and the scores."""
        total, answered = np.zeros(self._size), np.zeros(self._size)
        for slot in slots:
            total += slot.scores
            answered += (slot.scores > 0) * slot.mass
        whole = sum(slot.mass for slot in slots)
        return answered >= LEAST * whole, total * answered / whole

    def _mask(self, documents: Numbers) -> Mask:
        mask = np.zeros(self._size, np.bool_)
        mask[documents] = True
        return mask

    def _prefer_titles(self, found: Mask, scores: Weights) -> None:
        """A title that is the question, or begins with it, is what was meant."""
        view, question = self._view, self._question
        whole = "".join(question.typed)[:200]
        if not whole or question.titles:
            self._put_last(found & view.snapshot.last, found, scores)
            return
        named = view.documents(roots_field, TITLE + whole)
        last = found & view.snapshot.last
        last[named] = False
        self._put_last(last, found, scores)
        if len(whole) > _SHORTEST_PREFIX:
            scores[named] *= SAME_TITLE
            scores[view.beginning(roots_field, TITLE + whole).documents] *= TITLE_BEGINS

    def _put_last(self, last: Mask, found: Mask, scores: Weights) -> None:
        """What is about words, or is a form to fill in, answers nothing before a page does.

        ``last`` are those of the documents found, but for what the question names.
        """
        others = found & ~last
        if not last.any() or not others.any():
            return
        most, least = scores[last].max(), scores[others].min()
        # Titles may still raise it.
        limit = BESIDE * least / (SAME_TITLE * TITLE_BEGINS)
        if most > limit:
            scores[last] *= limit / most
