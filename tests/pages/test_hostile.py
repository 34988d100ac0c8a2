"""Hostile texts: what they cost is counted in steps, and what costs too much is shown as source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.pages.document import TEXT_LENGTH, read_document
from wiki.pages.markdown.budget import NESTING, STEPS, Budget, TooHeavy
from wiki.pages.markdown.parser import parse

SMALL = 20_000

#: Texts whose cost grows faster than they do, or that make much out of little.
GREEDY = {
    "open brackets": "[" * SMALL,
    "closed brackets": "[" * (SMALL // 2) + "]" * (SMALL // 2),
    "images in images": "![" * (SMALL // 4) + "a" + "](b)" * (SMALL // 4),
    "labels": "[b]: c\n\n" + ("[" + "a" * 100) * 100 + "]" * 100,
    "links and open titles": '[a](b "' * (SMALL // 7),
    "emphasis": "*a_ " * (SMALL // 4),
    "alternating emphasis": "*_" * (SMALL // 2),
    "half-closed emphasis": "**a *" * (SMALL // 5),
    "runs of marks": ("a" + "*" * 98 + "b ") * (SMALL // 10),
    "lists on one line": "- " * SMALL + "a",
    "quotes on many lines": (">" * 150 + " a\n") * (SMALL // 150),
    "lists in quotes": "> - > - a\n" * (SMALL // 10),
    "rules": "- - -\n" * (SMALL // 6),
    "definitions": "a\n: b\n" * (SMALL // 6),
    "references": "".join(f"[{number}]: /x\n" for number in range(SMALL // 5)),
    "table of many cells": "|a|\n|-|\n" + "|a|\n" * (SMALL // 4),
    "table of many missing cells": "|" + "a|" * 200 + "\n|" + "-|" * 200 + "\n" + "|\n" * 500,
    "footnotes": "".join(f"[^{number}]: b\n\n" for number in range(SMALL // 10)) * 2,
    "addresses": "http://a.b " * (SMALL // 11),
    "bracketed addresses": "<http://a.b>" * (SMALL // 12),
    "paragraphs": "a\n\n" * (SMALL // 3),
    "lines": "a\n" * (SMALL // 2),
    "blocks": "::: a\n" * (SMALL // 6),
}


@pytest.mark.parametrize("text", GREEDY.values(), ids=GREEDY)
def test_what_is_greedy_is_counted(text: str) -> None:
    with pytest.raises(TooHeavy):
        parse(text, Budget(len(text) // 4))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        ">" * 180 + " a\n" + ">" * 180 + " a\n" * 200_000,
        "*a_ " * 200_000,
        "- a\n" * 200_000,
        "[a]: /" + "x" * 1900 + "\n\n" + "[a] " * 20_000,
        "::: a\n- b #c\n\n:::\n" * 50_000,
        "é" * (TEXT_LENGTH + 1),
    ],
    ids=["brackets", "quotes", "emphasis", "list", "amplification", "blocks", "size"],
)
def test_what_is_too_heavy_is_shown_as_it_was_written(text: str) -> None:
    document = read_document("---\ntitle: T\n---\n" + text)
    assert document.too_heavy
    assert [token.type for token in document.tokens] == ["notice", "fence"]
    assert document.tokens[1].content == document.body == text
    assert document.problems[-1].kind == "too-heavy"
    assert document.head.text("title") == "T"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 1000,
        "[^a]: b\n\n" + "[^" * 500,
        "[a]: /" + "x" * 50_000 + "\n\n" + "[a] " * 5_000,
        ">" * 10_000,
        "[[" * 500,
        "a" * TEXT_LENGTH,
        "`" * TEXT_LENGTH,
        "*" * TEXT_LENGTH,
        "::: a" + " " * 500_000 + "b",
        "---\na" + " " * 500_000 + "\n---\n",
        "|" + "a|" * 5_000 + "\n|" + "-|" * 5_000,
        "::: besoins\n- " + " " * 300_000 + "#a {#b-0000000}",
    ],
)
def test_what_looks_heavy_and_is_not_is_laid_out(text: str) -> None:
    assert not read_document(text).too_heavy


def test_lists_nested_a_hundred_deep_are_lists() -> None:
    text = "".join("  " * depth + f"- n{depth}\n" for depth in range(100))
    document = read_document(text)
    assert document.problems == ()
    assert sum(token.type == "list_item_open" for token in document.tokens) == 100
    assert "n99" in document.words


@pytest.mark.parametrize(
    "text",
    [
        "".join("  " * depth + f"- n{depth}\n" for depth in range(120)) + "\nafter\n",
        ">" * (NESTING + 50) + " n119\n\nafter\n",
    ],
)
def test_what_is_nested_deeper_is_shown_as_source_with_a_note(text: str) -> None:
    document = read_document(text)
    assert [problem.kind for problem in document.problems] == ["nested-too-deeply"]
    assert [token.type for token in document.tokens].count("notice") == 1
    assert "n119" in document.words
    assert document.tokens[-2].content == "after"


def test_an_address_is_never_longer_than_a_page_should_repeat() -> None:
    document = read_document("[a]: /" + "x" * 50_000 + "\n\n[a] [b](/" + "y" * 50_000 + ")")
    assert document.links == ()
    assert "xxx" in document.words


def test_the_same_text_costs_the_same_steps() -> None:
    text = "# a\n\n- b *c* [d](e)\n\n> f\n\n|g|h|\n|-|-|\n|i|j|\n"
    spent = set()
    for _ in range(3):
        budget = Budget()
        parse(text, budget)
        spent.add(STEPS - budget.left)
    assert len(spent) == 1
    assert spent.pop() < len(text) * 5


PIECES = [
    "[", "]", "(", ")", "*", "_", "`", ">", "- ", "\n", "\n\n", "  ", "a", "![", "[[", "{{",
    "::: x\n", ":::\n", "|", "|-|\n", "# ", "[^1]", ": ", "~~", "\\", "<", "http://a", "&#",
    "---\n", "k: v\n", "\t", "\r", "\0", "\ud800", "\u202e", "é",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text())
def test_a_text_never_raises(text: str) -> None:
    document = read_document(text)
    lines = text.count("\n") + text.count("\r")
    assert not document.too_heavy
    assert all(0 <= problem.line <= lines for problem in document.problems)
    assert all(problem.words for problem in document.problems)
