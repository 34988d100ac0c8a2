"""A notebook read from lines, and written as it is read, whatever stands around it."""

from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plugins.hypotheses.model import (
    BLOCK_NAMES,
    NAMES,
    STATES,
    WRITTEN,
    Hypothesis,
    evidence_of,
    hypotheses_of,
    problems_of,
)
from plugins.hypotheses.text import in_text, with_answer, with_hypothesis
from wiki.pages.document import read_document

_LETTERS = st.text(st.sampled_from("abcé 12"), min_size=1, max_size=20).map(str.strip)
#: no sentence of these begins with a state
_WORDS = _LETTERS.filter(bool).map(lambda words: " ".join(f"Il {words}".split()))
_ANYTHING = st.text(
    st.sampled_from("aé1 -—:#@{}[]()*_`<>\\!|~=+.é\n"), min_size=1, max_size=30
).filter(str.strip)
_DAYS = st.integers(0, 3_000).map(lambda days: (date(2020, 1, 1) + timedelta(days)).isoformat())
_NAMED = st.sampled_from([(state, word) for state, words in NAMES.items() for word in words])
_LINES = st.lists(
    st.tuples(_DAYS, _NAMED, _WORDS, st.lists(st.tuples(_DAYS, _WORDS), max_size=2)),
    min_size=1,
    max_size=6,
)
_TEXTS = st.sampled_from(
    [
        "# Titre\n",
        "Un\u2028mot\x0bet un\x0cautre.\n\n::: hypothèses\n- cru — Une\u2028première\n\n:::\n",
        "---\ntype: project\n---\n# Titre\n\nDu texte.\n",
        "::: hypothèse\n:::\n\nAprès.\n",
        "# Titre\n\n```\njamais fermé\n",
        "::: hypothèses\nDes mots.\n\n- 2026-01-01 cru — Une première\n:::\n\n> - cru — citée\n",
        "- ::: hypothèses\n  - cru — dans une liste\n  :::\n",
        "::: hypothèses\n- [ ] Une première\n\n  avec un paragraphe\n- Une autre",
        "",
    ]
)


def read(text: str) -> list[Hypothesis]:
    return hypotheses_of(block for block in read_document(text).blocks if block.name in BLOCK_NAMES)


@given(_LINES, st.sampled_from(["hypothèse", "Hypothèses", "hypothesis", "hypotheses"]))
def test_what_is_written_is_read(
    lines: list[tuple[str, tuple[str, str], str, list[tuple[str, str]]]], name: str
) -> None:
    said = "".join(
        f"- {day} {word} — {words}\n" + "".join(f"  - {on} — {seen}\n" for on, seen in evidence)
        for day, (_state, word), words, evidence in lines
    )
    found = read(f"::: {name}\n{said}\n:::\n")
    assert [(one.date, one.state, one.text) for one in found] == [
        (day, named[0], words) for day, named, words, _evidence in lines
    ]
    for one, (_day, _named, _words, evidence) in zip(found, lines, strict=True):
        items = evidence_of(one.evidence)
        assert items is not None
        assert [item.date for item in items] == [on for on, _seen in evidence]
    assert len({one.key for one in found}) == len(found)
    document = read_document(f"::: {name}\n{said}\n:::\n")
    assert problems_of(document.blocks) == []


@settings(max_examples=40)
@given(_TEXTS, _ANYTHING, _DAYS, st.sampled_from(["fr", "en"]))
def test_one_more_is_one_more_whatever_is_typed_and_again_is_nothing(
    text: str, words: str, day: str, lang: str
) -> None:
    before = in_text(text)
    once = with_hypothesis(text, words, day, lang)
    after = in_text(once)
    assume(len(after) == len(before) + 1)
    assert [one.key for one in after[: len(before)]] == [one.key for one in before] or (
        "jamais" in text
    )
    assert with_hypothesis(once, words, day, lang) == once or once.count(day) == 1
    assert len(text.splitlines()) < len(once.splitlines())


@settings(max_examples=40)
@given(_TEXTS, _WORDS, _DAYS)
def test_plain_words_always_find_their_place(text: str, words: str, day: str) -> None:
    once = with_hypothesis(text, words, day)
    assert [
        one for one in in_text(once) if (one.text, one.date, one.state) == (words, day, "believed")
    ]
    assert with_hypothesis(once, words, day) == once
    kept = [line for line in text.splitlines() if line.strip()]
    assert [line for line in once.splitlines() if line in kept] == kept


@settings(max_examples=40)
@given(_TEXTS, _ANYTHING, _DAYS, st.sampled_from(STATES), st.integers(0, 3))
def test_an_answer_changes_its_own_line_and_adds_one(
    text: str, words: str, day: str, state: str, which: int
) -> None:
    text = with_hypothesis(text, "Une de plus", "2026-01-02")
    known = in_text(text)
    one = known[which % len(known)]
    once = with_answer(text, one.key, state, day, words)
    if once is None:
        return
    after = {two.key: two for two in in_text(once)}
    assert (after[one.key].state, after[one.key].date) == (state, day)
    assert after[one.key].text == one.text
    assert len(once.splitlines()) == len(text.splitlines()) + 1
    assert with_answer(once, one.key, state, day, words) == once
    others = [two for two in known if two.key != one.key]
    assert [(two.key, two.state, two.evidence) for two in others] == [
        (two.key, after[two.key].state, after[two.key].evidence) for two in others
    ]


@settings(max_examples=40)
@given(_TEXTS, _WORDS, _DAYS, st.sampled_from(STATES))
def test_plain_words_can_always_be_answered(text: str, words: str, day: str, state: str) -> None:
    text = with_hypothesis(text, "Une de plus", "2026-01-02")
    once = with_answer(text, "une-de-plus", state, day, words)
    assert once is not None and f"  - {day} — {words}\n" in once
    assert f"- {day} {WRITTEN['fr'][state]} — Une de plus\n" in once
    assert with_answer(once, "une-autre-encore", state, day, words) is None


def test_of_two_that_say_the_same_each_has_its_key() -> None:
    found = read("::: hypothèse\n- cru — Pareil\n- tenu — pareil\n\n:::\n")
    assert [one.key for one in found] == ["pareil", "pareil-2"]
