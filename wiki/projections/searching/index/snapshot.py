"""One generation of the index: its parts as one run of documents, and who may see which."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate
from threading import Lock
from typing import Any, Literal, NamedTuple

from cachetools import LRUCache, cachedmethod

from wiki.cache.properties import cached_property
from wiki.pages.access import ALL, shown_groups
from wiki.pages.page import TYPES
from wiki.projections.searching.index.columns import Columns, Numbering
from wiki.projections.searching.index.edition import EDITION
from wiki.projections.searching.index.entries import Entry
from wiki.projections.searching.index.postings import Mask, Numbers, Postings
from wiki.projections.searching.index.recent import RecentPart
from wiki.projections.searching.index.schema import LEVELS, MARKER
from wiki.projections.searching.spelling import Lexicon
from wiki.repository.objects import EMPTY

#: audiences whose documents are remembered
_AUDIENCES = 32


class Column(NamedTuple):
    """One value of each document: ``values`` have a place each, ``places`` are those of all.

    ``known`` has the places by value, perhaps of more that came later.
    """

    values: Sequence[str]
    places: Numbers
    known: Mapping[str, int]


class Recent(NamedTuple):
    """What changed since the index was written, up to ``commit``."""

    commit: str
    part: RecentPart


class Snapshot:
    """Documents are numbered through all parts. Never changes; shared by threads."""

    def __init__(
        self,
        generation: int,
        parts: Sequence[Columns],
        alive: bytearray,
        numbering: Numbering,
        recent: Recent | None = None,
        origin: "Snapshot | None" = None,
    ) -> None:
        """``alive`` has a byte for each document, 0 where it was deleted."""
        #: the index as it is written
        self.origin = origin or self
        self.generation = generation
        self.stored = parts
        self.recent = recent
        self.parts: list[Columns] = [*parts, *([recent.part] if recent else [])]
        self._bases = list(accumulate((part.size for part in self.parts), initial=0))
        self.size = self._bases.pop()
        self._numbering = numbering
        self.alive = alive
        self._visible: LRUCache[frozenset[str], Mask] = LRUCache(_AUDIENCES)
        self._lock = Lock()

    def extended(self, changes: Sequence[tuple[str, Sequence[Entry]]], commit: str) -> "Snapshot":
        """One in which the pages at these paths have these entries alone, as of ``commit``."""
        alive = self.alive.copy()
        for path, _entries in changes:
            for document in self.documents("paths", path):
                alive[document] = 0
        entries = [entry for _path, found in changes for entry in found]
        alive.extend(b"\1" * len(entries))
        part = self.recent.part if self.recent else RecentPart()
        recent = Recent(commit, part.extended(entries, len(changes)))
        numbering, origin = self._numbering, self.origin
        return Snapshot(self.generation, self.stored, alive, numbering, recent, origin)

    @cached_property
    def kinds(self) -> list[str]:
        """The kind of each document."""
        return _joined([part.kinds for part in self.parts])

    @cached_property
    def paths(self) -> list[str]:
        """The page of each document."""
        return _joined([part.paths for part in self.parts])

    @cached_property
    def marker(self) -> str:
        """The commit that it reflects, ``EMPTY`` before the first."""
        return self.recent.commit if self.recent else self.written

    @cached_property
    def written(self) -> str:
        """The commit that the index reflects as it is written, ``EMPTY`` before the first."""
        edition, commit = self._mark
        return commit if edition == EDITION else EMPTY

    @property
    def renewed(self) -> bool:
        """Whether another version made the index."""
        return self._mark[0] != EDITION

    @cached_property
    def _mark(self) -> tuple[str, str]:
        """The edition and the commit of the index."""
        for document in self.documents("kinds", MARKER):
            edition, commit, *_held = str(self.card(document)).split(" ")
            return edition, commit
        return EDITION, EMPTY

    @cached_property
    def holds(self) -> str:
        """The commit that its pages are from, also where they are to be read anew."""
        if self.recent:
            return self.recent.commit
        for document in self.documents("kinds", MARKER):
            return str(self.card(document)).rpartition(" ")[2]
        return EMPTY

    @cached_property
    def kind_column(self) -> Column:
        """The kind of each document."""
        return self._column("kind")

    @cached_property
    def space_column(self) -> Column:
        """The space of each document, "" where it is in none."""
        return self._column("space")

    @cached_property
    def group_column(self) -> Column:
        """Who may see each document."""
        return self._column("group")

    def _column(self, name: str) -> Column:
        import numpy as np

        numbers = [part.numbers(name, self._numbering) for part in self.parts]
        places = np.concatenate(numbers) if numbers else np.empty(0, np.intp)
        known = self._numbering.known(name)
        return Column(list(known), places, known)

    @cached_property
    def roots(self) -> Numbers:
        """For each document the root page of its space; -1 where there is none."""
        import numpy as np

        kinds, spaces = self.kind_column, self.space_column
        typed = np.array([kind in TYPES for kind in kinds.values], np.bool_)[kinds.places]
        typed &= np.frombuffer(self.alive, np.bool_)
        found = np.full(len(spaces.values), -1, np.intp)
        roots = np.flatnonzero(typed)
        found[spaces.places[roots]] = roots
        return found[spaces.places]

    @cached_property
    def last(self) -> Mask:
        """The documents that answer nothing themselves: the thesaurus, and pages to begin from."""
        import numpy as np

        masks = [part.last for part in self.parts]
        return np.concatenate(masks) if masks else np.empty(0, np.bool_)

    @cachedmethod(lambda self: self._visible, lock=lambda self: self._lock)
    def visible(self, audience: frozenset[str]) -> Mask:
        """The documents that ``audience`` may see; not to be changed."""
        import numpy as np

        if ALL in audience:
            kinds = self.kind_column
            seen: Mask = kinds.places != kinds.known.get(MARKER, -1)
        else:
            shown, groups = set(shown_groups(audience)), self.group_column
            seen = np.array([name in shown for name in groups.values], np.bool_)[groups.places]
            for name in audience:
                if name.startswith("guest:"):
                    for document in self.documents("paths", name.removeprefix("guest:")):
                        seen[document] = True
        seen &= np.frombuffer(self.alive, np.bool_)
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

    def documents(self, column: Literal["kinds", "paths"], word: str) -> Iterator[int]:
        """The documents that have ``word`` in a column; not the deleted ones."""
        for base, part in zip(self._bases, self.parts, strict=True):
            words: list[str] = getattr(part, column)
            at = -1
            with suppress(ValueError):
                while True:
                    at = words.index(word, at + 1)
                    if self.alive[base + at]:
                        yield base + at

    def in_a_row(self, field: str, terms: Sequence[str], gaps: Sequence[int]) -> Iterator[int]:
        """The documents where ``terms`` stand as far apart as ``gaps`` say."""
        for base, part in zip(self._bases, self.parts, strict=True):
            for document in part.in_a_row(field, terms, gaps):
                yield base + document

    def expect(self, terms: Collection[tuple[str, str]]) -> None:
        """Has these terms, each of a field, read at once where each reading costs something."""
        for part in self.parts:
            part.expect(terms)

    def terms(self, field: str, prefix: str, limit: int) -> dict[str, list[int]]:
        """The first terms that begin with ``prefix``, without it, and the parts that have each.

        ``limit`` of all parts together: how the index lies in parts tells of what is not seen.
        """
        found: dict[str, list[int]] = {}
        for number, part in enumerate(self.parts):
            for term in part.terms(field, prefix, limit):
                found.setdefault(term, []).append(number)
        return {term: found[term] for term in sorted(found)[:limit]}

    def vocabularies(self, fields: Iterable[str]) -> Iterator[Lexicon]:
        """All terms of ``fields``, part by part."""
        for field in fields:
            for part in self.parts:
                yield part.vocabulary(field)

    def synonyms(self, field: str, key: str) -> set[str]:
        """What may stand for ``key``; by terms of pages that are perhaps not visible."""
        return {words for part in self.parts for words in part.synonyms(field).get(key, ())}

    def card(self, document: int) -> Any:
        """What is stored with a document."""
        return self.cards([document])[document]

    def cards(self, documents: Collection[int]) -> dict[int, Any]:
        """What is stored with some documents."""
        found: dict[int, Any] = {}
        for base, part in zip(self._bases, self.parts, strict=True):
            end = base + part.size
            if mine := [document - base for document in documents if base <= document < end]:
                found.update((base + one, card) for one, card in part.cards(mine).items())
        return found

    def levels(self, audience: frozenset[str]) -> tuple[str, ...]:
        """The levels whose vocabulary and counts may show in what ``audience`` is answered."""
        if ALL in audience:
            return LEVELS
        return tuple(level for level in LEVELS[:2] if level in audience)


def _joined(columns: Iterable[list[str]]) -> list[str]:
    found: list[str] = []
    for column in columns:
        found += column
    return found
