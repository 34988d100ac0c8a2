"""What encoders make of a text: rows of length 1, alike however many are read at once."""

from collections.abc import Callable
from typing import Any

import pytest

RIVER = "rivière, sondes. Mesurer le niveau d'une rivière"
BREAD = "pain, levain. Faire lever une pâte de seigle"


@pytest.fixture(scope="module", params=["use", "e5"])
def encoder(part: Callable[[str], Any], request: pytest.FixtureRequest) -> Any:
    for found in part("encoding").encoders(request.param):
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


def test_a_heading_is_a_line_whatever_was_written(part: Callable[[str], Any]) -> None:
    text = part("texts").Text
    said = text("b", "need", "Un titre\nen deux lignes", "Corps.", ("a\nb", "c")).said
    assert said.split("\n") == ["a b, c. Un titre en deux lignes", "Corps."]
    assert text("b", "need", "", "Seul.").said == "Seul."
    assert text("b", "need", "Titre", "  ").said == "Titre"
