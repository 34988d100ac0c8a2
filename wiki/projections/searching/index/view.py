"""A snapshot as one audience sees it: every number and every word comes from what it may know."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from math import log

import numpy as np

from wiki.cache.properties import cached_property
from wiki.projections.analysis import LANGUAGES, is_stop_word, stem
from wiki.projections.searching.index.postings import Numbers, Postings
from wiki.projections.searching.index.schema import LEVELS, STEMS, SYNONYM, roots_field, words_field
from wiki.projections.searching.index.slots import better
from wiki.projections.searching.index.snapshot import Snapshot
from wiki.projections.searching.spelling import Lexicon

#: terms that what is typed may be the beginning of: looked at, and taken
_LOOKED_AT, _TAKEN = 1000, 60

#: the field of a level: ``words_field`` or ``roots_field``
FieldOf = Callable[[str], str]

_NONE = Postings(np.empty(0, np.intp), np.empty(0))


class View:
    """What the words of a question are looked up in: postings of visible documents, no others."""

    def __init__(self, snapshot: Snapshot, audience: frozenset[str]) -> None:
        self.snapshot = snapshot
        self.visible = snapshot.visible(audience)
        self._open = snapshot.levels(audience)
        # Words are not even looked up where nothing is for who asks.
        few = audience - {LEVELS[0], LEVELS[1]}
        self._levels = LEVELS if few else [one for one in LEVELS if one in audience]

    def expect(self, terms: Iterable[tuple[FieldOf, str]]) -> None:
        """Has these terms read at once where each reading costs something."""
        self.snapshot.expect(
            {(field_of(level), term) for field_of, term in terms for level in self._levels}
        )

    def weights(self, field_of: FieldOf, term: str) -> Postings:
        """The visible documents that have ``term``, and its weights."""
        return self._seen((level, term, None) for level in map(field_of, self._levels))

    def documents(self, field_of: FieldOf, term: str) -> Numbers:
        """The visible documents that have ``term``."""
        return self.weights(field_of, term).documents

    def best(self, *found: Postings) -> Postings:
        """All documents of ``found``, each with the best of its weights."""
        some = [postings for postings in found if postings.documents.size]
        if len(some) < 2:
            return some[0] if some else _NONE
        scores = np.zeros(self.snapshot.size)
        for postings in some:
            better(scores, postings, 1.0)
        documents = np.flatnonzero(scores > 0)
        return Postings(documents, scores[documents])

    def beginning(self, field_of: FieldOf, start: str) -> Postings:
        """The best weight, by document, of the terms that begin with ``start`` and go on."""
        going_on = (found for rest, found in self.begun(field_of, start) if rest)
        return self.best(*islice(going_on, _TAKEN))

    def begun(self, field_of: FieldOf, start: str) -> Iterator[tuple[str, Postings]]:
        """How terms that begin with ``start`` go on, and their weights; the shortest first.

        Terms of no visible document are passed over: they take no other's place.
        """
        ways: dict[str, list[tuple[str, list[int]]]] = {}
        for field in map(field_of, self._levels):
            for rest, parts in self.snapshot.terms(field, start, _LOOKED_AT).items():
                ways.setdefault(rest, []).append((field, parts))
        shortest = iter(sorted(ways, key=lambda rest: (len(rest), rest)))
        while some := list(islice(shortest, _TAKEN)):
            self.snapshot.expect(
                {(field, start + rest) for rest in some for field, _parts in ways[rest]}
            )
            for rest in some:
                if found := self._seen((field, start + rest, parts) for field, parts in ways[rest]):
                    yield rest, found

    def expect_words(self, forms: Iterable[str]) -> None:
        """Has all be read that ``word`` looks into for these forms."""
        told = list(forms)
        stems = [
            (roots_field, STEMS[lang] + stem(form, lang)) for form in told for lang in LANGUAGES
        ]
        self.expect([*((words_field, form) for form in told), *stems])

    def stems(self, form: str) -> Postings:
        """The weights of the stems of a word, each in the documents of its language."""
        return _joined(
            self.weights(roots_field, STEMS[lang] + stem(form, lang)) for lang in LANGUAGES
        )

    def word(self, form: str) -> Postings:
        """The weights of a word's stems, or of its exact form where it has none."""
        return self.stems(form) or self.weights(words_field, form)

    def all_words(self, forms: Sequence[str]) -> Postings:
        """The documents that have all of ``forms``, with the least of their weights."""
        told = [form for form in forms if not is_stop_word(form)] or forms
        had = np.zeros(self.snapshot.size, np.intp)
        least = np.full(self.snapshot.size, np.inf)
        for found in map(self.word, told):
            had[found.documents] += 1
            least[found.documents] = np.minimum(least[found.documents], found.weights)
        documents = np.flatnonzero(had == len(told))
        return Postings(documents, least[documents])

    def in_a_row(self, forms: Sequence[str], gaps: Sequence[int]) -> Numbers:
        """The visible documents where ``forms`` stand as far apart as ``gaps`` say."""
        fields = map(words_field, self._levels)
        found = [one for field in fields for one in self.snapshot.in_a_row(field, forms, gaps)]
        documents = np.array(found, np.intp)
        return documents[self.visible[documents]]

    def synonyms(self, key: str) -> dict[str, float]:
        """The words that a visible page says stand for ``key``, and how surely."""
        found: dict[str, float] = {}
        for field in map(roots_field, self._levels):
            # In their order: that of a set is chance's, and depends on what is not seen.
            for words in sorted(self.snapshot.synonyms(field, key)):
                if said := self.weights(roots_field, f"{SYNONYM}{key}={words}"):
                    found[words] = float(said.weights.max())
        return found

    def vocabularies(self) -> Iterator[Lexicon]:
        """The words that a misspelt one may be meant for."""
        return self.snapshot.vocabularies(map(words_field, self._open))

    @cached_property
    def total(self) -> int:
        """How many documents are visible."""
        return int(np.count_nonzero(self.visible))

    def rarity(self, documents: int) -> float:
        """The inverse document frequency of BM25, never negative."""
        total = max(self.total, documents)
        return log(1 + (total - documents + 0.5) / (documents + 0.5))

    def _seen(self, asked: Iterator[tuple[str, str, list[int] | None]]) -> Postings:
        """What is visible of the postings of terms in fields, of which each is another's."""
        return _joined(
            self._visible(postings)
            for field, term, parts in asked
            for postings in self.snapshot.postings(field, term, parts)
        )

    def _visible(self, postings: Postings) -> Postings:
        seen = self.visible[postings.documents]
        if seen.all():
            return postings
        return Postings(postings.documents[seen], postings.weights[seen])


def _joined(found: Iterator[Postings]) -> Postings:
    """Postings that have no document in common as one."""
    some = [postings for postings in found if postings.documents.size]
    if len(some) < 2:
        return some[0] if some else _NONE
    return Postings(
        np.concatenate([postings.documents for postings in some]),
        np.concatenate([postings.weights for postings in some]),
    )
