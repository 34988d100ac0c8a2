"""A real repository in a temporary folder, and the table projections over it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wiki.projections.base import Projections
from wiki.projections.tables.store import Stores
from wiki.repository.repository import Repository

from .searching import Library, a_library
from .stores import STORES
from .world import World, parts


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[Repository]:
    made = Repository.create(tmp_path / "content.git", tmp_path / "lock")
    yield made
    made.close()


@pytest.fixture
def world(tmp_path: Path, repository: Repository) -> Iterator[World]:
    projections = Projections(repository, tmp_path / "index", parts())
    yield World(repository, projections)
    projections.close()


@pytest.fixture
def reopened(tmp_path: Path, repository: Repository) -> Iterator[Callable[[str], World]]:
    """``reopened(name)``: the projections over the same repository, in another index folder."""
    opened: list[Projections] = []

    def reopen(name: str) -> World:
        opened.append(Projections(repository, tmp_path / name, parts()))
        return World(repository, opened[-1])

    yield reopen
    for projections in opened:
        projections.close()


@pytest.fixture(scope="module", params=STORES)
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    """Where rows and indexes are kept: what is told of searches holds for each."""
    with request.param() as made:
        yield made


@pytest.fixture
def library(tmp_path: Path, stores: Stores) -> Iterator[Library]:
    """A wiki that is searched."""
    with a_library(tmp_path, stores) as made:
        yield made
