"""A snapshot as one audience sees it: every number and every word comes from what it may know."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from math import log

from wiki.projections.analysis import LANGUAGES, is_stop_word, stem
from wiki.projections.searching.schema import (
    LEVELS,
    STEMS,
    SYNONYM,
    roots_field,
    words_field,
)
from wiki.projections.searching.snapshot import Snapshot
from wiki.projections.searching.spelling import Vocabulary

#: terms that what is typed may be the beginning of: looked at, and taken
_LOOKED_AT, _TAKEN = 1000, 60

#: the field of a level: ``words_field`` or ``roots_field``
FieldOf = Callable[[str], str]


class View:
    """What the words of a question are looked up in."""

    def __init__(self, snapshot: Snapshot, audience: frozenset[str]) -> None:
        self.snapshot = snapshot
        self.visible = snapshot.visible(audience)
        self._open = snapshot.levels(audience)
        # Words are not even looked up where nothing is for who asks.
        few = audience - {LEVELS[0], LEVELS[1]}
        self._levels = LEVELS if few else [one for one in LEVELS if one in audience]

    def weights(self, field_of: FieldOf, term: str) -> dict[int, float]:
        """The weight of ``term`` in each visible document that has it."""
        return self._weights((level, term, None) for level in map(field_of, self._levels))

    def documents(self, field_of: FieldOf, term: str) -> set[int]:
        """The visible documents that have ``term``."""
        return set(self.weights(field_of, term))

    def beginning(self, field_of: FieldOf, start: str) -> dict[int, float]:
        """The best weight, by document, of the terms that begin with ``start`` and go on."""
        best: dict[int, float] = {}
        going_on = (found for rest, found in self.begun(field_of, start) if rest)
        for found in islice(going_on, _TAKEN):
            for document, weight in found.items():
                if weight > best.get(document, 0.0):
                    best[document] = weight
        return best

    def begun(self, field_of: FieldOf, start: str) -> Iterator[tuple[str, dict[int, float]]]:
        """How terms that begin with ``start`` go on, and their weights; the shortest first.

        Terms of no visible document are passed over: they take no other's place.
        """
        ways: dict[str, list[tuple[str, list[int]]]] = {}
        for field in map(field_of, self._levels):
            for rest, parts in self.snapshot.terms(field, start, _LOOKED_AT).items():
                ways.setdefault(rest, []).append((field, parts))
        for rest in sorted(ways, key=lambda rest: (len(rest), rest)):
            if found := self._weights((field, start + rest, parts) for field, parts in ways[rest]):
                yield rest, found

    def stems(self, form: str) -> dict[int, float]:
        """The weights of the stems of a word, each in the documents of its language."""
        found: dict[int, float] = {}
        for lang in LANGUAGES:
            found.update(self.weights(roots_field, STEMS[lang] + stem(form, lang)))
        return found

    def word(self, form: str) -> dict[int, float]:
        """The weights of a word's stems, or of its exact form where it has none."""
        return self.stems(form) or self.weights(words_field, form)

    def all_words(self, forms: Sequence[str]) -> dict[int, float]:
        """The documents that have all of ``forms``, with the least of their weights."""
        told = [form for form in forms if not is_stop_word(form)] or forms
        each = [self.word(form) for form in told]
        common = set(each[0]).intersection(*each[1:])
        return {document: min(weights[document] for weights in each) for document in common}

    def places(self, form: str) -> dict[int, bytes]:
        """The encoded places of a word by visible document."""
        visible = self.visible
        return {
            document: places
            for field in map(words_field, self._levels)
            for document, places in self.snapshot.places(field, form).items()
            if visible[document]
        }

    def synonyms(self, key: str) -> dict[str, float]:
        """The words that a visible page says stand for ``key``, and how surely."""
        found: dict[str, float] = {}
        for field in map(roots_field, self._levels):
            # In their order: that of a set is chance's, and depends on what is not seen.
            for words in sorted(self.snapshot.synonyms(field, key)):
                if said := self.weights(roots_field, f"{SYNONYM}{key}={words}"):
                    found[words] = max(said.values())
        return found

    def vocabularies(self) -> Iterator[Vocabulary]:
        """The words that a misspelt one may be meant for."""
        return self.snapshot.vocabularies(map(words_field, self._open))

    @cached_property
    def total(self) -> int:
        """How many documents are visible."""
        return sum(self.visible)

    def rarity(self, documents: int) -> float:
        """The inverse document frequency of BM25, never negative."""
        total = max(self.total, documents)
        return log(1 + (total - documents + 0.5) / (documents + 0.5))

    @cached_property
    def _all_visible(self) -> frozenset[str]:
        """The fields of which everything is visible but for what was deleted."""
        return frozenset(name(level) for level in self._open for name in (words_field, roots_field))

    def _weights(self, asked: "Iterator[tuple[str, str, list[int] | None]]") -> dict[int, float]:
        visible, deleted = self.visible, self.snapshot.deleted
        found: dict[int, float] = {}
        for field, term, parts in asked:
            for documents, weights in self.snapshot.postings(field, term, parts):
                if field in self._all_visible and len(deleted) < len(documents):
                    found.update(zip(documents, weights, strict=True))
                    for document in deleted:
                        found.pop(document, None)
                else:
                    found |= {
                        document: weight
                        for document, weight in zip(documents, weights, strict=True)
                        if visible[document]
                    }
        return found
