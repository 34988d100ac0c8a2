"""Cards on sheets: no word of theirs is code, and the last sheet may be short."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from wiki.documents.write.cards import CARD_SHEETS, Card, make_cards

_HARD = '#panic("x") \\ "] #read("/etc/passwd") $ * _ <a> @b'


@pytest.mark.parametrize(("size", "sheets"), [(8, 2), (10, 1)])
def test_words_of_a_card_are_never_code(size: int, sheets: int) -> None:
    cards = [Card(_HARD, (("Je cherche", _HARD), ("J’offre", ""))), *[Card("Zoé")] * 8]
    pages = PdfReader(BytesIO(make_cards(cards, CARD_SHEETS[size], "Le soir", "fr", seconds=200)))
    assert len(pages.pages) == sheets
    said = "".join("".join(page.extract_text() for page in pages.pages).split())
    assert said.count("panic") == said.count("/etc/passwd") == 2 and said.count("Zoé") == 8
