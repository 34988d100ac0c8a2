"""The wiki whose pages are all looked at, made once in a process."""

from collections.abc import Iterator

import pytest

from tests.screens.every import Screens
from wiki.instance import close_instance


@pytest.fixture(scope="session")
def screens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screens]:
    """A wiki in which everything happened once, and who looks at it."""
    made = Screens(tmp_path_factory.mktemp("screens") / "instance")
    yield made
    close_instance(made.world.instance)
