"""A request written into any text and taken out again leaves it as it was."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.feedback.blocks import (
    asks_of,
    hypotheses_in,
    section_at,
    sections_of,
    with_request,
    without_request,
)
from wiki.errors import BadField
from wiki.pages.page import Page

_PIECES = st.sampled_from(
    [
        "# Titre",
        "## Budget",
        "Du texte\nsur deux lignes.",
        "- une liste\n  - dedans",
        "> cité",
        "```\ndu code ::: retours\n```",
        "::: hypothèses\n- cru — Ils paieront\n\n:::",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "~~~\njamais fermé",
        ":::: encadré\nDes mots\n\n::::",
        "::: jamais-fermé",
    ]
)
_TEXTS = st.lists(_PIECES, max_size=6).map(lambda pieces: "\n\n".join(pieces) + "\n")
_HEADS = st.sampled_from(["", "---\ntype: project\nlang: en\n---\n"])
_QUESTIONS = st.text(st.sampled_from("aé1 -—:#@{}[]()*_`<>\\!|~=+.>"), max_size=30)


def page(text: str) -> Page:
    return Page("p", "p.md", text)


@settings(max_examples=60)
@given(_HEADS, _TEXTS, _QUESTIONS)
def test_what_is_asked_is_read_and_taken_out_again(head: str, text: str, question: str) -> None:
    before = page(head + text)
    try:
        asked = page(with_request(before, question))
    except BadField:
        assert question.strip(), "without a question there is always a place"
        return
    (ask,) = asks_of(asked)
    assert bool(ask.question) == bool(question.strip())
    assert with_request(asked, question) == asked.text, "again is nothing"
    assert without_request(asked).split() == before.text.split()
    assert hypotheses_in(asked) == hypotheses_in(before)


@settings(max_examples=60)
@given(_HEADS, st.lists(_PIECES, max_size=8).map("\n\n".join), st.data())
def test_any_section_is_asked_about_and_let_be(head: str, text: str, data: st.DataObject) -> None:
    before = page(f"{head}{text}\n")
    sections = [anchor for anchor, _words in sections_of(before)]
    section = data.draw(st.sampled_from(sections))
    try:
        asked = page(with_request(before, "Est-ce clair ?", section))
    except BadField:
        return
    (ask,) = asks_of(asked)
    assert (ask.section, ask.question) == (section, "Est-ce clair ?")
    assert sections_of(asked) == sections_of(before)
    other = data.draw(st.sampled_from(sections))
    try:
        twice = page(with_request(asked, "", other))
    except BadField:
        return
    assert {one.section for one in asks_of(twice)} == {section, other}
    if other != section:
        assert [one.section for one in asks_of(page(without_request(twice, section)))] == [other]


def test_the_whole_page_is_asked_about_above_its_first_chapter() -> None:
    text = "---\ntype: project\n---\n# A\n\nUn mot.\n\n## Budget\n\nCent.\n\n## Équipe\n\nTrois.\n"
    whole = page(with_request(page(text), "Est-ce clair ?"))
    (ask,) = asks_of(whole)
    assert ask.section == "" and whole.text.index(":::") < whole.text.index("## Budget")
    both = page(with_request(whole, "", "budget"))
    assert [(one.section, one.heading) for one in asks_of(both)] == [("", ""), ("budget", "Budget")]
    assert "Cent.\n\n::: retours\n\n:::\n\n## Équipe" in both.text
    assert without_request(page(without_request(both, "budget")), "") == text
    with pytest.raises(BadField):
        with_request(page(text), "", "nulle-part")


def test_signs_that_end_a_line_for_others_do_not_hide_a_request() -> None:
    """Pasted from a text processor, a page may hold U+2028 or a form feed."""
    asked = page(with_request(page("# Titre\n\nUn\u2028mot\x0bet\x0cun autre.\n"), "Clair ?"))
    assert [one.question for one in asks_of(asked)] == ["Clair ?"]
    assert without_request(asked) == "# Titre\n\nUn\u2028mot\x0bet\x0cun autre.\n"


@given(st.sampled_from(["Est-ce clair ?", "1. D'abord ?", "- Quoi ?", "# Titre ?", "::: x"]))
def test_questions_that_people_type_are_taken(question: str) -> None:
    (ask,) = asks_of(page(with_request(page("# Titre\n\nDu texte.\n"), question)))
    assert ask.section == "" and ask.question


def test_a_block_asks_about_the_section_it_stands_in() -> None:
    asked = page(
        "# Titre\n\n::: retours\n\n:::\n\n## Budget\n\nCent.\n\n### Détail\n\n"
        "::: feedback\nOui ?\n\n:::\n"
    )
    first, second = asks_of(asked)
    assert (first.section, first.question) == ("", "")
    assert (second.heading, second.question) == ("Détail", "Oui ?")
    assert section_at(asked, 0) == ("", "")
