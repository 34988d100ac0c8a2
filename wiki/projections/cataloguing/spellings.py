"""Values counted by the words they are written with, joined where these mean the same."""

from collections import defaultdict
from collections.abc import Iterable

from wiki.projections.cataloguing.schema import Count
from wiki.projections.cataloguing.selection import EVERYWHERE


class Spellings:
    """Counts by value and slug, joined by slug: shown as most people write it.

    ``more``: there may be more of each.
    """

    def __init__(self, found: Iterable[tuple[str, str, int]] = ()) -> None:
        self.more = False
        self._by_slug: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for value, slug, number in found:
            self.add(value, slug, number)

    def add(self, value: str, slug: str, number: int) -> None:
        """Takes one in."""
        self._by_slug[slug].append((-number, value))

    def total(self, slugs: Iterable[str]) -> int:
        """How often these were counted, a page with two of them twice."""
        return -sum(number for slug in slugs for number, _value in self._by_slug.get(slug, ()))

    def counts(self, everywhere: int = 0) -> list[Count]:
        """Most frequent first; ``everywhere`` have a territory that matches each of them."""
        counts = [
            Count(
                min(pairs)[1],
                slug,
                everywhere
                if everywhere and slug in EVERYWHERE
                else everywhere - sum(number for number, _value in pairs),
                self.more,
            )
            for slug, pairs in self._by_slug.items()
        ]
        return sorted(counts, key=lambda line: (-line.count, line.slug))
