"""The pages that changed since the index was written last, held by each process for itself.

A commit of Whoosh costs twenty times what a page does, and leaves a segment that all later
questions look into. So a few pages are held in memory, and written when they are some
(``SearchProjection.write_recent``); a process that starts works them out anew.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, takewhile

from wiki.projections.searching.index.columns import Columns
from wiki.projections.searching.index.entries import Card, Entry
from wiki.projections.searching.index.postings import Postings
from wiki.projections.searching.index.schema import (
    LEVELS,
    SYNONYM,
    Posting,
    encode,
    roots_field,
    words_field,
)
from wiki.projections.searching.spelling import Vocabulary

#: document, weight and places
_Place = tuple[int, float, tuple[int, ...]]


class RecentPart(Columns):
    """A part as ``Part``, of entries in memory. Never changes: ``extended`` makes another."""

    def __init__(
        self,
        entries: Sequence[Entry] = (),
        terms: Mapping[str, Mapping[str, tuple[_Place, ...]]] | None = None,
        pages: int = 0,
    ) -> None:
        words = {
            "path": [entry.card.path for entry in entries],
            "space": [entry.space or "" for entry in entries],
            "kind": [entry.kind for entry in entries],
            "group": [entry.group for entry in entries],
        }
        super().__init__(len(entries), lambda name: (words[name], range(len(entries))))
        self._entries = entries
        self._terms = terms or {}
        #: how many pages were put in
        self.pages = pages
        self._sorted: dict[str, list[str]] = {}
        self._vocabularies: dict[str, Vocabulary] = {}

    def extended(self, entries: Sequence[Entry], pages: int) -> "RecentPart":
        """One with these entries too, of so many pages."""
        terms = dict(self._terms)
        copied: dict[str, dict[str, tuple[_Place, ...]]] = {}
        for document, entry in enumerate(entries, self.size):
            for field, postings in fields_of(entry):
                if field not in copied:
                    copied[field] = terms[field] = dict(terms.get(field, {}))
                known = copied[field]
                for term, weight, places in postings:
                    known[term] = (*known.get(term, ()), (document, weight, places))
        return RecentPart([*self._entries, *entries], terms, self.pages + pages)

    def postings(self, field: str, term: str) -> Postings | None:
        """See Part."""
        import numpy as np

        if not (found := self._terms.get(field, {}).get(term)):
            return None
        documents, weights, _places = zip(*found, strict=True)
        return Postings(np.array(documents, np.int32), np.array(weights, np.float32))

    def places(self, field: str, term: str) -> dict[int, bytes]:
        """See Part."""
        found = self._terms.get(field, {}).get(term, ())
        return {document: encode(places) for document, _weight, places in found}

    def terms(self, field: str, prefix: str, limit: int) -> list[str]:
        """See Part."""
        return [term[len(prefix) :] for term in islice(self._from(field, prefix), limit)]

    def vocabulary(self, field: str) -> Vocabulary:
        """See Part."""
        if field not in self._vocabularies:
            self._vocabularies[field] = Vocabulary(self._terms.get(field, ()))
        return self._vocabularies[field]

    def synonyms(self, field: str) -> Mapping[str, list[str]]:
        """See Part."""
        found: dict[str, list[str]] = {}
        for term in self._from(field, SYNONYM):
            key, _, words = term.removeprefix(SYNONYM).partition("=")
            found.setdefault(key, []).append(words)
        return found

    def card(self, document: int) -> Card:
        """See Part."""
        return self._entries[document].card

    def _from(self, field: str, start: str) -> Iterator[str]:
        if field not in self._sorted:
            self._sorted[field] = sorted(self._terms.get(field, ()))
        terms = self._sorted[field]
        first = bisect_left(terms, start)
        longer = map(terms.__getitem__, range(first, len(terms)))
        return takewhile(lambda term: term.startswith(start), longer)


def fields_of(entry: Entry) -> Iterator[tuple[str, Collection[Posting]]]:
    """The postings of an entry by field; who may read it decides which fields those are."""
    level = entry.group if entry.group in LEVELS else LEVELS[-1]
    yield words_field(level), entry.words
    yield roots_field(level), entry.roots
