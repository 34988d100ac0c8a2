"""Which headings have nothing below them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.pages.document import read_document
from wiki.pages.empty_chapters import empty_chapters

PARTS = st.lists(st.one_of(st.integers(1, 6), st.just(0)), max_size=12)


@pytest.mark.parametrize(
    ("text", "empty"),
    [
        ("", []),
        ("Words\n", []),
        ("## A\n\nWords\n\n## B\n", ["b"]),
        ("## A\n\n## B\n\nWords\n", ["a"]),
        # A chapter in which another has words has them too.
        ("## A\n\n### B\n\n- one\n\n### C\n\n## D\n\n### E\n", ["c", "d", "e"]),
        ("### A\n## B\n\n::: needs\n:::\n", ["a"]),
        ("## A [à écrire]\n\n## B\n\n| |\n| --- |\n\n## C\n\n[x]: /y\n", ["c"]),
        ("> ## A\n\n- ## B\n", []),
    ],
)
def test_what_is_empty(text: str, empty: list[str]) -> None:
    assert sorted(empty_chapters(read_document(text).tokens)) == empty


@given(PARTS)
def test_a_chapter_is_empty_where_its_lines_say_nothing(parts: list[int]) -> None:
    text = "".join(f"{'#' * rank} T\n\n" if rank else "Words\n\n" for rank in parts)
    document = read_document(text)
    lines = text.split("\n")
    said = {
        one.anchor
        for one in document.headings
        if not any(line == "Words" for line in lines[one.line : one.end_line])
    }
    assert set(empty_chapters(document.tokens)) == said
