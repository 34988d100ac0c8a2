"""One generation of the index: its parts as one run of documents, and who may see which."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from wiki.pages.access import ALL
from wiki.pages.page import TYPES
from wiki.projections.searching.edition import EDITION
from wiki.projections.searching.part import Part, Postings
from wiki.projections.searching.schema import LEVELS, MARKER
from wiki.projections.searching.spelling import Vocabulary
from wiki.projections.searching.synonyms import THESAURUS
from wiki.repository.objects import EMPTY

#: where the pages are that others begin as
TEMPLATES = "modeles/"
#: audiences whose documents are remembered
_AUDIENCES = 32


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
        self._alive = bytearray(b"\1") * self.size
        self.deleted = [
            base + document
            for base, gone in zip(self._bases, deleted, strict=True)
            for document in gone
        ]
        for document in self.deleted:
            self._alive[document] = 0
        self._visible: OrderedDict[frozenset[str], bytearray] = OrderedDict()

    @cached_property
    def marker(self) -> str:
        """The commit that the index reflects, ``EMPTY`` before the first."""
        for document in self.documents("kind", MARKER):
            edition, _, commit = str(self.card(document)).partition(" ")
            return commit if edition == EDITION else EMPTY
        return EMPTY

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        """Space and kind of each document, one tuple for all that have the same."""
        known: dict[tuple[str, str], tuple[str, str]] = {}
        return [known.setdefault(pair, pair) for pair in zip(self.spaces, self.kinds, strict=True)]

    @cached_property
    def roots(self) -> dict[str, int]:
        """The document of the root page of each space."""
        return {
            self.spaces[document]: document
            for document, kind in enumerate(self.kinds)
            if kind in TYPES and self._alive[document]
        }

    @cached_property
    def last(self) -> frozenset[int]:
        """The documents that answer nothing themselves: the thesaurus, and pages to begin from."""
        return frozenset(
            document
            for document, path in enumerate(self.paths)
            if path == THESAURUS or path.startswith(TEMPLATES)
        )

    def visible(self, audience: frozenset[str]) -> bytearray:
        """1 for each document that ``audience`` may see, by number; not to be changed."""
        if (known := self._visible.get(audience)) is not None:
            return known
        if ALL in audience:
            seen = bytearray(self._alive)
            for document in self.documents("kind", MARKER):
                seen[document] = 0
        else:
            seen = bytearray(self.size)
            for name in audience:
                path = name.removeprefix("guest:")
                field, term = ("group", name) if path == name else ("path", path)
                for document in self.documents(field, term):
                    seen[document] = 1
        if len(self._visible) >= _AUDIENCES:
            self._visible.popitem(last=False)
        self._visible[audience] = seen
        return seen

    def postings(
        self, field: str, term: str, parts: Sequence[int] | None = None
    ) -> Iterator[Postings]:
        """The postings of ``term``, deleted documents included, in ``parts`` if given."""
        for number in range(len(self.parts)) if parts is None else parts:
            if (found := self.parts[number].postings(field, term)) is not None:
                if base := self._bases[number]:
                    shifted = [document + base for document in found.documents]
                    yield Postings(shifted, found.weights)
                else:
                    yield found

    def documents(self, field: str, term: str) -> Iterator[int]:
        """The documents with ``term``, without the deleted ones."""
        for found in self.postings(field, term):
            yield from (document for document in found.documents if self._alive[document])

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
