"""Blocks that run from right to left say so; texts without any are as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from wiki.pages.document import Document, read_document
from wiki.pages.markdown.direction import direction
from wiki.rendering.alone import render_text

ARABIC, HEBREW = "فرن مشترك", "שלום עולם"


def test_words_run_as_their_first_strong_character() -> None:
    assert direction(ARABIC) == direction(f"12 — {HEBREW}") == "rtl"
    assert direction(f"Un four, {ARABIC}") == "ltr"
    assert direction("12 — 3 %") == direction("") == ""


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (f"## {ARABIC}", '<h2 id="h-فرن-مشترك" dir="rtl">'),
        (f"- {HEBREW}", '<ul dir="rtl">\n<li>שלום'),
        (f"> {HEBREW}", '<blockquote dir="rtl">\n<p>שלום'),
        (f"| {ARABIC} |\n|---|\n| 3 |", 'dir="rtl"><table>'),
        (f"| Nom |\n|---|\n| {ARABIC} |", '<td dir="rtl">'),
        (f"1. un\n\n   {HEBREW}", '<p dir="rtl">'),
        # Its address says nothing of which way a link runs.
        (f"[{HEBREW}](https://example.org)", '<p dir="rtl"><a href'),
        (f"[[projets/four|{ARABIC}]]", '<p dir="rtl"><a'),
        (f"::: astuce\n{ARABIC}\n:::", '<p dir="rtl">'),
    ],
)
def test_a_block_says_that_it_runs_otherwise(text: str, html: str) -> None:
    assert html in render_text(text)


def opened(document: Document) -> list[Token]:
    blocks = [block.tokens for block in document.blocks]
    return [token for part in (document.tokens, *blocks) for token in part if token.nesting == 1]


_LINES = st.lists(
    st.sampled_from(
        ["", "un", ARABIC, HEBREW, "- un", f"- {ARABIC}", "  - 12", f"  - {HEBREW}", "> 3", "# x",
         f"## {HEBREW}", "```", ":::", "::: note", "| a | b |", "|---|---|", f"| {ARABIC} | 2 |"]
    ),
    max_size=14,
)  # fmt: skip


@given(_LINES)
def test_a_text_of_any_shape_is_directed_once(lines: list[str]) -> None:
    text = "\n".join(lines)
    said = [token.attrs.get("dir") for token in opened(read_document(text))]
    assert set(said) <= {None, "ltr", "rtl"}
    if ARABIC not in text and HEBREW not in text:
        assert set(said) <= {None}
