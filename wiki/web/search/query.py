"""The question of a search, as a value that is put to a reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from wiki.people.targets import EXACT
from wiki.projections.searching.results import SearchResults
from wiki.reading import Reader
from wiki.reading.lists import search_pages


@dataclass(frozen=True)
class Asked:
    """Words, the values chosen of each facet, an order ("" the best first), and how words count.

    ``exact``: for the words typed alone, not for those that the thesaurus says mean the same.
    """

    query: str
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: str = ""
    exact: bool = False

    @property
    def asks(self) -> bool:
        """Whether anything is looked for."""
        return bool(self.query.strip() or self.chosen)

    def in_vain(self, results: SearchResults) -> bool:
        """Whether nothing at all has the words, however one looks."""
        narrowed = self.chosen or self.exact
        return bool(self.query.strip()) and not narrowed and not results.total

    def results(
        self,
        reader: Reader,
        *,
        limit: int,
        offset: int = 0,
        extracts: bool = True,
        of_a_kind: int = 0,
    ) -> SearchResults:
        """A window of what ``reader`` is answered; of each kind at most ``of_a_kind``, if any."""
        return search_pages(
            reader,
            self.query,
            self.chosen,
            limit,
            offset,
            extracts=extracts,
            of_a_kind=of_a_kind,
            order=self.order,
            as_typed=self.exact,
        )

    def count(self, reader: Reader) -> int:
        """How many answers there are."""
        return self.results(reader, limit=0, extracts=False).total

    def without(self, key: str) -> "Asked":
        """The same question without what was chosen of a facet."""
        return replace(self, chosen={one: of for one, of in self.chosen.items() if one != key})

    @property
    def terms(self) -> str:
        """What can be followed of it (``targets.read_target``)."""
        return self.url().partition("?")[2]

    def url(self, action: str = "search") -> str:
        """Its address; the same question has the same one."""
        pairs = [("q", " ".join(self.query.split()))] if self.query.strip() else []
        pairs += sorted((key, value) for key, values in self.chosen.items() for value in values)
        if self.order:
            pairs.append(("sort", self.order))
        if self.exact:
            pairs.append((EXACT, "1"))
        return f"/-/{action}?{urlencode(pairs)}" if pairs else f"/-/{action}"
