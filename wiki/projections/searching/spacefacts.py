"""The facts of spaces, from the catalogue: what facets count."""

import threading
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date

from cachetools import LRUCache
from sqlalchemy import Executable, bindparam, select

from wiki.pages.paths import title_from_path
from wiki.projections.catalogue import Catalogue
from wiki.projections.cataloguing.facts import LINKS
from wiki.projections.cataloguing.filters import current
from wiki.projections.cataloguing.schema import FACT
from wiki.projections.cataloguing.selection import Asking
from wiki.projections.searching.facets import Fact, Said
from wiki.projections.tables.rows import Rows, Values

#: more spaces than this are not asked for one by one: all are read once, and kept
_FEW = 300
#: audiences for which all facts are kept
_KEPT = 4

_FACTS = select(FACT.c.path, FACT.c.key, FACT.c.slug, FACT.c.value).where(
    FACT.c.key.in_(bindparam("keys")), current()
)
_FACTS_OF_SPACES = _FACTS.where(FACT.c.path.in_(bindparam("spaces")))


class CatalogueFacts:
    """See ``facets.Facts``. ``keys`` are those that are facets."""

    def __init__(self, catalogue: Catalogue, keys: Iterable[str]) -> None:
        self._catalogue = catalogue
        self._keys = tuple(keys)
        self._lock = threading.Lock()
        self._moment: Hashable = None
        self._all: LRUCache[frozenset[str], Said] = LRUCache(_KEPT)

    def of_spaces(self, spaces: Collection[str], audience: frozenset[str], today: date) -> Said:
        """The facts that hold for ``spaces`` and may be known to ``audience``."""
        asking = Asking(audience, today, {})
        if len(spaces) <= _FEW:
            asked = {**asking.values, "spaces": sorted(spaces)}
            with self._catalogue.reading() as rows:
                found = self._read(rows, _FACTS_OF_SPACES, asked)
            return Said(self._titled(found, audience))
        moment = (self._catalogue.reflects(), today)
        with self._lock:
            if moment != self._moment:
                self._moment = moment
                self._all.clear()
            if audience not in self._all:
                with self._catalogue.reading() as rows:
                    found = self._read(rows, _FACTS, asking.values)
                self._all[audience] = Said(self._titled(found, audience))
            return self._all[audience]

    def _read(self, rows: Rows, statement: Executable, values: Values) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        # One tuple for all pages that say the same, and each once a page.
        known: dict[tuple[str, str], Fact] = {}
        asked = {**values, "keys": self._keys}
        for path, key, slug, value in rows.execute(statement, asked):
            fact = known.setdefault((key, slug), Fact(key, slug, value))
            facts = found.setdefault(path, [])
            if fact not in facts:
                facts.append(fact)
        return found

    def _titled(
        self, facts: Mapping[str, list[Fact]], audience: frozenset[str]
    ) -> Mapping[str, Sequence[Fact]]:
        """``facts``, those that are links with the title of the page as ``audience`` knows it."""
        paths = sorted({one.label for said in facts.values() for one in said if one.key in LINKS})
        titles: dict[str, str] = {}
        for start in range(0, len(paths), _FEW):
            titles |= self._catalogue.titles(paths[start : start + _FEW], audience)
        words = {path: titles.get(path) or title_from_path(path) for path in paths}
        return (
            {
                space: [
                    one._replace(label=words[one.label]) if one.key in LINKS else one
                    for one in said
                ]
                for space, said in facts.items()
            }
            if paths
            else facts
        )
