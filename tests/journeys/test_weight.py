"""What a reader's first view costs on a slow line."""

from typing import Any

import pytest

from tests.journeys.browsing import PHONE, Open

MOST = 150 * 1024


@pytest.mark.parametrize("path", ["/", "/projets/lora-a-la-ferme", "/-/needs"])
def test_a_first_view_is_light_and_brings_no_editor(browse: Open, path: str) -> None:
    reader = browse(PHONE)
    answers: list[Any] = []
    reader.page.on("response", lambda answer: answers.append(answer))
    reader.goto(path)
    reader.page.wait_for_load_state("networkidle")
    weights = {
        answer.url.rpartition("/")[2]: answer.request.sizes()["responseBodySize"]
        for answer in answers
    }
    assert sum(weights.values()) <= MOST, weights
    assert not [name for name in weights if name.startswith("editor")]
    # The style sheet was asked for, and came packed.
    assert 0 < next(size for name, size in weights.items() if name.startswith("wiki-")) < 20_000
