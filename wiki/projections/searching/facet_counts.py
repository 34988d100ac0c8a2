"""How many results there are of each kind, theme, territory …, following what is chosen.

Within one facet choices are alternatives, so that its counts leave its own choice out and honour
all others.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from wiki.projections.cataloguing.selection import EVERYWHERE
from wiki.projections.searching.facets import TYPE, FacetValue, Fact, Said
from wiki.projections.searching.index.postings import Mask, Numbers
from wiki.projections.searching.index.snapshot import Column, Snapshot

_TERRITORY = "territory"


class Filtered(NamedTuple):
    """The documents that pass all filters, and the counts of all facets."""

    documents: Numbers
    facets: dict[str, tuple[FacetValue, ...]]


class Table:
    """The facts of spaces as pairs of numbers: the place of the space in ``column``, and a fact.

    Facts of spaces that are not in the column are left out.
    """

    def __init__(self, said: Said, column: Column) -> None:
        self.column, self.size = column.known, len(column.values)
        known: dict[Fact, int] = {}
        pairs = [
            (place, known.setdefault(fact, len(known)))
            for space, facts in said.facts.items()
            if (place := column.known.get(space, self.size)) < self.size
            for fact in facts
        ]
        self.facts = list(known)
        self._spaces, self._said = np.array(pairs, np.intp).reshape(-1, 2).T

    def having(self, key: str, slugs: Collection[str]) -> Mask:
        """By place, whether a space has one of ``slugs`` for the facet ``key``."""
        wanted = [fact.key == key and fact.slug in slugs for fact in self.facts]
        having = np.zeros(self.size, np.bool_)
        having[self._spaces[np.array(wanted, np.bool_)[self._said]]] = True
        return having

    def counts(self, spaces: Numbers) -> list[int]:
        """How often each of ``facts`` is said, where ``spaces`` has by place how often each is."""
        said = np.bincount(self._said, spaces[self._spaces], len(self.facts))
        return [int(times) for times in said]


@dataclass(frozen=True, eq=False)
class _Found:
    """Some documents, with all kinds, and the facts of all spaces."""

    documents: Numbers
    kinds: Column
    spaces: Column
    table: Table

    def where(self, mask: Mask) -> "_Found":
        """Those for which ``mask``, which is beside the documents, holds."""
        return replace(self, documents=self.documents[mask])

    def having(self, key: str, slugs: Collection[str]) -> Mask:
        """Beside the documents, whether they have one of ``slugs`` for the facet ``key``."""
        if key != TYPE:
            return self.table.having(key, slugs)[self.spaces.places[self.documents]]
        having = np.array([kind in slugs for kind in self.kinds.values], np.bool_)
        return having[self.kinds.places[self.documents]]

    def said(self, wanted: Callable[[str], bool]) -> Counter[Fact]:
        """How many documents say each fact of the facets that are ``wanted``."""
        said: Counter[Fact] = Counter()
        if wanted(TYPE):
            for kind, count in zip(self.kinds.values, self._times(self.kinds), strict=True):
                said[Fact(TYPE, kind, kind)] = int(count)
        counts = self.table.counts(self._times(self.spaces))
        for fact, count in zip(self.table.facts, counts, strict=True):
            if wanted(fact.key):
                said[fact] = count
        return said

    def _times(self, column: Column) -> Numbers:
        """By place, how many documents have each value of ``column``."""
        return np.bincount(column.places[self.documents], minlength=len(column.values))


def filtered(
    documents: Numbers,
    snapshot: Snapshot,
    said: Said,
    filters: Mapping[str, Collection[str]],
    refused: Mapping[str, Collection[str]],
) -> Filtered:
    """What of ``documents`` passes, counted by facet; ``said`` is what their spaces say.

    A filter that no facet knows lets nothing pass.
    """
    kinds, spaces = snapshot.kind_column, snapshot.space_column
    found = _Found(documents, kinds, spaces, _table(said, spaces))
    for key, unwanted in refused.items():
        found = found.where(~found.having(key, unwanted))
    meets = {
        key: found.having(key, {*wanted, *(EVERYWHERE if key == _TERRITORY else ())})
        for key, wanted in filters.items()
    }

    def passing(but: str = "") -> _Found:
        """What meets all filters, ``but`` one."""
        passes = np.ones(len(found.documents), np.bool_)
        for key, met in meets.items():
            if key != but:
                passes &= met
        return found.where(passes)

    kept = passing()
    counts = kept.said(lambda key: key not in filters)
    for key in filters:
        counts += passing(key).said(key.__eq__)
    # The plus leaves out what nothing says.
    return Filtered(kept.documents, _counted(+counts, filters))


def _table(said: Said, column: Column) -> Table:
    table = said.table
    if table is None or table.column is not column.known or table.size != len(column.values):
        said.table = table = Table(said, column)
    return table


def _counted(
    said: Mapping[Fact, int], filters: Mapping[str, Collection[str]]
) -> dict[str, tuple[FacetValue, ...]]:
    """The values of each facet, the most frequent first, each as most write it.

    Never in the order in which documents come: that tells of those that are not seen.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    written: dict[tuple[str, str], tuple[int, str]] = {}
    for (key, slug, label), count in said.items():
        if not label:
            continue
        counts[key][slug] += count
        written[key, slug] = min(written.get((key, slug), (0, "")), (-count, label))
    for key, chosen in filters.items():
        for slug in chosen:
            counts[key].setdefault(slug, 0)
            written.setdefault((key, slug), (0, slug))
    return {
        key: tuple(
            FacetValue(slug, written[key, slug][1], count, slug in filters.get(key, ()))
            for slug, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        )
        for key, found in sorted(counts.items())
    }
