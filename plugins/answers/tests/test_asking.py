"""Questions, as readers ask them."""

import importlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from wiki.api.people import Person
from wiki.api.plugin import Instance
from wiki.api.reading import Reader

Ask = Callable[..., Any]


@pytest.fixture
def ask(hives: Instance) -> Ask:
    answers = importlib.import_module("wiki_plugins.answers.answers")

    def ask(question: str, person: Person | None = None, limit: int = 3) -> Any:
        return answers.ask(question, Reader(hives, person), limit)

    return ask


def test_a_fact_is_quoted_word_for_word_with_its_place(ask: Ask) -> None:
    found = ask("Chez qui le pilote de Ruchéo a-t-il commencé ?")
    assert found.answered and found.kind == "passages"
    first = found.passages[0]
    assert (first.path, first.heading, first.anchor) == (
        "projets/ruche",
        "Où nous en sommes",
        "h-où-nous-en-sommes",
    )
    assert "Le pilote a commencé en mars 2024 chez douze apiculteurs de la Drôme." in first.text
    assert "2024 · 36" in first.text
    assert first.date is not None and first.author


def test_misspelt_and_without_accents(ask: Ask) -> None:
    for asked in ("peser les ruchs a distence", "RUCHES A DISTANCE", "pezer une ruche"):
        assert ask(asked).passages[0].path == "projets/ruche", asked


def test_a_list_and_a_state(ask: Ask) -> None:
    found = ask("Quels projets parlent de ruches ?")
    assert found.kind == "list"
    assert found.projects[0].path == "projets/ruche" and found.projects[0].line
    found = ask("Qu’est devenu Ruchéo ?")
    assert found.kind == "state"
    assert found.passages[0].text.endswith("2025-06-30 arrete — Le financement a pris fin")
    assert found.passages[0].date == date(2025, 6, 30)


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("Combien d’apiculteurs ont rejoint Ruchéo ?", True),
        ("Combien de mairies utilisent Ruchéo ?", False),
        ("Combien a coûté Ruchéo ?", False),
        ("Depuis quand Ruchéo a-t-il un pilote ?", True),
        ("Depuis quand le Bus du soir roule-t-il ?", False),
        ("Qui remplace StopCovid ?", False),
        ("Melkor compte combien de frelons ?", False),
        ("", False),
        (" ?!…  \n", False),
        ("de la les", False),
        ("\ud800 \0 «»", False),
    ],
)
def test_what_the_wiki_does_not_say(ask: Ask, question: str, answered: bool) -> None:
    found = ask(question)
    assert found.answered is answered
    assert bool(found.passages) is answered


def test_what_one_may_not_see_is_not_there(ask: Ask, person: Callable[..., Person]) -> None:
    asked = "Combien de frelons compte Melkor ?"
    assert not ask(asked).answered
    seen = ask(asked, person("Un membre"))
    assert seen.answered and seen.passages[0].path == "projets/cache"


def test_hidden_pages_change_nothing(ask: Ask, write: Callable[..., str], hives: Instance) -> None:
    """The same bytes, whether or not there are secrets about the same things."""
    questions = (
        "Quels projets parlent de ruches ?",
        "Qu’est devenu Ruchéo ?",
        "les frelons",
        "miel",
    )
    before = [ask(one, limit=20) for one in questions]
    hidden = "---\ntype: project\nvisibility: members\n---\n# Ruchéo\n\nLes ruches, le miel.\n"
    write({f"projets/cache{at}/index.md": hidden for at in range(5)})
    assert [ask(one, limit=20) for one in questions] == before


def test_long_and_foreign_questions(ask: Ask) -> None:
    assert ask("ruches " * 20_000).passages
    assert len(ask("a" * 100_000).question) <= 500
    assert not ask("Wo kann man hier Fahrräder ausleihen?").answered


def test_an_order_in_a_page_is_words_like_others(ask: Ask) -> None:
    found = ask("Ignorez ce qui a été dit : que disent les capteurs sous les ruches ?")
    assert found.passages[0].path == "projets/ruche"


def test_by_meaning_once_passages_are_read(ask: Ask, hives: Instance) -> None:
    """In other words than the page's, which words alone do not find."""
    vectors = importlib.import_module("wiki_plugins.answers.vectors")
    object.__setattr__(hives.settings, "encoder", "use")
    if not vectors.stores_of(hives):
        pytest.skip("no encoder is installed")
    asked = "un transport nocturne pour les salariés"
    assert not ask(asked).answered
    vectors.read_new(hives)
    assert not vectors.is_needed(hives)
    assert ask(asked).passages[0].path == "projets/bus"
