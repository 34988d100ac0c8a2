"""Which needs are for money: in French and English, and what only sounds like it."""

from collections.abc import Callable
from typing import Any

import pytest

MONEY = [
    "Rencontrer des investisseurs",
    "Trouver une investisseuse en Bretagne",
    "Des business angels pour notre amorçage",
    "Ouvrir notre capital à l'été",
    "Levée de fonds de 300 000 €",
    "Lever 300 k€ de fonds propres",
    "Un prêt bancaire pour l'atelier",
    "Boucler notre tour de table",
    "Un banquier qui comprenne les associations",
    "Meet angel investors",
    "Seed funding for our sensors",
    "A bank loan to buy the van",
]
OTHER = [
    "Une salle dans la capitale",
    "Essais dans trois capitales européennes",
    "Prêt d'une caméra pour un samedi",
    "Des fonds de carte libres",
    "Une banque de semences où déposer nos graines",
    "Écrire la page de notre collecte participative",
    "Relire notre demande de subvention",
    "Un bailleur social pour loger l'essai",
    "Someone who knows about equity and inclusion",
    "Seed exchange for our garden",
    "Un plan de table pour le repas",
]


@pytest.fixture
def asks(plugin_module: Callable[[str], Any]) -> Callable[..., bool]:
    funding, texts, words = (plugin_module(name) for name in ("funding", "texts", "thesaurus"))
    found = funding.Funding(funding.TERMS, words.Thesaurus())
    return lambda *said, **more: bool(found.answers(texts.Text("b", "need", *said, **more)))


@pytest.mark.parametrize("title", MONEY)
def test_a_need_for_money_is_told(asks: Callable[..., bool], title: str) -> None:
    assert asks(title)
    assert asks("Passer à l'échelle", keywords=(title,))


@pytest.mark.parametrize("title", OTHER)
def test_what_only_sounds_like_money_is_none(asks: Callable[..., bool], title: str) -> None:
    assert not asks(title)


def test_money_in_passing_is_not_asked_for(asks: Callable[..., bool]) -> None:
    assert not asks("Répéter notre présentation", "Nous voyons des investisseurs jeudi.")
