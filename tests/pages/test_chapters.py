"""Headings that say how far their chapter is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.errors import BadField, NotFound
from wiki.pages.chapters import STATES, chapters, with_section_state
from wiki.pages.document import read_document

PAGE = """---
title: Cahier des charges
---
# Cahier des charges

## Budget [à relire]

Mille euros.

## Usages [VALIDE] ##

Les **vaches**.

Calendrier [to write]
---------------------

### Étape `un` [Settled]

## Risques
"""


def test_the_state_is_no_part_of_the_words() -> None:
    document = read_document(PAGE)
    said = [(one.text, one.anchor, one.state) for one in document.headings]
    assert said == [
        ("Cahier des charges", "cahier-des-charges", ""),
        ("Budget", "budget", "review"),
        ("Usages", "usages", "settled"),
        ("Calendrier", "calendrier", "write"),
        ("Étape un", "étape-un", "settled"),
        ("Risques", "risques", ""),
    ]
    assert "relire" not in document.words


@pytest.mark.parametrize(
    "heading",
    [
        "[à relire]",
        r"Budget \[à relire\]",
        "Budget [à vérifier]",
        "Budget `[à relire]`",
        "Budget [à relire](https://example.org)",
        "Budget [à relire] du mois",
        "Budget [[à relire]]",
    ],
)
def test_other_brackets_stay_words(heading: str) -> None:
    assert read_document(f"## {heading}\n").headings[0].state == ""


def test_neighbours_that_say_nothing_are_counted() -> None:
    headings = read_document(PAGE).headings
    assert [one.text for one in chapters(headings)] == [
        "Budget",
        "Usages",
        "Calendrier",
        "Étape un",
        "Risques",
    ]
    assert chapters(read_document("## A\n\n## B\n").headings) == []


@pytest.mark.parametrize("state", [*STATES, ""])
@pytest.mark.parametrize("anchor", ["budget", "usages", "calendrier", "étape-un", "risques"])
def test_a_state_is_set_and_nothing_else(anchor: str, state: str) -> None:
    changed = with_section_state(PAGE, anchor, state)  # type: ignore[arg-type]
    before, after = read_document(PAGE).headings, read_document(changed).headings
    for old, new in zip(before, after, strict=True):
        assert (old.text, old.anchor, old.line, old.level) == (
            new.text,
            new.anchor,
            new.line,
            new.level,
        )
        assert new.state == (state if new.anchor == anchor else old.state)
    different = [
        (one, two)
        for one, two in zip(PAGE.split("\n"), changed.split("\n"), strict=True)
        if one != two
    ]
    assert len(different) == (next(o for o in before if o.anchor == anchor).state != state)


def test_it_is_written_in_the_language_of_the_page() -> None:
    assert with_section_state("## Costs\n", "costs", "write", "en") == "## Costs [to write]\n"
    assert with_section_state("## Coûts ##\n", "coûts", "write") == "## Coûts [à écrire] ##\n"
    assert with_section_state("## Coûts\r\n\r\na\r\n", "coûts", "settled") == (
        "## Coûts [validé]\r\n\r\na\r\n"
    )


def test_what_cannot_be_said_is_refused() -> None:
    with pytest.raises(NotFound):
        with_section_state("## A\n", "b", "write")
    # A reference of that name makes it a link.
    with pytest.raises(BadField):
        with_section_state("## A\n\n[validé]: https://example.org\n", "a", "settled")


_WORDS = st.text(alphabet="ab#[]`*\\_ é-=\n", min_size=1, max_size=30)


@given(st.lists(_WORDS, min_size=1, max_size=4), st.sampled_from([*STATES, ""]))
def test_no_text_is_harmed(words: list[str], state: str) -> None:
    text = "\n\n".join(f"## {one}" for one in words) + "\n"
    for heading in read_document(text).headings:
        try:
            changed = with_section_state(text, heading.anchor, state)  # type: ignore[arg-type]
        except BadField:
            continue
        after = {one.anchor: one.state for one in read_document(changed).headings}
        assert after[heading.anchor] == state
        assert with_section_state(changed, heading.anchor, state) == changed
