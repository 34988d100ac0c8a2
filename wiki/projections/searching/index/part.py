"""One segment of the index, read in bulk.

Whoosh walks postings one by one through a tree of matchers; a search here reads whole blocks into
arrays and adds these up. Whoosh's files keep a position, so that a lock stands around their use.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import accumulate, islice, takewhile
from sys import intern
from typing import Any
from weakref import finalize

from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader, TermNotFound

from wiki.projections.searching.index.entries import Card
from wiki.projections.searching.index.postings import Kept, Postings
from wiki.projections.searching.index.schema import SYNONYM, make_schema
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


class Part:
    """A segment: its postings, and for each document its kind, path, space and card."""

    def __init__(self, storage: FileStorage, segment: Any, kept: Kept) -> None:
        """Postings go by way of ``kept``. Raises Damaged."""
        self._kept = kept
        self.name: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self._lock = threading.Lock()
        with reading():
            reader = SegmentReader(storage, make_schema(), segment)
            # The reader would leave out documents that were deleted when it was opened; here the
            # snapshot knows which are, so that a part serves every generation it lives in.
            self._terms = reader._terms
            self._documents = reader._perdoc
            self._reader = reader
        # Other threads may still read from it when a merge has replaced it: closed by the last.
        finalize(self, reader.close)
        self._listed: dict[str, list[bytes]] = {}
        self.kinds = self._by_term("kind")
        self.paths = self._column("path")
        self.spaces = self._column("space")
        self._synonyms: dict[str, Mapping[str, list[str]]] = {}
        self._vocabularies: dict[str, Vocabulary] = {}

    def postings(self, field: str, term: str) -> Postings | None:
        """The postings of ``term``, deleted documents included; None where it has none."""
        key = (self.name, field, term)
        return self._kept.get(key, lambda: self._postings(field, term.encode()))

    def documents(self, field: str, term: str) -> list[int]:
        """The documents of ``term``, deleted ones included."""
        found: list[int] = []
        with self._lock, reading():
            for block in self._blocks(field, term.encode()):
                found += accumulate(block._data[0])
            if found:
                self._check(min(found), max(found))
        return found

    def places(self, field: str, term: str) -> dict[int, bytes]:
        """The encoded places of ``term`` by document."""
        found: dict[int, bytes] = {}
        with self._lock, reading():
            for block in self._blocks(field, term.encode()):
                block._read_values()
                found.update(zip(accumulate(block._data[0]), block._values, strict=True))
        return found

    def terms(self, field: str, prefix: str, limit: int) -> list[str]:
        """The first terms of ``field`` that begin with ``prefix``, without it, in their order."""
        start = prefix.encode()
        with self._lock, reading():
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
        with self._lock, reading():
            stored = self._documents.stored_fields(document)["card"]
            return Card(*stored) if isinstance(stored, tuple) else stored

    def _has(self, field: str, term: bytes) -> bool:
        """Whether there may be such a term: what is not there is not looked for in files."""
        if self.size > _SMALL:
            return True
        terms = self._all(field)
        at = bisect_left(terms, term)
        return at < len(terms) and terms[at] == term

    def _all(self, field: str) -> list[bytes]:
        """The terms of ``field`` in their order, kept: of a part that is small."""
        if field not in self._listed:
            found = self._terms.terms_from(field, b"")
            self._listed[field] = [
                term for _name, term in takewhile(lambda pair: pair[0] == field, found)
            ]
        return self._listed[field]

    def _from(self, field: str, start: bytes) -> Iterator[bytes]:
        if self.size <= _SMALL:
            terms = self._all(field)
            first = bisect_left(terms, start)
            yield from takewhile(
                lambda term: term.startswith(start),
                map(terms.__getitem__, range(first, len(terms))),
            )
            return
        for name, term in self._terms.terms_from(field, start):
            if name != field or not term.startswith(start):
                return
            yield term

    def _blocks(self, field: str, term: bytes) -> Iterator[Any]:
        """Whoosh's reader at each block of the postings; documents stand as differences there."""
        if not self._has(field, term):
            return
        format_ = self._reader.schema[field].format
        try:
            matcher = self._terms.matcher(field, term, format_)
        except TermNotFound:
            return
        if not isinstance(matcher, W3LeafMatcher):
            raise Damaged(f"postings of {field} are not as we write them")
        while True:
            matcher._read_data()
            yield matcher
            if matcher._lastblock:
                return
            matcher._next_block()

    def _postings(self, field: str, term: bytes) -> Postings | None:
        import numpy as np

        documents = []
        weights = []
        with self._lock, reading():
            for block in self._blocks(field, term):
                block._read_weights()
                gaps = block._data[0]
                documents.append(np.cumsum(np.fromiter(gaps, np.intp, len(gaps))))
                weights.append(np.fromiter(block._weights, np.float32, len(gaps)))
            if not documents:
                return None
            found = np.concatenate(documents)
            self._check(found.min(), found.max())
            # As small as they are in files, so that more of them can be kept.
            return Postings(found.astype(np.int32), np.concatenate(weights))

    def _check(self, first: int, last: int) -> None:
        if first < 0 or last >= self.size:
            raise Damaged(f"no documents {first} to {last} in {self.name}")

    def _by_term(self, field: str) -> list[str]:
        """The one term of ``field`` that each document has."""
        values = [""] * self.size
        for term in self.terms(field, "", _ALL):
            for document in self.documents(field, term):
                values[document] = intern(term)
        return values

    def _column(self, field: str) -> list[str]:
        """The value of ``field`` of each document, "" where it has none."""
        with self._lock, reading():
            if not self._reader.has_column(field):
                return [""] * self.size
            return [intern(value or "") for value in self._reader.column_reader(field)]
