"""The words of the documents of a part by document, and as numbers that all parts share."""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from threading import Lock
from typing import Any, TypeAlias

from wiki.projections.searching.index.postings import Mask, Numbers
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


class Columns:
    """``path``, ``space``, ``kind`` and ``group`` of each document: values, and their places.

    Nothing of it changes.
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
