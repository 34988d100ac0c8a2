"""Lines count alike for who reads a text and for who writes into it."""

from hypothesis import given
from hypothesis import strategies as st

from wiki.editing.save import split_section
from wiki.pages.lines import split_lines
from wiki.pages.page import Page
from wiki.pages.stories import with_step

_ENDS = "\u2028\x0b\x0c\x1c\x85"


@given(st.text(st.sampled_from("a\n \r" + _ENDS)))
def test_nothing_is_lost_and_each_is_one_of_the_document(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    assert [line.rstrip("\n") for line in lines] == text.removesuffix("\n").split("\n") or not text


def test_a_section_below_pasted_words_is_that_section() -> None:
    page = Page("p", "p.md", f"# Titre\n\nCollé{_ENDS}ici.\n\n## Budget\n\nCent.\n")
    assert split_section(page, "budget")[1] == "## Budget\n\nCent.\n"


def test_a_story_below_pasted_words_goes_on() -> None:
    text = f"# Titre\n\nCollé{_ENDS}ici.\n\n::: historique\n- 2026-01-01 — Début\n\n:::\n"
    told = with_step(text, "2026-02-01", "Suite")
    assert told.count(":::") == 2 and "- 2026-02-01 Suite\n- 2026-01-01" in told
