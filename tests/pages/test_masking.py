"""Mail addresses are not shown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.pages.mail_mask import masked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Alice", "Alice"),
        ("alice@example.org", "…@…"),
        ("Écrire à <alice@example.org>, merci", "Écrire à …@… merci"),
        ("Co-authored-by: Alice <a@b>\n\nc@d", "Co-authored-by: Alice …@…\n\n…@…"),
        ("Un lieu @Bretagne, un prix @ 3, fin@", "Un lieu @Bretagne, un prix @ 3, fin@"),
    ],
)
def test_addresses_are_masked_and_nothing_else(text: str, shown: str) -> None:
    assert masked(text) == shown


@given(st.text(st.sampled_from("a@. \n<>"), max_size=40))
def test_no_address_is_left(text: str) -> None:
    assert not re.search(r"[^\s…]@[^\s…]", masked(text))
    assert masked(masked(text)) == masked(text)
