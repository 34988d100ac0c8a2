"""The facts of spaces, from the catalogue: what facets count."""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
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
from wiki.projections.tables.markers import ALL, bumped_since
from wiki.projections.tables.rows import Rows, Values

#: more spaces than this are not asked for one by one: all are read once, and kept
_FEW = 300
#: and all are where there are no more: they stand while no fact changes
_FEW_IN_ALL = 1_000
#: topics that are looked through for what has changed
_MOST = 500
#: audiences for which all facts are kept
_KEPT = 16

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
        # The topics' counter and the day, the number it was at, and what is kept depends on.
        self._state: tuple[tuple[str, date], int] | None = None
        self._topics: set[str] = set()
        self._all: LRUCache[frozenset[str], Said] = LRUCache(_KEPT)

    def of_spaces(
        self, spaces: Collection[str], there: int, audience: frozenset[str], today: date
    ) -> Said:
        """See ``facets.Facts``."""
        asking = Asking(audience, today, {})
        if len(spaces) <= _FEW and there > _FEW_IN_ALL:
            asked = {**asking.values, "spaces": sorted(spaces)}
            with self._catalogue.reading() as rows:
                found = self._read(rows, _FACTS_OF_SPACES, asked)
            return Said(self._titled(found, audience))
        with self._lock, self._catalogue.reading() as rows:
            self._forget(rows, today)
            if audience not in self._all:
                read = self._read(rows, _FACTS, asking.values)
                self._all[audience] = Said(self._titled(read, audience))
            return self._all[audience]

    def _forget(self, rows: Rows, today: date) -> None:
        """Lets go of what is kept where something of it has changed: few commits change facts."""
        (counter, seq), known = self._catalogue.tables.counter(), self._state
        if known is None or known[0] != (counter, today) or known[1] > seq:
            changed = True
        else:
            bumped = bumped_since(rows, known[1], _MOST)
            changed = bumped is None or not self._topics.isdisjoint(bumped)
        self._state = (counter, today), seq
        if changed:
            self._all.clear()
            self._topics = {ALL, *(f"facts:{key}" for key in self._keys)}

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
        self._topics.update(f"page:{path}" for path in paths)
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
