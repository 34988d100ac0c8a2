"""The facts of spaces, from the catalogue: what facets count."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter

from sqlalchemy import Executable, bindparam, select

from wiki.projections.catalogue import Catalogue
from wiki.projections.cataloguing.cache import Lasting
from wiki.projections.cataloguing.facts import PAGES
from wiki.projections.cataloguing.filters import current
from wiki.projections.cataloguing.schema import FACT
from wiki.projections.cataloguing.selection import Asking
from wiki.projections.searching.facets import Fact, Said
from wiki.projections.tables.dialect import unindexed
from wiki.projections.tables.rows import Rows, Values

#: more spaces than this are not asked for one by one: all are read once, and kept
_FEW = 300
#: and all are where there are no more: they stand while no fact changes
_FEW_IN_ALL = 1_000
#: audiences for which all facts are kept
_KEPT = 16

_CURRENT = select(FACT.c.path, FACT.c.key, FACT.c.slug, FACT.c.value).where(current())
_FACTS = _CURRENT.where(FACT.c.key.in_(bindparam("keys")))
# By the path: most pages of the wiki have a fact of each key.
_FACTS_OF_SPACES = _CURRENT.where(
    FACT.c.path.in_(bindparam("spaces")), unindexed(FACT.c.key).in_(bindparam("keys"))
)
_BY_WORD = itemgetter(1, 2, 3)


class CatalogueFacts:
    """See ``facets.Facts``. ``keys`` are those that are facets."""

    def __init__(self, catalogue: Catalogue, keys: Iterable[str]) -> None:
        self._catalogue = catalogue
        self._keys = tuple(keys)
        self._all = Lasting(_KEPT)

    def of_spaces(
        self, spaces: Collection[str], there: int, audience: frozenset[str], today: date
    ) -> Said:
        """See ``facets.Facts``."""
        asking = Asking(audience, today, {})
        with self._catalogue.reading() as rows:
            if len(spaces) <= _FEW and there > _FEW_IN_ALL:
                asked = {**asking.values, "spaces": sorted(spaces)}
                return self._said(rows, _FACTS_OF_SPACES, asked, audience)
            return self._all.answer(
                self._catalogue,
                rows,
                [f"facts:{key}" for key in self._keys],
                (audience, today),
                lambda: self._said(rows, _FACTS, asking.values, audience),
            )

    def _said(
        self, rows: Rows, statement: Executable, values: Values, audience: frozenset[str]
    ) -> Said:
        return Said(self._titled(self._read(rows, statement, values), audience))

    def _read(self, rows: Rows, statement: Executable, values: Values) -> dict[str, list[Fact]]:
        found: dict[str, list[Fact]] = {}
        # One tuple for all pages that say the same, and each once a page;
        # written as the first of all is.
        known: dict[tuple[str, str], Fact] = {}
        asked = {**values, "keys": self._keys}
        for path, key, slug, value in sorted(rows.execute(statement, asked), key=_BY_WORD):
            fact = known.setdefault((key, slug), Fact(key, slug, value))
            facts = found.setdefault(path, [])
            if fact not in facts:
                facts.append(fact)
        return found

    def _titled(
        self, facts: Mapping[str, list[Fact]], audience: frozenset[str]
    ) -> Mapping[str, Sequence[Fact]]:
        """``facts``, those that are pages with their titles, "" where ``audience`` sees none."""
        paths = sorted({one.label for said in facts.values() for one in said if one.key in PAGES})
        titles: dict[str, str] = {}
        for start in range(0, len(paths), _FEW):
            titles |= self._catalogue.titles(paths[start : start + _FEW], audience)
        return (
            {
                space: [
                    one._replace(label=titles.get(one.label, "")) if one.key in PAGES else one
                    for one in said
                ]
                for space, said in facts.items()
            }
            if paths
            else facts
        )
