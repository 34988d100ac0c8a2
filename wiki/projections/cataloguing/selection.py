"""Which pages a list is about: filters as a value."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wiki.pages.head.facts import FactKey
from wiki.pages.paths import ROOT
from wiki.projections.cataloguing.facts import fact_slug
from wiki.projections.tables.conditions import replace_surrogates, seen_by

#: territories that match every other
EVERYWHERE = ("france-entiere", "a-distance")


@dataclass(frozen=True)
class Selection:
    """Filters that must all hold; make one with ``select``.

    ``values``: key → any of these slugs. ``ranges``: key → from, to (either may be "").
    ``flags``: keys of which the page has any value. ``below``: the page at whose subtree to look.
    ``after``: only pages whose path follows this one. ``but``: paths that are left
    out. ``only``: the one page that is looked at.
    """

    types: tuple[str, ...] = ()
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ranges: tuple[tuple[str, tuple[str, str]], ...] = ()
    flags: tuple[str, ...] = ()
    below: str = ROOT
    after: str = ""
    but: tuple[str, ...] = ()
    only: str = ""

    def without(self, key: str) -> "Selection":
        """The same filters but for those on ``key`` (or on the type)."""
        return replace(
            self,
            types=() if key == "type" else self.types,
            values=tuple(pair for pair in self.values if pair[0] != key),
            ranges=tuple(pair for pair in self.ranges if pair[0] != key),
            flags=tuple(flag for flag in self.flags if flag != key),
        )

    def topics(self) -> Iterator[str]:
        """What says which pages are of it."""
        if self.only:
            yield f"page:{self.only}"
        elif self.types:
            yield from (f"type:{name}" for name in self.types)
        else:
            yield "pages"
        yield from self.fact_topics()

    def fact_topics(self) -> Iterator[str]:
        """The facts that it goes by."""
        filters = (*self.values, *self.ranges)
        yield from (f"facts:{key}" for key in (*(key for key, _wanted in filters), *self.flags))


def select(
    types: Iterable[str] = (),
    values: Mapping[str, Iterable[str]] | None = None,
    ranges: Mapping[str, tuple[str, str]] | None = None,
    flags: Iterable[str] = (),
    below: str = ROOT,
) -> Selection:
    """Filters from words as people write them (those of a ``pages.queries.Query``, for one)."""
    return Selection(
        types=tuple(sorted(map(replace_surrogates, set(types)))),
        values=tuple(
            (replace_surrogates(key), tuple(sorted({fact_slug(word) for word in words})))
            for key, words in sorted((values or {}).items())
        ),
        ranges=tuple(
            (replace_surrogates(key), (low.strip(), high.strip()))
            for key, (low, high) in sorted((ranges or {}).items())
        ),
        flags=tuple(sorted(map(replace_surrogates, set(flags)))),
        below=below,
    )


@dataclass(frozen=True)
class Asking:
    """Who asks, on which day, with which order of values: what every condition depends on.

    ``counted`` are the keys of facts whose counts are kept (``items/counts.py``).
    """

    audience: frozenset[str]
    today: date
    orders: Mapping[str, Sequence[str]]
    counted: Collection[str] = ()

    @property
    def values(self) -> dict[str, object]:
        """What a statement is given in which ``current`` or ``visible`` stands."""
        return {**seen_by(self.audience), "today": self.today.isoformat()}


def orders_of(keys: Iterable[FactKey]) -> dict[str, tuple[str, ...]]:
    """The values of each key in their order, for ranges."""
    return {key.key: tuple(map(fact_slug, key.values)) for key in keys if key.values}
