"""What a reader sees of a block: ``blocks.md``, case by case."""

from collections.abc import Callable
from pathlib import Path

import pytest

from wiki.testing import block_cases, neat


@pytest.mark.parametrize(("markdown", "html"), block_cases(Path(__file__).parent / "blocks.md"))
def test_a_case(markdown: str, html: str, show: Callable[..., str]) -> None:
    assert show(markdown) == neat(html)
