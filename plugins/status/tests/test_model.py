"""A story read from lines, whatever their order and their words."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.status.model import (
    BLOCK_NAMES,
    MATURITIES,
    STATES,
    Step,
    facts_of,
    newest_first,
    read_steps,
    split_state,
)
from wiki.pages.document import read_document
from wiki.translation import use_language

_WORDS = st.text(st.sampled_from("abcé 12"), min_size=1, max_size=20).map(str.strip).filter(bool)
_DAYS = st.integers(0, 3_000).map(lambda days: date(2020, 1, 1) + timedelta(days))
_NAMED = st.sampled_from([(state, word) for state, words in STATES.items() for word in words])
_LINES = st.lists(
    st.tuples(_DAYS, st.none() | _NAMED, _WORDS), min_size=1, max_size=8, unique_by=lambda x: x[0]
)
Line = tuple[date, tuple[str, str] | None, str]


def steps_of(text: str) -> list[Step]:
    blocks = [block for block in read_document(text).blocks if block.name in BLOCK_NAMES]
    return read_steps(blocks)[0]


def written(lines: list[Line], name: str = "historique") -> str:
    said = "\n".join(
        f"- {day} {named[1]} — {words}" if named else f"- {day} — {words}"
        for day, named, words in lines
    )
    return f"::: {name}\n{said}\n\n:::\n"


@given(_LINES, st.sampled_from(BLOCK_NAMES))
def test_what_is_written_is_read(lines: list[Line], name: str) -> None:
    steps = steps_of(written(lines, name))
    assert [(step.date, step.state, step.text) for step in steps] == [
        (day.isoformat(), named[0] if named else None, " ".join(words.split(" ")))
        for day, named, words in lines
    ]


@given(_LINES)
def test_either_end_may_be_the_new_one(lines: list[Line]) -> None:
    """Sorted lists read alike from both ends."""
    lines.sort(key=lambda line: line[0])
    up, down = steps_of(written(lines)), steps_of(written(lines[::-1]))
    told = [(step.date, step.text) for step in newest_first(up)]
    assert told == [(step.date, step.text) for step in newest_first(down)]
    assert told == sorted(told, key=lambda one: one[0], reverse=True)


def test_on_one_day_the_line_nearer_the_new_end_is_newer() -> None:
    newest = "- 2026-05-02 pilot — b\n- 2026-05-02 idea — a\n- 2026-01-01 — c"
    oldest = "\n".join(reversed(newest.splitlines()))
    for lines in (newest, oldest):
        told = newest_first(steps_of(f"::: historique\n{lines}\n\n:::\n"))
        assert [step.text for step in told] == ["b", "a", "c"]


@given(st.text(max_size=60))
def test_no_words_are_lost_and_none_raise(text: str) -> None:
    state, rest = split_state(text)
    assert state is None or state in STATES
    assert text.strip().endswith(rest)


def test_a_state_is_a_word_of_its_own() -> None:
    assert split_state("Pilote — dix fermes") == ("pilot", "dix fermes")
    assert split_state("en-pause") == ("paused", "")
    assert split_state("Arrêté : faute de temps") == ("stopped", "faute de temps")
    assert split_state("pilote de ligne rencontré") == (None, "pilote de ligne rencontré")
    assert split_state("pilote-test") == (None, "pilote-test")
    assert split_state("— prototype ?") == (None, "prototype ?")


@given(_LINES)
def test_facts_hold_from_their_day(lines: list[Line]) -> None:
    facts = list(facts_of(read_document(written(lines))))
    states = [(fact.since, fact.value) for fact in facts if fact.key == "state"]
    assert states == [(day.isoformat(), named[0]) for day, named, _ in lines if named]
    for fact in facts:
        assert fact.key == "state" or fact.value in MATURITIES


def test_two_blocks_are_one_story() -> None:
    text = (
        "::: historique\n- 2026-05-02 — b\n\n:::\n\nEntre\n\n::: history\n- 2026-01-01 — a\n\n:::\n"
    )
    assert [step.text for step in newest_first(steps_of(text))] == ["b", "a"]


@pytest.mark.parametrize(
    ("line", "odd"),
    [
        ("bogusstate — x", "bogusstate"),
        ("Pilotte – dix fermes", "Pilotte"),
        ("protoype - un capteur", "protoype"),
        ("pilote — dix fermes", None),
        ("— Rennes — rencontre", None),
        ("Présenté à Rennes — un succès", None),
        ("visio-conférence avec tous", None),
        ("en pause — jusqu’en mai", None),
        ("12 — douze", None),
        ("mot", None),
    ],
)
def test_a_misspelt_state_is_told(line: str, odd: str | None) -> None:
    blocks = read_document(f"::: historique\n\n- 2026-03-01 {line}\n\n:::\n").blocks
    steps, problems = read_steps(blocks)
    assert len(steps) == 1
    told = [(one.line, one.kind, one.params["word"]) for one in problems]
    assert told == ([(2, "unknown-state", odd)] if odd else [])


def test_the_states_that_are_told_of_are_read() -> None:
    for lang in ("fr", "en"):
        with use_language(lang):
            text = "::: historique\n- 2026-03-01 zzz — x\n\n:::\n"
            (problem,) = read_steps(read_document(text).blocks)[1]
            known = problem.params["known"].split(", ")
            assert [split_state(f"{word} — x")[0] for word in known] == list(STATES)
