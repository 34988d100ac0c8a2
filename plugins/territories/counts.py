"""How many pages of a selection each region has, as one reader sees them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from wiki.api.reading import Reader
from wiki.api.reading.rows import Count, Selection, count_facets, count_rows

from .gazetteer import REGIONS, Region, regions_of

#: what is everywhere, and so in no region, as the catalogue has it
EVERYWHERE = ("france-entiere", "a-distance")
#: different names of places that are looked at; beyond, there are only names that one page has
_MOST = 5_000


@dataclass(frozen=True)
class Place:
    """A region, with the ``slugs`` under which pages name it and what is in it."""

    region: Region
    slugs: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Spread:
    """What is where: in regions, everywhere, in other places by name, and nowhere said."""

    places: tuple[Place, ...] = ()
    everywhere: int = 0
    others: tuple[Count, ...] = ()
    unsaid: int = 0

    @property
    def told(self) -> int:
        """How many are in some region."""
        return sum(place.count for place in self.places)


def spread_of(reader: Reader, selection: Selection) -> Spread:
    """The pages of the selection by where they are."""
    selection = selection.without("territory")
    counts = count_facets(reader, ("territory",), selection, limit=_MOST)["territory"]
    said = count_rows(reader, replace(selection, flags=(*selection.flags, "territory")))
    return spread(counts, count_rows(reader, selection) - said)


def spread(counts: Sequence[Count], unsaid: int = 0) -> Spread:
    """``counts`` by region: those of the catalogue, where what is everywhere adds to each (pure).

    A place in two regions is counted in both, as whoever looks at one of them looks for it.
    """
    everywhere = next((one.count for one in counts if one.slug in EVERYWHERE), 0)
    slugs: dict[str, list[str]] = {region.code: [] for region in REGIONS}
    numbers = dict.fromkeys(slugs, 0)
    others: list[Count] = []
    for one in counts:
        if one.slug in EVERYWHERE:
            continue
        own = one.count - everywhere
        codes = regions_of(one.value)
        for code in codes:
            slugs[code].append(one.slug)
            numbers[code] += own
        if not codes:
            others.append(replace(one, count=own))
    return Spread(_places(slugs, numbers), everywhere, tuple(others), max(0, unsaid))


def _places(slugs: dict[str, list[str]], numbers: dict[str, int]) -> tuple[Place, ...]:
    return tuple(
        Place(region, tuple(slugs[region.code]), numbers[region.code]) for region in REGIONS
    )


def by_number(places: Iterable[Place]) -> list[Place]:
    """Those with something in them, the most first."""
    return sorted((one for one in places if one.count), key=lambda one: -one.count)
