"""What is lost is told in the reader's language: these tests read English."""

from collections.abc import Iterator

import pytest

from wiki.translation import use_language


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with use_language("en"):
        yield
