"""Lines that count from an evening, and the block that shows them."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.api import read_document
from wiki.testing import block_cases, neat


@pytest.mark.parametrize(("markdown", "html"), block_cases(Path(__file__).parent / "blocks.md"))
def test_a_case(markdown: str, html: str, show: Callable[..., str]) -> None:
    assert show(markdown) == neat(html)


def plans(part: Callable[[str], Any], *lines: str) -> list[Any]:
    text = "::: calendrier\n" + "".join(f"- {line}\n" for line in lines) + "\n:::\n"
    return list(part("calendar").plans_of(read_document(text)))


def test_days_months_the_day_itself_and_every_kind_of_minus(part: Callable[[str], Any]) -> None:
    evening = date(2027, 11, 30)
    found = plans(
        part, "J-60 Un", "D−2 Deux", "J : Trois", "J + 1 — Quatre", "M+3 Cinq", "Six", "Jeudi sept"
    )
    assert [(one.words, one.day(evening)) for one in found] == [
        ("Un", date(2027, 10, 1)),
        ("Deux", date(2027, 11, 28)),
        ("Trois", evening),
        ("Quatre", date(2027, 12, 1)),
        ("Cinq", date(2028, 2, 29)),
    ]


def test_a_word_names_the_room(part: Callable[[str], Any]) -> None:
    (one, other) = plans(part, "J-9 Ranger #Programme", "J-8 Appeler la salle #salle")
    assert (one.room, one.words) == ("/-/events/programme", "Ranger")
    assert other.room == ""


@given(evening=st.dates(date(1900, 1, 1), date(2199, 12, 31)), months=st.integers(-120, 120))
def test_months_end_in_the_month_that_they_say(
    part: Callable[[str], Any], evening: date, months: int
) -> None:
    day = part("calendar").Plan("x", 0, months, "").day(evening)
    assert (day.year * 12 + day.month) - (evening.year * 12 + evening.month) == months
    assert day.day == evening.day or (day + timedelta(days=1)).day == 1


def test_a_line_without_a_day_is_told_to_its_writers(part: Callable[[str], Any]) -> None:
    from wiki.api import Page

    page = Page("x", "x.md", "::: calendrier\n- J-3 Bien\n- Un jour\n\n:::\n")
    (problem,) = part("calendar").problems(page)
    assert (problem.line, problem.kind) == (2, "calendar-no-day")
