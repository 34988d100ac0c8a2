"""Lines that count from an evening, and the block that shows them."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.api.pages import read_document
from wiki.testing import block_cases, neat


@pytest.mark.parametrize(("markdown", "html"), block_cases(Path(__file__).parent / "blocks.md"))
def test_a_case(markdown: str, html: str, show: Callable[..., str]) -> None:
    assert show(markdown) == neat(html)


def plans(part: Callable[[str], Any], *lines: str) -> list[Any]:
    text = "::: calendrier\n" + "".join(f"- {line}\n" for line in lines) + "\n:::\n"
    return list(part("calendar").plans_of(read_document(text)))


def test_days_months_the_day_itself_and_every_kind_of_minus(
    plugin_module: Callable[[str], Any],
) -> None:
    evening = date(2027, 11, 30)
    found = plans(
        plugin_module,
        "J-60 Un",
        "D−2 Deux",
        "J : Trois",
        "J + 1 — Quatre",
        "M+3 Cinq",
        "Six",
        "Jeudi sept",
    )
    assert [(one.words, one.day(evening)) for one in found] == [
        ("Un", date(2027, 10, 1)),
        ("Deux", date(2027, 11, 28)),
        ("Trois", evening),
        ("Quatre", date(2027, 12, 1)),
        ("Cinq", date(2028, 2, 29)),
    ]


def test_a_word_names_the_room(plugin_module: Callable[[str], Any]) -> None:
    (one, other) = plans(plugin_module, "J-9 Ranger #Programme", "J-8 Appeler la salle #salle")
    assert (one.keys, one.words) == (("programme",), "Ranger")
    assert other.keys == ("salle",)


@given(evening=st.dates(date(1900, 1, 1), date(2199, 12, 31)), months=st.integers(-120, 120))
def test_months_end_in_the_month_that_they_say(
    plugin_module: Callable[[str], Any], evening: date, months: int
) -> None:
    day = plugin_module("calendar").Plan("x", 0, months).day(evening)
    assert (day.year * 12 + day.month) - (evening.year * 12 + evening.month) == months
    assert day.day == evening.day or (day + timedelta(days=1)).day == 1


def test_a_line_without_a_day_is_told_to_its_writers(plugin_module: Callable[[str], Any]) -> None:
    from wiki.api.pages import Page

    page = Page("x", "x.md", "::: calendrier\n- J-3 Bien\n- Un jour\n\n:::\n")
    (problem,) = plugin_module("calendar").problems(page)
    assert (problem.line, problem.kind) == (2, "calendar-no-day")


@pytest.mark.parametrize(
    ("before", "after", "keeps"),
    [
        ("reserver-la-salle", "reserver-la-grande-salle", True),
        ("reserver-la-salle", "la-salle-reserver", True),
        ("reserver-la-grande-salle", "reserver-la-salle", True),
        ("inviter-les-equipes", "inviter-les-equipes-retenues-a-parler", True),
        ("appeler-la-salle", "appeler-la-mairie", False),
        ("ouvrir-les-inscriptions", "fermer-les-inscriptions", False),
        ("annoncer", "annoncer-a-la-presse", False),
    ],
)
def test_a_line_said_otherwise_keeps_its_tick_and_another_one_has_none(
    plugin_module: Callable[[str], Any], before: str, after: str, keeps: bool
) -> None:
    carried = plugin_module("checklist").carried
    assert carried(frozenset({before}), [after]) == ({after: before} if keeps else {})
    assert carried(frozenset({before}), [after, before]) == {before: before}


def test_a_line_finds_its_room_by_its_label_or_its_address(
    plugin_module: Callable[[str], Any],
) -> None:
    from wiki.api.events import EventStep

    ticking = plugin_module("checklist")
    steps = [
        EventStep("Les notes de la soirée", "/carrefours/x/notes", done=True),
        EventStep("Se retrouver après", "/-/encounters/carrefours/x"),
        EventStep("Ce que les projets sont devenus", "/-/status/x", done=True),
    ]
    found = plans(
        plugin_module, "J+7 Écrire #notes", "J+14 Manquées #retrouvailles", "J Choisir #projets"
    )
    named = [step and step.label for step in (ticking._step(one, steps) for one in found)]
    assert named == ["Les notes de la soirée", "Se retrouver après", None]
