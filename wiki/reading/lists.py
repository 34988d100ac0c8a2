"""Pages and items found, listed and counted."""

from collections.abc import Iterable, Mapping, Sequence

from wiki.projections.catalogue import (
    Count,
    ItemRow,
    ItemSelection,
    Listing,
    PageRow,
    Selection,
    select,
)
from wiki.projections.cataloguing.ranks import ORDERS
from wiki.projections.searching.results import SearchRequest, SearchResults, Suggestion
from wiki.reading.who import Who
from wiki.translation import language


class Lists(Who):
    """Lists, counts and search results of what the person may see, and of nothing else."""

    def search(
        self,
        query: str,
        filters: Mapping[str, tuple[str, ...]] | None = None,
        limit: int = 20,
        offset: int = 0,
        *,
        extracts: bool = True,
        order: str = "",
        as_typed: bool = False,
        of_a_kind: int = 0,
    ) -> SearchResults:
        """What answers ``query``, narrowed by facet ``filters``; ``extracts`` say why.

        The best first, or in one of the catalogue's ``ORDERS``; ``as_typed`` without the words
        that stand for others; ``of_a_kind``, if any, at most of each kind.
        """
        ranks = self.catalogue.ranks(order, self.audience, self.today) if order in ORDERS else None
        request = SearchRequest(
            query,
            self.audience,
            language(),
            filters or {},
            limit=limit,
            offset=offset,
            of_a_kind=of_a_kind,
            extracts=extracts,
            ranks=ranks,
            as_typed=as_typed,
            today=self.today,
        )
        results = self.searching.search(request)
        if not results.damaged:
            return results
        # A damaged index is thrown away when it is read, and made again when it is asked for.
        self.instance.projections.refresh()
        return self.searching.search(request)

    def suggest(self, prefix: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """Pages whose titles begin so."""
        return self.searching.suggest(prefix, self.audience, limit)

    def ranking(self, query: str, kind: str = "", limit: int = 50) -> list[tuple[str, float]]:
        """Paths with strictly falling scores; with a ``kind`` of page, one a space."""
        return self.searching.ranked(query, self.audience, kind, limit)

    def row(self, path: str) -> PageRow | None:
        """The page at ``path`` as lists show it, with the facts that hold today."""
        return self.catalogue.page(path, self.audience, self.today)

    def rows(self, paths: Sequence[str]) -> dict[str, PageRow]:
        """Those of ``paths`` that are pages for this reader."""
        return {row.path: row for row in self.catalogue.pages(paths, self.audience, self.today)}

    def find(
        self, selection: Selection, sort: str = "updated", limit: int = 20, offset: int = 0
    ) -> Listing[PageRow]:
        """Pages of the selection, with their facts; see ``Catalogue.find`` for the orders."""
        return self.catalogue.find(selection, self.audience, self.today, sort, limit, offset)

    def count(self, selection: Selection) -> int:
        """How many pages the selection has."""
        return self.catalogue.count(selection, self.audience, self.today)

    def facets(
        self, keys: Iterable[str], selection: Selection | None = None, limit: int = 30
    ) -> dict[str, list[Count]]:
        """For each key, its values among the pages that all other filters leave."""
        chosen = selection or select()
        return self.catalogue.facets(keys, chosen, self.audience, self.today, limit)

    @property
    def facet_keys(self) -> tuple[str, ...]:
        """The keys that searches can be narrowed by."""
        of_plugins = [key.key for key in self.instance.fact_keys.values() if key.facet]
        return ("type", "theme", "territory", *of_plugins, "presented")

    def items(
        self, selection: ItemSelection, sort: str = "new", limit: int = 20, offset: int = 0
    ) -> Listing[ItemRow]:
        """Items of the selection; see ``Catalogue.items`` for the orders."""
        return self.catalogue.items(selection, self.audience, self.today, sort, limit, offset)

    def item_facets(
        self, keys: Iterable[str], selection: ItemSelection, limit: int = 30
    ) -> dict[str, list[Count]]:
        """As ``facets``, of items."""
        return self.catalogue.item_facets(keys, selection, self.audience, self.today, limit)

    def item_counts(self, selection: ItemSelection) -> dict[str, int]:
        """How many items of the selection each space has, by path; or page, outside any."""
        return self.catalogue.item_counts(selection, self.audience, self.today)

    def newest_items(self, selection: ItemSelection) -> dict[str, ItemRow]:
        """The item of the latest date of each space, by path; or page, outside any."""
        return self.catalogue.newest_items(selection, self.audience, self.today)

    def item(self, identity: str) -> ItemRow | None:
        """The item of that identity, on the page that had it first."""
        return self.catalogue.item(identity, self.audience, self.today)

    def items_called(self, identities: Sequence[str]) -> dict[str, ItemRow]:
        """Those of ``identities`` that are items for this reader, each as by ``item``."""
        return self.catalogue.items_called(identities, self.audience, self.today)

    def children(self, path: str, after: str | None = None, limit: int = 50) -> list[PageRow]:
        """The pages right below, by title."""
        return self.catalogue.children(path, self.audience, after, limit)

    def pages_of(self, space: str, limit: int = 100) -> list[PageRow]:
        """The pages of a space, its typed page first."""
        return self.catalogue.pages_of(space, self.audience, limit=limit)

    def paths(self, after: str = "", limit: int = 1000) -> list[str]:
        """The pages that the reader may see, by path from ``after`` on."""
        return self.catalogue.paths(self.audience, after, limit)

    def spaces_of_mine(self) -> list[PageRow]:
        """The spaces on whose team the person is, their own page left out."""
        mine = self.person.page if self.person else None
        if mine is None:
            return []
        teams = [path for path in self.catalogue.teams_of(mine) if path != mine]
        return self.catalogue.pages(teams, self.audience)

    def team(self, space: PageRow) -> list[PageRow]:
        """The person pages of a space's team that the reader may see."""
        return self.catalogue.pages(list(space.facts.get("team", ())), self.audience)
