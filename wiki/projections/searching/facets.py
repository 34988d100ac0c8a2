"""What results can be narrowed by: kind, theme, territory …; ``counting`` does it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from wiki.projections.searching.facet_counts import Table

TYPE = "type"


class Fact(NamedTuple):
    """What a space says of itself: a facet's ``key``, a value's ``slug`` and its words.

    "" in place of words: it is found by it, and nobody is told of it.
    """

    key: str
    slug: str
    label: str


@dataclass(eq=False)
class Said:
    """The facts of spaces by path, each once; ``table`` is for who counts them."""

    facts: Mapping[str, Sequence[Fact]]
    table: "Table | None" = None


class Facts(Protocol):
    """Where the facts of spaces come from."""

    def of_spaces(
        self, spaces: Collection[str], there: int, audience: frozenset[str], today: date
    ) -> Said:
        """The facts of ``spaces`` that ``audience`` may know, and perhaps of others.

        ``there``: how many spaces there are.
        """
        ...


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet: how many results it has, or would have if it were chosen."""

    slug: str
    label: str
    count: int
    chosen: bool
