"""What an item says, whatever stands in it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.pages.document import read_document

TODAY = date(2026, 11, 24)


@pytest.fixture
def entries(plugin_module: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    model = plugin_module("model")
    return lambda text: [
        model.entry_of(item, kind)
        for block, kind in model.defining(read_document(text).blocks)
        for item in block.items
    ]


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("- un avis", "open"),
        ("- [ ] un avis", "open"),
        ("- [x] un avis", "met"),
        ("- [X] un avis", "met"),
        ("- [-] un avis", "withdrawn"),
        ("- [ ] un avis vu:2026-05-28", "open"),
        ("- [ ] un avis vu:2026-05-27", "sleeping"),
        ("- 2020-01-01 un avis", "sleeping"),
        ("- 2020-01-01 un avis vu:2026-10-10", "open"),
        ("- un avis vu:2020-01-01 avant:2027-01-01", "open"),
        ("- [x] un avis vu:2020-01-01", "met"),
        ("- un avis vu:hier", "open"),
    ],
)
def test_states(entries: Callable[[str], list[Any]], line: str, state: str) -> None:
    [entry] = entries(f"::: besoins\n{line}\n\n:::\n")
    assert entry.state_on(TODAY) == state


def test_availability_and_due_day(entries: Callable[[str], list[Any]]) -> None:
    found = entries(
        "::: offres\n- a dispo:un-peu avant:2027-03-01\n- b availability:regular\n- c dispo:7\n"
        "- d dispo:jamais avant:demain\n\n:::\n"
    )
    assert [entry.availability for entry in found] == [1, 4, 7, None]
    assert [entry.before for entry in found] == [date(2027, 3, 1), None, None, None]
    assert {entry.kind.name for entry in found} == {"offer"}


def test_a_block_that_asks_for_a_list_defines_nothing(entries: Callable[[str], list[Any]]) -> None:
    assert not entries("::: besoins theme:iot\n- un avis\n\n:::\n")


@given(st.lists(st.sampled_from([" ", "x", "-"]), max_size=7))
def test_open_ones_come_first_and_none_is_lost(
    plugin_module: Callable[[str], Any], boxes: list[str]
) -> None:
    model = plugin_module("model")
    lines = "".join(f"- [{box}] avis {number:02}\n" for number, box in enumerate(boxes))
    blocks = read_document(f"::: needs\n{lines}\n:::\n").blocks
    before = [model.entry_of(item, model.NEED) for block in blocks for item in block.items]
    after = model.open_first(before)
    by_state = {state: [one for one in after if one.state == state] for state in model.STATE_WORDS}
    assert [one.state == "open" for one in after] == sorted(
        (one.state == "open" for one in before), reverse=True
    )
    for state, found in by_state.items():
        assert found == [one for one in before if one.state == state]
