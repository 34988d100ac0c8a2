"""One generation of the index: its parts as one run of documents, and who may see which."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple

from cachetools import LRUCache, cachedmethod

from wiki.pages.access import ALL, shown_groups
from wiki.pages.page import TYPES
from wiki.projections.searching.index.edition import EDITION
from wiki.projections.searching.index.part import Part
from wiki.projections.searching.index.postings import Mask, Numbers, Postings
from wiki.projections.searching.index.schema import LEVELS, MARKER
from wiki.projections.searching.spelling import Vocabulary
from wiki.projections.searching.synonyms import THESAURUS
from wiki.repository.objects import EMPTY

#: where the pages are that others begin as
TEMPLATES = "modeles/"
#: audiences whose documents are remembered
_AUDIENCES = 32


class Column(NamedTuple):
    """One value of each document: ``values`` have a place each, ``places`` are those of all."""

    values: dict[str, int]
    places: Numbers


class Snapshot:
    """Documents are numbered through all parts. Never changes; shared by threads."""

    def __init__(
        self, generation: int, parts: list[Part], deleted: Sequence[Iterable[int]]
    ) -> None:
        self.generation = generation
        self.parts = parts
        self.size = sum(part.size for part in parts)
        self._bases = [sum(part.size for part in parts[:i]) for i in range(len(parts))]
        self.kinds = [kind for part in parts for kind in part.kinds]
        self.paths = [path for part in parts for path in part.paths]
        self.spaces = [space for part in parts for space in part.spaces]
        self.groups = [group for part in parts for group in part.groups]
        self._alive = bytearray(b"\1") * self.size
        for base, gone in zip(self._bases, deleted, strict=True):
            for document in gone:
                self._alive[base + document] = 0
        self._visible: LRUCache[frozenset[str], Mask] = LRUCache(_AUDIENCES)
        self._lock = Lock()

    @cached_property
    def marker(self) -> str:
        """The commit that the index reflects, ``EMPTY`` before the first."""
        edition, commit = self._mark
        return commit if edition == EDITION else EMPTY

    @property
    def renewed(self) -> bool:
        """Whether another version made the index."""
        return self._mark[0] != EDITION

    @cached_property
    def _mark(self) -> tuple[str, str]:
        """The edition and the commit of the index."""
        for document in self.documents(self.kinds, MARKER):
            edition, commit, *_held = str(self.card(document)).split(" ")
            return edition, commit
        return EDITION, EMPTY

    @cached_property
    def holds(self) -> str:
        """The commit that its pages are from, also where they are to be read anew."""
        for document in self.documents(self.kinds, MARKER):
            return str(self.card(document)).rpartition(" ")[2]
        return EMPTY

    @cached_property
    def kind_column(self) -> Column:
        """The kind of each document."""
        return _column(self.kinds)

    @cached_property
    def space_column(self) -> Column:
        """The space of each document, "" where it is in none."""
        return _column(self.spaces)

    @cached_property
    def group_column(self) -> Column:
        """Who may see each document."""
        return _column(self.groups)

    @cached_property
    def roots(self) -> Numbers:
        """For each document the root page of its space; -1 where there is none."""
        import numpy as np

        found = {
            self.spaces[document]: document
            for document, kind in enumerate(self.kinds)
            if kind in TYPES and self._alive[document]
        }
        values, places = self.space_column
        return np.array([found.get(space, -1) for space in values], np.intp)[places]

    @cached_property
    def last(self) -> Mask:
        """The documents that answer nothing themselves: the thesaurus, and pages to begin from."""
        import numpy as np

        return np.array(
            [path == THESAURUS or path.startswith(TEMPLATES) for path in self.paths], np.bool_
        )

    @cachedmethod(lambda self: self._visible, lock=lambda self: self._lock)
    def visible(self, audience: frozenset[str]) -> Mask:
        """The documents that ``audience`` may see; not to be changed."""
        import numpy as np

        if ALL in audience:
            values, places = self.kind_column
            marker = values.get(MARKER, -1)
            seen: Mask = places != marker
        else:
            values, places = self.group_column
            shown = set(shown_groups(audience))
            seen = np.array([name in shown for name in values], np.bool_)[places]
            for name in audience:
                if name.startswith("guest:"):
                    for document in self.documents(self.paths, name.removeprefix("guest:")):
                        seen[document] = True
        seen &= np.frombuffer(self._alive, np.bool_)
        return seen

    def postings(
        self, field: str, term: str, parts: Sequence[int] | None = None
    ) -> Iterator[Postings]:
        """The postings of ``term``, deleted documents included, in ``parts`` if given.

        In 64 bits: what is kept in 32 would be added up in 32, and rounded each time.
        """
        import numpy as np

        for number in range(len(self.parts)) if parts is None else parts:
            if (found := self.parts[number].postings(field, term)) is not None:
                documents = found.documents.astype(np.intp) + self._bases[number]
                yield Postings(documents, found.weights.astype(np.float64))

    def documents(self, words: list[str], word: str) -> Iterator[int]:
        """The documents that ``words``, such as ``paths``, give ``word``; not the deleted ones."""
        at = -1
        with suppress(ValueError):
            while True:
                at = words.index(word, at + 1)
                if self._alive[at]:
                    yield at

    def places(self, field: str, term: str) -> dict[int, bytes]:
        """The encoded places of ``term`` by document."""
        return {
            base + document: value
            for base, part in zip(self._bases, self.parts, strict=True)
            for document, value in part.places(field, term).items()
        }

    def terms(self, field: str, prefix: str, limit: int) -> dict[str, list[int]]:
        """The first terms that begin with ``prefix``, without it, and the parts that have each.

        ``limit`` of all parts together: how the index lies in parts tells of what is not seen.
        """
        found: dict[str, list[int]] = {}
        for number, part in enumerate(self.parts):
            for term in part.terms(field, prefix, limit):
                found.setdefault(term, []).append(number)
        return {term: found[term] for term in sorted(found)[:limit]}

    def vocabularies(self, fields: Iterable[str]) -> Iterator[Vocabulary]:
        """All terms of ``fields``, part by part."""
        for field in fields:
            for part in self.parts:
                yield part.vocabulary(field)

    def synonyms(self, field: str, key: str) -> set[str]:
        """What may stand for ``key``; by terms of pages that are perhaps not visible."""
        return {words for part in self.parts for words in part.synonyms(field).get(key, ())}

    def card(self, document: int) -> Any:
        """What is stored with a document."""
        for base, part in zip(reversed(self._bases), reversed(self.parts), strict=True):
            if document >= base:
                return part.card(document - base)
        raise LookupError(document)

    def levels(self, audience: frozenset[str]) -> tuple[str, ...]:
        """The levels whose vocabulary and counts may show in what ``audience`` is answered."""
        if ALL in audience:
            return LEVELS
        return tuple(level for level in LEVELS[:2] if level in audience)


def _column(values: Sequence[str]) -> Column:
    import numpy as np

    known: dict[str, int] = {}
    places = [known.setdefault(value, len(known)) for value in values]
    return Column(known, np.array(places, np.intp))
