"""The words of the documents of a part by document, and as numbers that all parts share."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from threading import Lock
from typing import Any, TypeAlias

from wiki.cache.properties import cached_property
from wiki.projections.searching.index.postings import Mask, Numbers, Postings
from wiki.projections.searching.index.schema import decode
from wiki.projections.searching.spelling import Lexicon
from wiki.projections.searching.synonyms import THESAURUS

#: where the pages are that others begin as
TEMPLATES = "modeles/"
#: values, and places among them
Words: TypeAlias = tuple[Sequence[str], Sequence[int]]


class Numbering:
    """A number for each value of each column, for all parts; there are ever more."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[str, dict[str, int]] = {}

    def known(self, name: str) -> dict[str, int]:
        """The numbers of one column by value."""
        with self._lock:
            return self._known.setdefault(name, {})

    def number(self, name: str, values: Sequence[str]) -> list[int]:
        """The numbers of ``values``."""
        known = self.known(name)
        with self._lock:
            return [known.setdefault(value, len(known)) for value in values]


class Columns(ABC):
    """Some documents, with the terms that each has; nothing of it changes.

    ``path``, ``space``, ``kind`` and ``group`` of each are columns: values, and their places.
    """

    def __init__(self, size: int, read: Callable[[str], Words]) -> None:
        """``read`` gives the values of a column, and the place of each document's among them."""
        self.size = size
        self._read = cache(read)
        self._numbers: dict[str, tuple[Numbering, Numbers]] = {}

    @cached_property
    def kinds(self) -> list[str]:
        """The kind of each document."""
        return self._column("kind")

    @cached_property
    def paths(self) -> list[str]:
        """The page of each document."""
        return self._column("path")

    @cached_property
    def spaces(self) -> list[str]:
        """The space of each document, "" where it is in none."""
        return self._column("space")

    @cached_property
    def groups(self) -> list[str]:
        """Who may see each document."""
        return self._column("group")

    def numbers(self, name: str, numbering: Numbering) -> Numbers:
        """A column as numbers of ``numbering``."""
        import numpy as np

        kept = self._numbers.get(name)
        if kept is None or kept[0] is not numbering:
            values, places = self._read(name)
            found = np.array(numbering.number(name, values), np.intp)[np.array(places, np.intp)]
            kept = self._numbers[name] = numbering, found
        return kept[1]

    @abstractmethod
    def postings(self, field: str, term: str) -> Postings | None:
        """The postings of ``term``, deleted documents included; None where it has none."""

    @abstractmethod
    def terms(self, field: str, prefix: str, limit: int) -> list[str]:
        """The first terms of ``field`` that begin with ``prefix``, without it, in their order."""

    @abstractmethod
    def vocabulary(self, field: str) -> Lexicon:
        """All terms of ``field``, to look for those that are written almost alike."""

    @abstractmethod
    def synonyms(self, field: str) -> Mapping[str, Sequence[str]]:
        """What stands for what, by key."""

    @abstractmethod
    def card(self, document: int) -> Any:
        """What a document is shown by: a Card, or the marker's commit."""

    def cards(self, documents: Collection[int]) -> dict[int, Any]:
        """``card`` of some documents."""
        return {document: self.card(document) for document in documents}

    def expect(self, terms: Collection[tuple[str, str]]) -> None:  # noqa: B027 - files are near
        """Has these terms, each of a field, read at once where each reading costs something."""

    def places(self, field: str, term: str) -> Mapping[int, bytes]:
        """The encoded places of ``term`` by document."""
        raise NotImplementedError

    def in_a_row(self, field: str, terms: Sequence[str], gaps: Sequence[int]) -> list[int]:
        """The documents where ``terms`` stand as far apart as ``gaps`` say."""
        places = [self.places(field, term) for term in terms]
        common = set(places[0]).intersection(*places[1:])
        return [
            document
            for document in common
            if _in_a_row([decode(found[document]) for found in places], gaps)
        ]

    @cached_property
    def last(self) -> Mask:
        """The documents that answer nothing themselves: the thesaurus, and pages to begin from."""
        import numpy as np

        values, places = self._read("path")
        last = [path == THESAURUS or path.startswith(TEMPLATES) for path in values]
        found: Any = np.array(last, np.bool_)[np.array(places, np.intp)]
        return found  # type: ignore[no-any-return]

    def _column(self, name: str) -> list[str]:
        values, places = self._read(name)
        return [values[place] for place in places]


def _in_a_row(places: Sequence[Iterable[int]], gaps: Sequence[int]) -> bool:
    ends = set(places[0])
    for found, gap in zip(places[1:], gaps, strict=True):
        ends = {place + gap for place in ends} & set(found)
    return bool(ends)
