"""Wikis full of secrets and their twins, each made once in a process."""

from collections.abc import Callable, Iterator

import pytest

from .world import World, build

Worlds = Callable[..., World]


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """``copied("members")``: a wiki with those kinds of secrets, of its own; none: without any."""
    made: dict[frozenset[str], World] = {}
    copies: list[World] = []

    def copied(*kinds: str) -> World:
        wanted = frozenset(kinds)
        if wanted not in made:
            made[wanted] = build(tmp_path_factory.mktemp("made") / "instance", wanted)
            made[wanted].close()
        copies.append(made[wanted].copy(tmp_path_factory.mktemp("wiki") / "instance"))
        return copies[-1]

    yield copied
    for world in copies:
        world.close()


@pytest.fixture(scope="session")
def worlds(copied: Worlds) -> Worlds:
    """``worlds("members")``: likewise, the same one for all who only read in it."""
    made: dict[frozenset[str], World] = {}

    def worlds(*kinds: str) -> World:
        if frozenset(kinds) not in made:
            made[frozenset(kinds)] = copied(*kinds)
        return made[frozenset(kinds)]

    return worlds


@pytest.fixture(scope="session")
def full(worlds: Worlds) -> World:
    """A wiki with every secret there is."""
    return worlds("all")
