"""A request written into any text and taken out again leaves it as it was."""

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.feedback.asking import (
    asks_of,
    hypotheses_in,
    section_at,
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


@settings(max_examples=150)
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
