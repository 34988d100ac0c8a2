"""A template made of a series names nobody, no day, and nothing that not everyone sees."""

from collections.abc import Callable
from typing import Any

import pytest

from wiki.api.pages import read_head

OPEN = ("boite-a-outils/rencontrer-un-expert", "charte")


@pytest.fixture
def copy(plugin_module: Callable[[str], Any]) -> Callable[[str], str]:
    copying = plugin_module("template_copy")
    copied = copying.Copied("Cafés des champs", ("Marc Le Goff",), lambda target: target in OPEN)
    return lambda text: str(copying.as_template(text, "Un modèle", copied))


@pytest.mark.parametrize(
    "line",
    [
        "[[personnes/awa]] accueille",
        "Voir [[projets/secret]].",
        "Voir [le projet](/projets/secret).",
        "Demander à Marc Le Goff",
        "- marc le goff tient la porte",
        "Le 2027-03-18 à Rennes",
        "Le 18 mars, puis le 1er avril",
        "Le 18/03/27",
        "On March 18 in Rennes",
        "Écrire à cafe@example.org",
        "Appeler le 06 12 34 56 78",
        "Appeler le +33612345678",
    ],
)
def test_a_line_of_one_series_alone_is_left_out(copy: Callable[[str], str], line: str) -> None:
    told = copy(f"---\ntitle: x\n---\n\nAvant\n{line}\nAprès\n")
    assert told.partition("---\n\n")[2] in ("Avant\nAprès\n", "Avant\n$team\nAprès\n")


@pytest.mark.parametrize(
    "line",
    [
        "Six minutes, puis six minutes de questions, à 18:30.",
        "Lire [[charte]] et [ailleurs](https://example.org/2027).",
        "- J-60 Réserver la salle #salle",
        "Une marche dans le maïs",
    ],
)
def test_what_serves_everyone_stays(copy: Callable[[str], str], line: str) -> None:
    assert line in copy(f"---\ntitle: x\n---\n\n{line}\n")


def test_of_the_head_only_what_a_template_says_stays(copy: Callable[[str], str]) -> None:
    head = "contact: Marc\nteam: ['[[personnes/awa]]']\nVisibility: team\nplaces: 25\nlang: fr\n"
    told = read_head(copy(f"---\ntype: carrefour\ntitle: Cafés des champs\n{head}---\n\nIci\n"))
    assert {key: str(value) for key, value in told.head.items()} == {
        "title": "Un modèle",
        "places": "25",
        "lang": "fr",
    }


def test_titles_names_of_needs_and_dollars(copy: Callable[[str], str]) -> None:
    text = "---\ntitle: x\n---\n\nAux Cafés des champs, $$title\n- [ ] Une salle {#b-salle0001}\n"
    body = read_head(copy(text)).body
    assert body == "\nAux $title, $$$$title\n- [ ] Une salle\n"
