"""What encoders make of a text: rows of length 1, alike however many are read at once."""

from typing import Any

import pytest

from wiki.meaning.encoding import encoders

RIVER = "rivière, sondes. Mesurer le niveau d'une rivière"
BREAD = "pain, levain. Faire lever une pâte de seigle"


@pytest.fixture(scope="module", params=["use", "e5"])
def encoder(request: pytest.FixtureRequest) -> Any:
    for found in encoders(request.param):
        return found
    pytest.skip(f"{request.param} is not installed for this machine")


def test_what_a_text_is_about_counts_more_than_what_it_says_then(encoder: Any) -> None:
    one, other, asked, alone = encoder.encode(
        [f"{RIVER}\n{BREAD}", f"{BREAD}\n{RIVER}", RIVER, f"{RIVER}\n"]
    )
    assert abs(float(one @ one) - 1) < 1e-5
    assert float(asked @ one) > float(asked @ other)
    assert float(asked @ alone) > float(asked @ one)


def test_a_text_reads_alike_alone_and_among_others(encoder: Any) -> None:
    texts = [RIVER, f"{BREAD}\n{RIVER}", "", f"{RIVER}\n{BREAD}"]
    together = encoder.encode(texts)
    for text, row in zip(texts, together, strict=True):
        assert float(encoder.encode([text])[0] @ row) > 0.999 or not text
