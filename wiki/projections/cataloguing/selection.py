"""Which pages a list is about: filters as a value, and as a condition in SQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from wiki.pages.head.facts import FactKey
from wiki.pages.paths import ROOT
from wiki.projections.cataloguing.facts import fact_slug
from wiki.projections.conditions import below, marks, replace_surrogates, visible_condition

#: territories that match every other
EVERYWHERE = ("france-entiere", "a-distance")

Condition = tuple[str, list[object]]


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
    """Who asks, on which day, with which order of values: what every condition depends on."""

    audience: frozenset[str]
    today: date
    orders: Mapping[str, Sequence[str]]


def orders_of(keys: Iterable[FactKey]) -> dict[str, tuple[str, ...]]:
    """The values of each key in their order, for ranges."""
    return {key.key: tuple(map(fact_slug, key.values)) for key in keys if key.values}


def current(alias: str, asking: Asking) -> Condition:
    """What a fact must satisfy to hold today and be seen."""
    day = asking.today.isoformat()
    sql = f"{alias}.from_ <= ? and {alias}.to_ > ?"
    visible, params = visible_condition(asking.audience, alias, path="source")
    newer, newer_params = visible_condition(asking.audience, alias, group="unless", path=None)
    if newer == "1":
        newer = f"{alias}.unless != ''"
    return f"{sql} and {visible} and not ({newer})", [day, day, *params, *newer_params]


def pages(selection: Selection, asking: Asking, alias: str = "p") -> Condition:
    """What a page must satisfy to be of the selection and be seen."""
    visible, params = visible_condition(asking.audience, alias)
    parts: list[str] = [visible]
    values: list[object] = [*params]
    if selection.types:
        parts.append(f"{alias}.type in ({marks(selection.types)})")
        values += selection.types
    if selection.below != ROOT:
        parts.append(f"{alias}.path >= ? and {alias}.path < ?")
        values += below(selection.below)
    if selection.after:
        parts.append(f"{alias}.path > ?")
        values.append(selection.after)
    if selection.only:
        parts.append(f"{alias}.path = ?")
        values.append(selection.only)
    if selection.but:
        parts.append(f"{alias}.path not in ({marks(selection.but)})")
        values += selection.but
    for condition, more in facts(selection, asking):
        parts.append(f"{alias}.path in ({condition})")
        values += more
    return " and ".join(parts), values


def facts(selection: Selection, asking: Asking) -> list[Condition]:
    """For each filter on facts, a query for the paths that have them."""
    holds, params = current("f", asking)
    start = f"select f.path from catalogue_fact f where f.key = ? and {holds}"
    found: list[Condition] = []
    for key, slugs in selection.values:
        wanted = (*slugs, *EVERYWHERE) if key == "territory" else slugs
        found.append((f"{start} and f.slug in ({marks(wanted)})", [key, *params, *wanted]))
    for key, (low, high) in selection.ranges:
        condition, more = _range(key, low, high, asking)
        found.append((f"{start} and {condition}", [key, *params, *more]))
    found += [(start, [flag, *params]) for flag in selection.flags]
    return found


def _range(key: str, low: str, high: str, asking: Asking) -> Condition:
    """Values between two others: in the order of the key's own, else as text (days, numbers)."""
    order = asking.orders.get(key)
    if order is None:
        return "f.slug >= ? and f.slug < ?", [fact_slug(low), fact_slug(high) + "~"]
    try:
        first = order.index(fact_slug(low)) if low else 0
        last = order.index(fact_slug(high)) if high else len(order) - 1
    except ValueError:
        return "0", []
    chosen = order[first : last + 1]
    return f"f.slug in ({marks(chosen)})", [*chosen]
