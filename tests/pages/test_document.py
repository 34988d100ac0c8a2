"""The one reading: links, headings, words, boxes, and the tokens that rendering needs."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from wiki.pages.document import read_document, read_inline
from wiki.pages.markdown.parser import parser
from wiki.pages.markdown.walk import Heading, Link


def types(text: str) -> list[str]:
    """The types of the inline tokens of a text."""
    return [child.type for token in read_document(text).tokens for child in token.children or ()]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[[projets/lora]]", Link("wiki", "projets/lora", "projets/lora", "", 0)),
        ("[[LoRa à la\nferme|texte]]", Link("wiki", "LoRa à la ferme", "texte", "", 0)),
        ("[[a#b c]]", Link("wiki", "a", "a", "b c", 0)),
        ("[[#b]]", Link("wiki", "", "", "b", 0)),
        ("|a|\n|-|\n|[[a\\|b]]|", Link("wiki", "a", "b", "", 2)),
        ("[t](../a.md#b)", Link("page", "../a.md", "t", "b", 0)),
        ("[t *u*](a%20b)", Link("page", "a b", "t u", "", 0)),
        ("[t](a/plan.pdf?x)", Link("file", "a/plan.pdf", "t", "", 0)),
        ("![alt](plan)", Link("file", "plan", "alt", "", 0)),
        ("[t](https://a.b/c#d)", Link("external", "https://a.b/c#d", "t", "", 0)),
        ("[t](//a.b)", Link("external", "//a.b", "t", "", 0)),
        ("[t][r]\n\n[r]: a", Link("page", "a", "t", "", 0)),
        ("<https://a.b>", Link("external", "https://a.b", "https://a.b", "", 0)),
        ("(https://a.b/c(d))", Link("external", "https://a.b/c(d)", "https://a.b/c(d)", "", 0)),
        ("voir http://a.b/c.", Link("external", "http://a.b/c", "http://a.b/c", "", 0)),
        ("t[^1]\n\n[^1]: [[n]]", Link("wiki", "n", "n", "", 2)),
        ("::: x\n- [[a]]\n\n:::", Link("wiki", "a", "a", "", 1)),
    ],
)
def test_a_link_is_found(text: str, link: Link) -> None:
    assert read_document(text).links == (link,)


@pytest.mark.parametrize(
    "text",
    ["`[[a]]`", "[[a]", "[[]]", "[[|b]]", "\\[[a]]", "xhttp://a.b", "http://", "`http://a.b`",
     "[x](javascript:y)", "    [[a]]", "```\n[[a]]\n```"],
)  # fmt: skip
def test_what_is_no_link(text: str) -> None:
    assert read_document(text).links == ()


def test_a_reference_of_markdown_wins_over_a_wiki_link() -> None:
    assert read_document("[[a]]\n\n[a]: /x").links == (Link("page", "/x", "a", "", 0),)


def test_there_is_no_link_in_a_link() -> None:
    assert types("[a [[b]]](c)").count("wikilink") == 1
    assert "link_open" not in types("[a [[b]]](c)")
    assert types("[http://a.b](c)").count("link_open") == 1


def test_a_number_inside_a_sentence() -> None:
    (token,) = [
        t
        for t in read_document("Il y a {{Nombre projets theme:iot}} !").tokens[1].children or ()
        if t.meta
    ]
    assert (token.type, token.meta) == (
        "inline_query",
        {"name": "count", "args": "projets theme:iot"},
    )
    assert "inline_query" not in types("{{autre projets}} {{count}} `{{count projets}}`")


def test_headings_have_ids_and_sections() -> None:
    text = (
        "---\na: b\n---\n# Titre\n\n## Été à *la* ferme !\n\ntexte\n\n## Titre\n### Titre\n"
        "# ???\nx\n"
    )
    assert read_document(text).headings == (
        Heading(1, "Titre", "titre", 3, 11),
        Heading(2, "Été à la ferme !", "été-à-la-ferme", 5, 9),
        Heading(2, "Titre", "titre-1", 9, 11),
        Heading(3, "Titre", "titre-2", 10, 11),
        Heading(1, "???", "section", 11, 13),
    )


@given(
    st.lists(st.sampled_from(["a", "a-1", "a 1", "A", "!", "section", "a-1-1", "b"]), max_size=12)
)
def test_ids_are_unique(titles: list[str]) -> None:
    document = read_document("\n".join(f"# {title}" for title in titles))
    assert len({heading.anchor for heading in document.headings}) == len(titles)
    for before, after in zip(document.headings, document.headings[1:], strict=False):
        assert before.end_line == after.line


def test_headings_in_lists_quotes_and_blocks_have_ids_but_no_section() -> None:
    document = read_document("> # a\n\n- # b\n\n::: x\n# c\n:::\n")
    assert document.headings == ()
    (block,) = document.blocks
    assert block.tokens[0].attrs == {"id": "c"}


def test_words_are_all_that_can_be_searched() -> None:
    text = (
        "---\ntitle: no\n---\n# T\n\n*a*b `c` [[d|e]] ![f](g)\n\n```\nh\n```\n\n"
        "::: x\n- i #j {#b-00000000}\n:::\n"
    )
    assert read_document(text).words.split() == ["T", "ab", "c", "e", "f", "h", "i", "#j"]


def test_the_first_image() -> None:
    assert read_document("a [![b](c.png)](d) ![e](f.png)").first_image == "c.png"
    assert read_document("a").first_image is None


def test_tasks_have_boxes() -> None:
    document = read_document("- [ ] a\n- [X] *b*\n- [-] c\n- [x](y) d\n\n[ ] e\n")
    boxes = [t for token in document.tokens for t in token.children or () if t.type == "checkbox"]
    assert [box.meta["checked"] for box in boxes] == [False, True]
    assert "[ ]" not in document.words.split("\n")[0]


def test_what_people_know_from_elsewhere() -> None:
    text = "~~a~~\n\n|b|c|\n|-|-|\n|d|e|\n\nterme\n: définition\n\nf[^1]\n\n[^1]: note\n"
    found = {token.type for token in read_document(text).tokens} | set(types(text))
    assert {"s_open", "table_open", "dl_open", "footnote_ref", "footnote_block_open"} <= found


def test_html_is_text() -> None:
    assert types("<b>a</b>") == ["text"]
    assert read_document("<script>x</script>\n").words == "<script>x</script>"


def test_a_broken_head_is_shown_above_the_page() -> None:
    document = read_document("---\nteam: [\n---\n# T\n")
    assert document.head.broken
    assert (document.tokens[0].type, document.tokens[0].content) == ("fence", "team: [\n")
    assert document.headings[0].line == 3


def test_all_line_ends_are_one() -> None:
    assert read_document("---\r\na: b\r\n---\r\n# T\r\n::: x\r\n- y\r\n:::\r\n").headings == (
        Heading(1, "T", "t", 3, 7),
    )


def test_a_text_is_read_once_and_parsing_changes_no_parser() -> None:
    rules = parser().get_active_rules()
    text = "# a\n\n::: x\n- b #c\n:::\n[^1]\n\n[^1]: d [e]\n\n[e]: f\n"
    document = read_document(text)
    assert read_document("".join(list(text))) is document
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: read_document(f"{text}{n % 7}"), range(200)))
    assert all(one.links == document.links and one.blocks == document.blocks for one in found)
    assert parser().get_active_rules() == rules
    assert read_document("[^1] [e]").links == ()


def test_a_short_text_by_itself() -> None:
    def shape(tokens: Sequence[Token]) -> list[str]:
        return [token.type for token in tokens]

    assert shape(read_inline("a **b** [[c]]"))[-1] == "wikilink"
    assert shape(read_inline("[" * 5_000)) == ["text"]
    assert read_inline("") == ()
