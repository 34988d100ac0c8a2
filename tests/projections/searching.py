"""A wiki whose pages are searched: files committed, the index asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wiki.projections.base import Projections
from wiki.projections.catalogue import Catalogue
from wiki.projections.changes import Changes
from wiki.projections.search import SearchProjection
from wiki.projections.searching.results import SearchRequest, SearchResults
from wiki.projections.searching.spacefacts import CatalogueFacts
from wiki.repository.repository import Repository

from .world import TODAY, VISITOR, World, facts_of

FACETS = ("theme", "territory", "presented", "maturity")


def open_index(repository: Repository, folder: Path) -> Projections:
    """Search with its facets, over ``folder``."""
    catalogue = Catalogue([facts_of])
    search = SearchProjection(CatalogueFacts(catalogue, FACETS))
    return Projections(repository, folder, [Changes(), catalogue, search])


class Library(World):
    """A world that is asked by words."""

    @property
    def search(self) -> SearchProjection:
        part = self.projections["search"]
        assert isinstance(part, SearchProjection)
        return part

    def ask(self, query: str, audience: frozenset[str] = VISITOR, **more: object) -> SearchResults:
        return self.search.search(SearchRequest(query, audience, today=TODAY, **more))  # type: ignore[arg-type]

    def paths(self, query: str, audience: frozenset[str] = VISITOR, **more: object) -> list[str]:
        return [hit.path for hit in self.ask(query, audience, **more).hits]


@contextmanager
def a_library(folder: Path) -> Iterator[Library]:
    """A new wiki in ``folder``."""
    repository = Repository.create(folder / "content.git", folder / "lock")
    projections = open_index(repository, folder / "index")
    yield Library(repository, projections)
    projections.close()
    repository.close()
