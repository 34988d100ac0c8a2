"""The terms of a segment with their postings: written in blocks, found by the first of each.

::

    block   terms │ documents and weights │ places      a chunk each: only what is asked is read
    list    field ─▶ the first term of each block, and where its chunks stand

A common word is a block by itself, so that reading a rare one costs nothing of it.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from whoosh.codec.base import FieldWriter, TermsReader
from whoosh.matching.mcore import ListMatcher

from wiki.projections.searching.index.chunks import (
    ChunkFile,
    ChunkWriter,
    Sink,
    from_planes,
    to_planes,
)
from wiki.projections.searching.index.schema import NOWHERE

#: terms of a block, and the postings after which it is full
_TERMS, _POSTINGS = 64, 1024
#: blocks whose terms are kept, of one segment
_KEPT = 256

#: field, term, document, weight, value: as Whoosh sorts them
WhooshPosting = tuple[str, bytes, int, float, bytes]


class Found(NamedTuple):
    """Documents of a term, in their order, with weights."""

    documents: "array[int]"
    weights: "array[float]"


class _Terms(NamedTuple):
    """The terms of a block, and where the postings of each begin and end in it."""

    terms: list[bytes]
    bounds: list[int]


class TermsWriter(FieldWriter):
    """Writes the postings that Whoosh has sorted."""

    def __init__(self, file: Sink) -> None:
        self._chunks = ChunkWriter(file)
        self._fields: dict[str, list[tuple[str, list[int]]]] = {}
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Iterable[WhooshPosting]) -> None:
        """See FieldWriter."""
        for field, postings in groupby(items, itemgetter(0)):
            blocks = self._fields[field] = []
            block = _Block()
            for term, of_term in groupby(postings, itemgetter(1)):
                _fields, _terms, documents, weights, values = zip(*of_term, strict=True)
                if len(documents) >= _POSTINGS and block.terms:
                    blocks.append(block.write(self._chunks))
                    block = _Block()
                block.add(term, documents, weights, values)
                if len(block.terms) >= _TERMS or len(block.weights) >= _POSTINGS:
                    blocks.append(block.write(self._chunks))
                    block = _Block()
            if block.terms:
                blocks.append(block.write(self._chunks))

    def close(self) -> None:
        """See FieldWriter."""
        self._chunks.close(self._fields)
        self.is_closed = True


class _Block:
    def __init__(self) -> None:
        self.terms: list[bytes] = []
        self._counts: list[int] = []
        self._gaps: list[int] = []
        self.weights = array("f")
        self._place_counts: list[int] = []
        self._steps: list[int] = []

    def add(
        self,
        term: bytes,
        documents: tuple[int, ...],
        weights: tuple[float, ...],
        values: tuple[bytes, ...],
    ) -> None:
        self.terms.append(term)
        self._counts.append(len(documents))
        before = 0
        for document in documents:
            self._gaps.append(document - before)
            before = document
        self.weights.extend(weights)
        for value in values:
            places = array("H", b"" if value == NOWHERE else value)
            self._place_counts.append(len(places))
            before = 0
            for place in places:
                self._steps.append(place - before)
                before = place

    def write(self, chunks: ChunkWriter) -> tuple[str, list[int]]:
        """The first term, and where the chunks stand."""
        sizes = to_planes("H", [len(self.terms), *map(len, self.terms)])
        terms = sizes + to_planes("I", self._counts) + b"".join(self.terms)
        postings = to_planes("I", self._gaps) + self.weights.tobytes()
        places = to_planes("I", self._place_counts) + to_planes("H", self._steps)
        told = [terms, postings, *([places] if self._steps else [])]
        stand = [number for data in told for number in chunks.add(data)]
        return self.terms[0].decode(), [len(self.terms), *stand]


class PackedTerms(TermsReader):
    """The terms of one segment. A damaged file raises just any exception."""

    def __init__(self, path: Path) -> None:
        self._file = ChunkFile(path)
        self._firsts: dict[str, list[bytes]] = {}
        self._blocks: dict[str, list[list[int]]] = {}
        for field, blocks in self._file.contents.items():
            self._firsts[field] = [first.encode() for first, _stand in blocks]
            self._blocks[field] = [stand for _first, stand in blocks]
        self._terms = lru_cache(_KEPT)(self._read_terms)

    def find(self, field: str, term: bytes) -> Found | None:
        """The postings of ``term``; None where it has none."""
        if (place := self._place(field, term)) is None:
            return None
        block, start, end = place
        return self._postings(block, start, end, self._terms(field, block).bounds[-1], field)

    def places(self, field: str, term: bytes) -> Iterator[tuple[int, bytes]]:
        """The documents of ``term``, each with the places that stand there."""
        if (place := self._place(field, term)) is None:
            return
        block, start, end = place
        total = self._terms(field, block).bounds[-1]
        documents = self._postings(block, start, end, total, field).documents
        yield from zip(documents, self._values(field, block, start, end, total), strict=True)

    def all_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """Every posting, term by term."""
        for field, term in self.terms():
            found = self.find(field, term)
            if found is not None:
                values = (value for _document, value in self.places(field, term))
                for document, weight, value in zip(*found, values, strict=True):
                    yield field, term, document, weight, value

    def _place(self, field: str, term: bytes) -> tuple[int, int, int] | None:
        """The block of ``term``, and where its postings begin and end in it."""
        block = bisect_right(self._firsts.get(field, ()), term) - 1
        if block < 0:
            return None
        terms, bounds = self._terms(field, block)
        at = bisect_left(terms, term)
        if at == len(terms) or terms[at] != term:
            return None
        return block, bounds[at], bounds[at + 1]

    def _read_terms(self, field: str, block: int) -> _Terms:
        count, offset, size, *_rest = self._blocks[field][block]
        data = self._file.read(offset, size)
        at = 2 * (count + 1)
        sizes = from_planes("H", data[:at])[1:]
        counts = from_planes("I", data[at : at + 4 * count])
        ends = list(accumulate(sizes, initial=at + 4 * count))
        terms = [data[start:end] for start, end in pairwise(ends)]
        return _Terms(terms, list(accumulate(counts, initial=0)))

    def _postings(self, block: int, start: int, end: int, total: int, field: str) -> Found:
        _count, _offset, _size, offset, size, *_rest = self._blocks[field][block]
        data = self._file.read(offset, size)
        if len(data) != 8 * total:
            raise ValueError("postings of another number")
        planes = (data[plane * total + start : plane * total + end] for plane in range(4))
        gaps = from_planes("I", b"".join(planes))
        weights = array("f")
        weights.frombytes(data[4 * (total + start) : 4 * (total + end)])
        return Found(array("I", accumulate(gaps)), weights)

    def _values(self, field: str, block: int, start: int, end: int, total: int) -> Iterator[bytes]:
        _count, _terms, _size, _postings, _length, *places = self._blocks[field][block]
        if not places:
            yield from [b""] * (end - start)
            return
        data = self._file.read(*places)
        counts = from_planes("I", data[: 4 * total])
        steps = from_planes("H", data[4 * total :])
        at = sum(counts[:start])
        for count in counts[start:end]:
            value = array("H", accumulate(steps[at : at + count])).tobytes()
            yield value or NOWHERE
            at += count

    # What Whoosh's own readers ask

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._place(*term) is not None

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """See TermsReader."""
        for field in sorted(self._firsts):
            yield from self.terms_from(field, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """See TermsReader: those of the one field."""
        first = max(0, bisect_right(self._firsts.get(fieldname, ()), prefix) - 1)
        for block in range(first, len(self._firsts.get(fieldname, ()))):
            for term in self._terms(fieldname, block).terms:
                if term >= prefix:
                    yield fieldname, term

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        """See TermsReader."""
        documents, weights = self.find(fieldname, text) or ([], [])
        values = [value for _document, value in self.places(fieldname, text)]
        return ListMatcher(
            list(documents), list(weights), values, format_, scorer, term=(fieldname, text)
        )

    def close(self) -> None:
        """See TermsReader."""
        self._file.close()
