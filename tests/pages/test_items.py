"""Items: their marks are read, and what is written to their first line is read again."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from wiki.pages.document import Document, read_document
from wiki.pages.markdown.items import (
    Item,
    add_identity,
    new_identity,
    read_item,
    replace_identity,
    set_mark,
    set_state,
)
from wiki.pages.markdown.marks import read_availability, read_date

texts = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=30)
parts = st.text("abzéàöж019", min_size=1, max_size=5)
words = st.lists(parts, min_size=1, max_size=3).map("-".join)
identities = st.text("abyz019", min_size=8, max_size=8).map("b-{}".format)


def item_of(line: str) -> Item:
    """The item that ``line`` is in a page."""
    (block,) = read_document(f"::: besoins\n{line}\n\n:::\n").blocks
    return block.items[0]


@given(
    state=st.sampled_from(["", " ", "x", "-"]),
    keywords=st.lists(words, unique=True, max_size=3),
    places=st.lists(words, unique=True, max_size=2),
    before=st.none() | st.dates(),
    identity=st.none() | identities,
)
def test_what_is_written_as_marks_is_read_as_marks(
    state: str, keywords: list[str], places: list[str], before: object, identity: str | None
) -> None:
    written = ["Un mot —", *(f"#{word}" for word in keywords), *(f"@{place}" for place in places)]
    if before:
        written.append(f"avant:{before}")
    line = set_state(f"- {' '.join(written)}", state)
    if identity:
        line = add_identity(line, identity)
    item = item_of(line)
    assert item.state == state
    assert item.keywords == tuple(keywords)
    assert item.places == tuple(places)
    assert dict(item.marks) == ({"before": str(before)} if before else {})
    assert item.identity == identity
    assert item.text == item.plain == "Un mot —"
    assert item.problems == ()


@given(texts, identities, identities)
def test_an_identity_is_only_added_and_only_once(text: str, one: str, other: str) -> None:
    line = f"- {text}"
    added = add_identity(line, one)
    rest = added.replace(f" {{#{one}}}", "", 1)
    assert line in (rest, added)
    assert add_identity(added, other) == added
    assert read_item(added[2:]).identity is not None
    assert replace_identity(line, one) == line or "{#" in line
    if one in added:
        assert read_item(replace_identity(added, other)[2:]).identity == other


@given(texts, st.sampled_from([" ", "x", "-"]), st.sampled_from([" ", "x", "-"]))
def test_a_box_is_set_and_the_words_stay(text: str, one: str, other: str) -> None:
    line = f"- {text.strip()}"
    ticked = set_state(line, one)
    assert read_item(ticked[2:]).state == one
    assert set_state(ticked, other) == set_state(line, other)


@given(st.text(max_size=200) | st.text("#@:{}[]()`*_!\\ \nabc-bé0", max_size=60))
def test_an_item_never_raises(text: str) -> None:
    item = read_item(text)
    assert item.text == item.text.strip()
    assert all(word and not any(char.isspace() for char in word) for word in item.keywords)


_INLINE = (
    *("mot", " ", "**", "_", "`", "[[a|b]]", "[a](/b)", "![a](/b)", "[r]", "[^1]", "[x] ", "\\"),
    *(
        "#iot",
        "@paris",
        "vu:2026-01-01",
        "{#b-7k2qx9ma}",
        "{{count x}}",
        "<",
        "&amp;",
        "~~",
        "\n  ",
    ),
    *("https://e.org", "2026-01-01 ", ":", "- "),
)


@given(st.lists(st.sampled_from(_INLINE) | parts, max_size=8).map("".join))
def test_the_words_of_a_page_are_read_once_and_as_the_item_alone_reads_them(text: str) -> None:
    page = read_document(f"::: besoins\n- {text}\n\n:::\n\n[r]: /c\n\n[^1]: note\n")
    items = page.blocks[0].items if page.blocks else ()
    for token, item in zip(_paragraphs(page), items, strict=False):
        references: dict[str, object] = {"R": {"href": "/c", "title": "", "map": [0, 0]}}
        alone = read_item(token.content, references=references)
        assert (item.plain, item.text, item.keywords) == (alone.plain, alone.text, alone.keywords)


@pytest.mark.parametrize("text", ["\\[x] mot", "[x\\] mot"])
def test_a_bracket_behind_a_backslash_is_no_box(text: str) -> None:
    assert item_of(f"- {text}").plain == "[x] mot"
    assert item_of(f"- {text}").state == ""


def _paragraphs(page: Document) -> Iterator[Token]:
    """What stands first in each item of a list that is not in another."""
    tokens = page.blocks[0].tokens
    depth = 0
    for index, token in enumerate(tokens):
        if depth == 1 and token.type == "list_item_open":
            yield tokens[index + 2]
        depth += token.nesting


@pytest.mark.parametrize(
    ("line", "state", "expected"),
    [
        ("- a", "x", "- [x] a"),
        ("- [ ] a\n", "-", "- [-] a\n"),
        ("  * [x] a", "", "  * a"),
        ("> 1. a", " ", "> 1. [ ] a"),
        ("-\n", "x", "- [x] \n"),
        ("text", "x", "text"),
    ],
)
def test_set_state(line: str, state: str, expected: str) -> None:
    assert set_state(line, state) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- a", "- a {#b-7k2qx9ma}"),
        ("- a\n", "- a {#b-7k2qx9ma}\n"),
        ("- a  \n", "- a {#b-7k2qx9ma}  \n"),
        ("- a\\\n", "- a {#b-7k2qx9ma}\\\n"),
        ("- a {#b-00000000}\n", "- a {#b-00000000}\n"),
    ],
)
def test_add_identity_keeps_how_the_line_ends(line: str, expected: str) -> None:
    assert add_identity(line, "b-7k2qx9ma") == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("- a\n", "- a vu:2026-11-02\n"),
        ("- a {#b-00000000}\n", "- a vu:2026-11-02 {#b-00000000}\n"),
        ("- a seen:2025-01-01 b", "- a vu:2026-11-02 b"),
    ],
)
def test_set_mark(line: str, expected: str) -> None:
    assert set_mark(line, "vu", "2026-11-02") == expected


def test_a_new_identity_is_made_of_letters_and_digits() -> None:
    def first(letters: Sequence[str]) -> str:
        return letters[0]

    assert new_identity("b", first) == "b-00000000"
    assert read_item(f"a {{#{new_identity('o')}}}").identity is not None


def test_days_and_availability() -> None:
    assert read_date("2028-02-29") == "2028-02-29"
    for wrong in ("2027-02-29", "20270301", "2027-3-1", "٢٠٢٧-٠٣-٠١", ""):
        assert read_date(wrong) is None
    assert [read_availability(word) for word in ("3", "un peu", "Régulière", "a-little")] == [
        3,
        1,
        4,
        1,
    ]
    assert read_availability("souvent") is None
