"""A wiki whose pages are searched: files committed, the index asked."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from wiki.projections.base import Projections
from wiki.projections.catalogue import Catalogue
from wiki.projections.changes import Changes
from wiki.projections.search import SearchProjection
from wiki.projections.searching.index.shelf import FileShelf
from wiki.projections.searching.results import SearchRequest, SearchResults
from wiki.projections.searching.spacefacts import CatalogueFacts
from wiki.projections.tables.file import FileTables
from wiki.projections.tables.store import Stores
from wiki.repository.repository import Repository

from .world import TODAY, VISITOR, World, facts_of

FACETS = ("theme", "territory", "presented", "maturity")


#: each index of a database has a schema of its own, by the name of its folder
_numbers = count()


def open_index(repository: Repository, folder: Path, stores: Stores = FileTables) -> Projections:
    """Search with its facets, over ``folder``."""
    catalogue = Catalogue([facts_of])
    search = SearchProjection(CatalogueFacts(catalogue, FACETS))
    return Projections(repository, folder, [Changes(), catalogue, search], stores=stores)


@dataclass(frozen=True)
class Library(World):
    """A world that is asked by words; ``index`` is the folder of its projections."""

    index: Path = Path()

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
def a_library(folder: Path, stores: Stores = FileTables) -> Iterator[Library]:
    """A new wiki in ``folder``."""
    name = "index" if stores is FileTables else f"index_{next(_numbers)}"
    repository = Repository.create(folder / "content.git", folder / "lock")
    projections = open_index(repository, folder / name, stores)
    yield Library(repository, projections, folder / name)
    projections.close()
    repository.close()


def files_of(library: Library) -> FileShelf:
    """The files that the index of ``library`` is in."""
    kept = library.search._shelf
    assert isinstance(kept, FileShelf)
    return kept
