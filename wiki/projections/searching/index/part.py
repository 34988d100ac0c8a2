"""One segment of the index, read in bulk.

Whoosh walks postings one by one through a tree of matchers; a search here reads those of a term
into arrays and adds these up.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice, takewhile
from typing import Any

from whoosh.filedb.filestore import FileStorage

from wiki.projections.searching.index.codec import ChunkedCodec
from wiki.projections.searching.index.columns import Columns, Words
from wiki.projections.searching.index.entries import Card
from wiki.projections.searching.index.postings import Kept, Postings
from wiki.projections.searching.index.schema import SYNONYM
from wiki.projections.searching.spelling import Vocabulary

_ALL = 10**9
#: documents of a part whose terms are kept in memory: of many parts most have few of the words
_SMALL = 500


class Damaged(Exception):
    """The index cannot be read.

    ``renewed``: for it names code that is not there any more, as one of another version does.
    """

    def __init__(self, reason: str, *, renewed: bool = False) -> None:
        super().__init__(reason)
        self.renewed = renewed


@contextmanager
def reading() -> Iterator[None]:
    """Raises Damaged for whatever goes wrong inside.

    Files that hold just anything are unpickled there, which can raise just any exception.
    """
    try:
        yield
    except (Damaged, FileNotFoundError):
        raise
    except Exception as error:
        gone = isinstance(error, ImportError | AttributeError)
        raise Damaged(repr(error), renewed=gone) from error


class Part(Columns):
    """A segment: its postings, and for each document its kind, path, space, group and card."""

    def __init__(self, storage: FileStorage, segment: Any, kept: Kept) -> None:
        """Postings go by way of ``kept``. Raises Damaged."""
        self._kept = kept
        self.name: str = segment.segment_id()
        with reading():
            codec = segment.codec()
            if not isinstance(codec, ChunkedCodec):
                raise Damaged("another codec", renewed=True)
            # Which documents are deleted is the snapshot's to know, so that a part serves every
            # generation it lives in.
            self._terms = codec.terms_reader(storage, segment)
            self._documents = codec.per_document_reader(storage, segment)
        super().__init__(segment.doc_count_all(), self._words)
        self._listed: dict[str, list[bytes]] = {}
        self._synonyms: dict[str, Mapping[str, list[str]]] = {}
        self._vocabularies: dict[str, Vocabulary] = {}

    def _words(self, name: str) -> Words:
        with reading():
            found: Words = self._documents.words(name)
            return found

    def postings(self, field: str, term: str) -> Postings | None:
        """The postings of ``term``, deleted documents included; None where it has none."""
        key = (self.name, field, term)
        return self._kept.get(key, lambda: self._postings(field, term.encode()))

    def places(self, field: str, term: str) -> dict[int, bytes]:
        """The encoded places of ``term`` by document."""
        with reading():
            return dict(self._terms.places(field, term.encode()))

    def terms(self, field: str, prefix: str, limit: int) -> list[str]:
        """The first terms of ``field`` that begin with ``prefix``, without it, in their order."""
        start = prefix.encode()
        with reading():
            return [term[len(start) :].decode() for term in islice(self._from(field, start), limit)]

    def vocabulary(self, field: str) -> Vocabulary:
        """All terms of ``field``; kept, since it is asked for whole each time."""
        if field not in self._vocabularies:
            self._vocabularies[field] = Vocabulary(self.terms(field, "", _ALL))
        return self._vocabularies[field]

    def synonyms(self, field: str) -> Mapping[str, list[str]]:
        """What stands for what, by key; kept, since each question looks for many."""
        if field not in self._synonyms:
            found: dict[str, list[str]] = {}
            for term in self.terms(field, SYNONYM, _ALL):
                key, _, words = term.partition("=")
                found.setdefault(key, []).append(words)
            self._synonyms[field] = found
        return self._synonyms[field]

    def card(self, document: int) -> Any:
        """What is stored with a document: a Card, or the marker's commit."""
        with reading():
            stored = self._documents.card(document)
            return Card(*stored) if isinstance(stored, list) else stored

    def all_cards(self) -> list[Any]:
        """``card`` of each document."""
        with reading():
            return list(self._documents.cards())

    def all_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """Field, term, document, weight and places of every posting, in that order."""
        with reading():
            yield from self._terms.all_postings()

    def _all(self, field: str) -> list[bytes]:
        """The terms of ``field`` in their order, kept: of a part that is small."""
        if field not in self._listed:
            found = self._terms.terms_from(field, b"")
            self._listed[field] = [term for _name, term in found]
        return self._listed[field]

    def _from(self, field: str, start: bytes) -> Iterator[bytes]:
        if self.size <= _SMALL:
            terms = self._all(field)
            first = bisect_left(terms, start)
            found: Iterator[bytes] = map(terms.__getitem__, range(first, len(terms)))
        else:
            found = (term for _name, term in self._terms.terms_from(field, start))
        yield from takewhile(lambda term: term.startswith(start), found)

    def _postings(self, field: str, term: bytes) -> Postings | None:
        import numpy as np

        with reading():
            if (found := self._terms.find(field, term)) is None:
                return None
            documents = np.array(found.documents, np.int32)
            if documents[0] < 0 or documents[-1] >= self.size:
                raise Damaged(f"no such documents in {self.name}")
            return Postings(documents, np.array(found.weights, np.float32))
