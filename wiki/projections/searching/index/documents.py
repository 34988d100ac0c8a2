"""What a segment keeps of each document: four short words, and the card that a result shows.

Cards lie some together, so that they are packed well and one is read quickly.
"""

import json
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh.codec.base import PerDocumentReader, PerDocumentWriter

from wiki.projections.searching.index.chunks import (
    ChunkFile,
    ChunkWriter,
    Sink,
    encode_json,
    from_planes,
    to_planes,
)
from wiki.projections.searching.index.columns import Words

#: cards of one chunk
_TOGETHER = 3
#: the words of a document, each "" where it has none
WORDS = ("path", "space", "kind", "group")


class DocumentsWriter(PerDocumentWriter):
    """Writes the stored fields of documents: WORDS, and ``card``, which JSON can hold."""

    def __init__(self, file: Sink) -> None:
        self._chunks = ChunkWriter(file)
        self._words: dict[str, tuple[dict[str, int], list[int]]] = {
            name: ({}, []) for name in WORDS
        }
        self._document: dict[str, Any] = {}
        self._cards: list[Any] = []
        self._places: list[tuple[int, int]] = []
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        """See PerDocumentWriter."""
        self._document = {}

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        """See PerDocumentWriter."""
        self._document[fieldname] = value

    def finish_doc(self) -> None:
        """See PerDocumentWriter."""
        for name, (values, places) in self._words.items():
            value = self._document.get(name) or ""
            places.append(values.setdefault(value, len(values)))
        self._cards.append(self._document.get("card"))
        if len(self._cards) >= _TOGETHER:
            self._write()

    def cancel_doc(self) -> None:
        """See PerDocumentWriter."""
        self._document = {}

    def close(self) -> None:
        """See PerDocumentWriter."""
        if self._cards:
            self._write()
        words = {
            name: (self._chunks.add(encode_json(list(values))), self._add_numbers(places))
            for name, (values, places) in self._words.items()
        }
        stand = [self._add_numbers(list(numbers)) for numbers in zip(*self._places, strict=True)]
        self._chunks.close({"cards": stand, "words": words, "together": _TOGETHER})
        self.is_closed = True

    def _add_numbers(self, numbers: list[int]) -> tuple[int, int]:
        return self._chunks.add(to_planes("I", numbers))

    def _write(self) -> None:
        self._places.append(self._chunks.add(encode_json(self._cards)))
        self._cards = []


class Documents(PerDocumentReader):
    """The documents of one segment. A damaged file raises just any exception."""

    def __init__(self, path: Path, segment: Any) -> None:
        self._file = ChunkFile(path)
        self._segment = segment
        self._cards = [self._numbers(place) for place in self._file.contents["cards"]]

    def _numbers(self, place: tuple[int, int]) -> "array[int]":
        return from_planes("I", self._file.read(*place))

    def words(self, name: str) -> Words:
        """The values of one of WORDS, and the place of each document's own among them."""
        values, places = self._file.contents["words"][name]
        found: Words = json.loads(self._file.read(*values)), self._numbers(places)
        if len(found[1]) != self.doc_count_all():
            raise ValueError("words of other documents")
        return found

    def card(self, document: int) -> Any:
        """The card of a document, a list where a tuple was stored."""
        # Of another edition, whose first card says so, there may be more.
        chunk, place = divmod(document, self._file.contents.get("together", 16))
        offsets, sizes = self._cards
        return json.loads(self._file.read(offsets[chunk], sizes[chunk]))[place]

    def cards(self) -> Iterator[Any]:
        """All cards in their order."""
        for place in zip(*self._cards, strict=True):
            yield from json.loads(self._file.read(*place))

    # What Whoosh's own readers ask

    def doc_count(self) -> int:
        """See PerDocumentReader."""
        return self.doc_count_all() - int(self._segment.deleted_count())

    def doc_count_all(self) -> int:
        """See PerDocumentReader."""
        return int(self._segment.doc_count_all())

    def has_deletions(self) -> bool:
        """See PerDocumentReader."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        """See PerDocumentReader."""
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Any:
        """See PerDocumentReader."""
        return self._segment.deleted_docs()

    def close(self) -> None:
        """See PerDocumentReader."""
        self._file.close()
