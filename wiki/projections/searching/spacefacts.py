"""The facts of spaces, from the catalogue: what facets count."""

import sqlite3
import threading
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date

from wiki.projections.catalogue import Catalogue
from wiki.projections.cataloguing.selection import Asking, current
from wiki.projections.searching.facets import Fact
from wiki.projections.table import marks

#: more spaces than this are not asked for one by one: all are read once, and kept
_FEW = 300
#: audiences for which all facts are kept
_KEPT = 4


class CatalogueFacts:
    """See ``facets.Facts``. ``keys`` are those that are facets."""

    def __init__(self, catalogue: Catalogue, keys: Iterable[str]) -> None:
        self._catalogue = catalogue
        self._keys = tuple(keys)
        self._lock = threading.Lock()
        self._moment: Hashable = None
        self._all: dict[frozenset[str], Mapping[str, Sequence[Fact]]] = {}

    def of_spaces(
        self, spaces: Collection[str], audience: frozenset[str], today: date
    ) -> Mapping[str, Sequence[Fact]]:
        """The facts that hold for ``spaces`` and may be known to ``audience``."""
        asking = Asking(audience, today, {})
        if len(spaces) <= _FEW:
            names = sorted(spaces)
            with self._catalogue.reading() as rows:
                return self._read(rows, asking, f" and f.path in ({marks(names)})", names)
        moment = (self._catalogue.reflects(), today)
        with self._lock:
            if moment != self._moment:
                self._moment = moment
                self._all.clear()
            if audience not in self._all:
                if len(self._all) >= _KEPT:
                    self._all.pop(next(iter(self._all)))
                with self._catalogue.reading() as rows:
                    self._all[audience] = self._read(rows, asking, "", ())
            return self._all[audience]

    def _read(
        self, rows: sqlite3.Connection, asking: Asking, also: str, params: Sequence[str]
    ) -> Mapping[str, Sequence[Fact]]:
        holds, values = current("f", asking)
        found: dict[str, list[Fact]] = {}
        # One tuple for all pages that say the same, and each once a page.
        known: dict[tuple[str, str], Fact] = {}
        for path, key, slug, value in rows.execute(
            "select f.path, f.key, f.slug, f.value from catalogue_fact f"
            f" where f.key in ({marks(self._keys)}) and {holds}{also}",
            (*self._keys, *values, *params),
        ):
            fact = known.setdefault((key, slug), Fact(key, slug, value))
            facts = found.setdefault(path, [])
            if fact not in facts:
                facts.append(fact)
        return found
