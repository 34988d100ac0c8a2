"""How many results there are of each kind, theme, territory …, following what is chosen.

Within one facet choices are alternatives, so that its counts leave its own choice out and honour
all others.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple, Protocol

TYPE = "type"
#: a project for all of France, or at a distance, is in every territory
EVERYWHERE = frozenset(("france-entiere", "a-distance"))


class Fact(NamedTuple):
    """What a space says of itself: a facet's ``key``, a value's ``slug`` and its words."""

    key: str
    slug: str
    label: str


class Facts(Protocol):
    """Where the facts of spaces come from."""

    def of_spaces(
        self, spaces: Collection[str], audience: frozenset[str], today: date
    ) -> Mapping[str, Sequence[Fact]]:
        """The facts of ``spaces``, and perhaps of others, each once, that ``audience`` may know."""
        ...


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet: how many results it has, or would have if it were chosen."""

    slug: str
    label: str
    count: int
    chosen: bool


class Filtered(NamedTuple):
    """The documents that pass all filters, and the counts of all facets."""

    documents: list[int]
    facets: dict[str, tuple[FacetValue, ...]]


def filtered(
    documents: Collection[int],
    groups: Sequence[tuple[str, str]],
    facts: Mapping[str, Sequence[Fact]],
    filters: Mapping[str, Collection[str]],
    refused: Mapping[str, Collection[str]],
) -> Filtered:
    """What of ``documents`` passes, counted by facet.

    ``groups`` has the space and the kind of each document, ``facts`` those of each space. A filter
    that no facet knows lets nothing pass.
    """
    kinds: Counter[str] = Counter()
    said: Counter[Fact] = Counter()
    # What passes all filters: by space, since facts are counted for all documents of one at once.
    spaces: Counter[str] = Counter()
    passing: set[tuple[str, str]] = set()
    for group, count in Counter(map(groups.__getitem__, documents)).items():
        space, kind = group
        if filters or refused:
            values = facts.get(space, ())
            failed = _failed(kind, values, filters, refused)
            if failed is None:
                continue
            if failed:
                if failed == {TYPE}:
                    kinds[kind] += count
                for fact in values:
                    if failed == {fact.key}:
                        said[fact] += count
                continue
            passing.add(group)
        kinds[kind] += count
        spaces[space] += count
    _add(said, spaces, facts)
    kept = list(documents)
    if filters or refused:
        kept = [document for document in kept if groups[document] in passing]
    said.update({Fact(TYPE, kind, kind): count for kind, count in kinds.items()})
    return Filtered(kept, _counted(said, filters))


def _add(
    said: Counter[Fact], spaces: Mapping[str, int], facts: Mapping[str, Sequence[Fact]]
) -> None:
    """Counts the facts of ``spaces`` that have so many documents; those with as many at once."""
    alike: defaultdict[int, list[Sequence[Fact]]] = defaultdict(list)
    for space, count in spaces.items():
        if values := facts.get(space):
            alike[count].append(values)
    for count, groups in alike.items():
        for fact, times in Counter(chain.from_iterable(groups)).items():
            said[fact] += times * count


def _counted(
    said: Mapping[Fact, int], filters: Mapping[str, Collection[str]]
) -> dict[str, tuple[FacetValue, ...]]:
    """The values of each facet, the most frequent first, each as most write it.

    Never in the order in which documents come: that tells of those that are not seen.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    written: dict[tuple[str, str], tuple[int, str]] = {}
    for (key, slug, label), count in said.items():
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


def _failed(
    kind: str,
    values: Sequence[Fact],
    filters: Mapping[str, Collection[str]],
    refused: Mapping[str, Collection[str]],
) -> Collection[str] | None:
    """The facets whose choice this misses; None where it has what was refused."""
    for key, unwanted in refused.items():
        if any(slug in unwanted for slug in _values(key, kind, values)):
            return None
    return {key for key, wanted in filters.items() if not _meets(key, wanted, kind, values)}


def _meets(key: str, wanted: Collection[str], kind: str, values: Sequence[Fact]) -> bool:
    own = _values(key, kind, values)
    if key == "territory" and any(slug in EVERYWHERE for slug in own):
        return True
    return any(slug in wanted for slug in own)


def _values(key: str, kind: str, values: Sequence[Fact]) -> list[str]:
    return [kind] if key == TYPE else [fact.slug for fact in values if fact.key == key]
