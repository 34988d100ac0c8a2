"""A day in people's words, and another in its place; the hours of a programme."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

MARCH, APRIL = date(2027, 3, 18), date(2027, 4, 1)


@pytest.fixture(scope="module")
def words(plugin_module: Callable[[str], Any]) -> Any:
    return plugin_module("daywords")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Carrefour de Bretagne, 18 mars 2027", "Carrefour de Bretagne, 1er avril 2027"),
        ("Rendez-vous le jeudi 18 mars, à l’heure", "Rendez-vous le jeudi 1er avril, à l’heure"),
        ("Jeudi  18 mars 2027", "Jeudi  1er avril 2027"),
        ("On March 18, 2027, or the 18th March", "On April 1, 2027, or the 1 April"),
        ("Thursday, March 18th", "Thursday, April 1"),
        ("avant le 18/03/2027.", "avant le 01/04/2027."),
    ],
)
def test_a_day_is_put_in_the_place_of_another(words: Any, before: str, after: str) -> None:
    assert words.put_day(before, MARCH, APRIL) == after
    assert words.put_day(after, MARCH, APRIL) == after


@pytest.mark.parametrize(
    "text",
    [
        "le 18 mars 2026",
        "118 mars",
        "18 marsouins",
        "[[soir-18-mars-2027]]",
        "2027-03-18",
        "le 8 mars",
    ],
)
def test_another_day_and_an_address_stay(words: Any, text: str) -> None:
    assert words.put_day(text, MARCH, APRIL) == text


days = st.dates(date(1990, 1, 1), date(2150, 12, 31))


@given(days, days, st.sampled_from(["fr", "en"]), st.sampled_from(["long", "full"]))
def test_there_and_back_it_says_the_same(
    words: Any, was: date, now: date, lang: str, form: str
) -> None:
    def said(day: date) -> str:
        return f"Soirée, {format_date(day, form, locale=lang)} — fin"

    moved = words.put_day(said(was), was, now)
    # On the first of a month French says “1er”, which no format of a calendar does.
    assert moved.replace("1er ", "1 ") == said(now)
    assert words.put_day(moved, now, was).replace("1er ", "1 ") == said(was)
    assert words.says_other_day(said(was), now) == (was != now)


def test_only_the_hours_of_a_programme_follow(words: Any) -> None:
    text = "- 18:30 a\n::: programme\n- 18:30 b\n- 9h c\n- 23:45 d\n\n:::\n- 18:30 e\n"
    assert words.shift_hours(text, 30) == (
        "- 18:30 a\n::: programme\n- 19:00 b\n- 09h30 c\n- 00:15 d\n\n:::\n- 18:30 e\n"
    )
