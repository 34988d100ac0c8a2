"""Blocks and items, in Markdown that a user can read (``blocks.md``)."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiki.pages.document import Document, read_blocks, read_document
from wiki.pages.markdown.items import Item

CASES = re.findall(
    r"^======== (.+?)\n(.*?)^-------- read as\n(.*?)(?=^========|\Z)",
    (Path(__file__).parent / "blocks.md").read_text("utf-8"),
    re.M | re.S,
)


def item_line(item: Item) -> str:
    parts = [
        " ".join(f"#{word}" for word in item.keywords),
        " ".join(f"@{place}" for place in item.places),
        " ".join(f"{name}={value}" for name, value in item.marks.items()),
        f"{{{item.identity}}}" if item.identity else "",
        "nested" if item.nested else "",
    ]
    box = f"[{item.state}] " if item.state else ""
    date = f"{item.date} " if item.date else ""
    return " | ".join([f"  {item.line} {box}{date}{item.plain}", *filter(None, parts)])


def outline(document: Document) -> str:
    lines: list[str] = []
    for block in document.blocks:
        lines.append(f"{block.name} {block.line}-{block.end_line} {block.args}".rstrip())
        lines += [item_line(item) for item in block.items]
    lines += [f"! {problem.line} {problem.kind}" for problem in document.problems]
    lines += [
        f"{'#' * heading.level} {heading.text} {heading.line}-{heading.end_line}"
        for heading in document.headings
    ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_a_text_is_read_as(text: str, expected: str) -> None:
    assert outline(read_document(text)) == expected.rstrip()


def test_lines_are_those_of_the_whole_text() -> None:
    text = "---\ntitle: x\n---\n# A\n\n::: besoins\n- a\n\n:::\n"
    (block,) = read_document(text).blocks
    assert (block.line, block.end_line, block.items[0].line) == (5, 9, 6)
    assert block.source == "::: besoins\n- a\n\n:::"
    assert block.items[0].source == "- a"


def test_a_folded_block_is_one_token() -> None:
    document = read_document("a\n\n::: x y\n::: \n\nb\n")
    assert [token.type for token in document.tokens if token.level == 0 and token.nesting >= 0] == [
        "paragraph_open",
        "block",
        "paragraph_open",
    ]
    assert document.tokens[3].meta["block"] is document.blocks[0]


def test_a_box_of_another_program_is_one_quotation() -> None:
    """As merging, pictures and links of chapters see it: one part of the text, with all in it."""
    document = read_document("a\n\n:::tip Un [*mot*](b)\n\n## Dedans\n\nb\n\n:::\n\nc\n")
    top = [token for token in document.tokens if token.level == 0 and token.nesting >= 0]
    assert [(token.type, token.map) for token in top] == [
        ("paragraph_open", [0, 1]),
        ("blockquote_open", [2, 9]),
        ("paragraph_open", [10, 11]),
    ]
    assert not document.blocks and not document.headings and not document.problems
    assert [link.text for link in document.links] == ["mot"]


def test_a_block_of_too_many_items_says_so() -> None:
    (block,) = (document := read_document("::: x\n" + "- a\n" * 600 + "\n:::\n")).blocks
    assert len(block.items) == 500
    assert [problem.kind for problem in document.problems] == ["too-many-items"]


def test_blocks_in_blocks_have_an_end() -> None:
    text = "".join(f"{':' * (40 - depth)} a\n" for depth in range(30))
    document = read_document(text)
    assert len(document.blocks) == 10
    assert "blocks-too-deep" in {problem.kind for problem in document.problems}


lines = st.sampled_from(
    [
        "::: a", ":::: b", "::::: c", ":::", "::::", ":::::", "- x", "- [ ] #y", "  - z", "# h",
        "> q", "> ::: d", "```", "~~~", "", "text", "    code", "1. n", "  :::", ": def",
        "|a|\n|-|", "[^1]: n", "t[^1]", ":::tip z", ":::: note",
    ]
)  # fmt: skip


@given(st.lists(lines, max_size=25).map("\n".join))
def test_nothing_of_a_text_is_lost_however_its_blocks_stand(text: str) -> None:
    document = read_document(text)
    for word in ("text", "code", "x", "z", "q"):
        assert text.count(word) - document.words.count(word) <= 0 or "[^1]:" in text
    for block in document.blocks:
        assert 0 <= block.line < block.end_line <= text.count("\n") + 1
        assert all(block.line <= item.line < item.end_line for item in block.items)


@given(
    st.lists(
        st.sampled_from(
            [
                *("::: besoins", "::: x", ":::", "::::", ":::: y", "  ::: z", "> ::: z", "> :::"),
                *("- un {#b-aaaaaaaa}", "- deux [a]", "  suite", "texte [a]", "a | b", "--|--"),
                *("", "", "", "===", ": sens", "  ~ sens", "[a]: /x", "[^1]: note", "```", "## b"),
                *("    :::", "- ::: x", "  :::", "\x0c", "texte ::: x", "::: 1", "---", "k: v :::"),
            ]
        ),
        max_size=14,
    ).map("\n".join)
)
@settings(max_examples=200)
def test_the_blocks_of_a_text_are_told_without_what_stands_below_them(text: str) -> None:
    assert read_blocks(text) == read_document(text).blocks


def test_a_text_that_changed_below_its_blocks_is_not_read_again() -> None:
    blocks = "::: besoins\n- un avis\n\n:::\n"
    first, second = (read_blocks(f"{blocks}\nLe {day} mai.\n") for day in ("2", "3"))
    assert first is second
