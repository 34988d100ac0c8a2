"""A line more in a story: the newest, wherever the list has its new end; nothing else changes."""

from hypothesis import given
from hypothesis import strategies as st

from wiki.pages.document import read_document
from wiki.pages.stories import STORY_BLOCKS, with_step

DAY = "2027-03-03"


def dates_of(text: str) -> list[str | None]:
    return [
        item.date
        for block in read_document(text).blocks
        if block.name in STORY_BLOCKS
        for item in block.items
    ]


def test_the_newest_stands_where_the_list_has_its_new_end() -> None:
    falling = "# A\n\n::: historique\n- 2026-02-01 b\n  - dessous\n- 2026-01-01 a\n\n:::\n\nfin\n"
    rising = "::: history\n- 2026-01-01 a\n- 2026-02-01 b\n  - below\n\n:::\n"
    assert f"::: historique\n- {DAY} pilote — x\n- 2026-02-01 b" in with_step(
        falling, DAY, "pilote — x"
    )
    assert f"  - below\n- {DAY} — x\n\n:::" in with_step(rising, DAY, "— x")


def test_a_page_without_a_story_gets_one_in_its_language() -> None:
    assert with_step("# A\n", DAY, "— x") == f"# A\n\n::: historique\n- {DAY} — x\n\n:::\n"
    assert "::: history\n" in with_step("# A\n", DAY, "— x", "en")


def test_a_line_is_not_told_twice_but_an_other_one_is() -> None:
    once = with_step("# A\n", DAY, "— x")
    assert with_step(once, DAY, "—  x ") == once
    assert len(dates_of(with_step(once, DAY, "— y"))) == 2


def test_a_list_inside_a_quote_or_with_arguments_is_left_alone() -> None:
    for text in (
        "> ::: historique\n> - 2026-01-01 a\n>\n> :::\n",
        "::: historique x\n- y\n\n:::\n",
    ):
        told = with_step(text, DAY, "— x")
        assert told.startswith(text.rstrip())
        assert DAY in dates_of(told)


_LINES = st.lists(
    st.sampled_from(
        [
            "- 2026-01-01 concept — a",
            "- 2026-05-05 — b",
            "  - dessous",
            "- sans date",
            "mots",
            "",
            "::: historique",
            ":::",
            "```",
            "> cité",
            "# Titre",
            "1. 2026-02-02 un",
        ]
    ),
    max_size=14,
)


@given(lines=_LINES, words=st.sampled_from(["— x", "pilote", "arrêté — fin"]))
def test_whatever_stands_there_stays_and_the_line_is_read(lines: list[str], words: str) -> None:
    text = "\n".join(lines) + "\n"
    told = with_step(text, DAY, words)
    assert DAY in dates_of(told)
    assert with_step(told, DAY, words) == told
    # Every line that stood there stands there, in its order.
    rest = iter(told.splitlines())
    assert all(line in rest for line in text.rstrip().splitlines() if line)
