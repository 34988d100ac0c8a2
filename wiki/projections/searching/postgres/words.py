"""Columns of all documents of a build, as one process has read them."""

from array import array
from collections.abc import Iterable

from wiki.projections.searching.index.columns import Words


class WordColumns:
    """Path, kind, space and readers of documents in their order; there are ever more."""

    _NAMES = ("path", "kind", "space", "group")

    def __init__(self) -> None:
        self.size = 0
        self._known: dict[str, dict[str, int]] = {name: {} for name in self._NAMES}
        self._values: dict[str, list[str]] = {name: [] for name in self._NAMES}
        self._places: dict[str, array[int]] = {name: array("i") for name in self._NAMES}

    def extend(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Takes the next documents."""
        for row in rows:
            for name, value in zip(self._NAMES, row, strict=True):
                known = self._known[name]
                if (place := known.get(value)) is None:
                    place = known[value] = len(known)
                    self._values[name].append(value)
                self._places[name].append(place)
            self.size += 1

    def upto(self, size: int) -> dict[str, Words]:
        """Those of the first documents."""
        return {name: (self._values[name], self._places[name][:size]) for name in self._NAMES}
