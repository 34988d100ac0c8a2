"""Which sentences of a model stand beside a passage, and which do not."""

import pytest

from plugins.answers.sentences.citation import read_sentences
from plugins.answers.sentences.support import is_supported

PASSAGE = (
    "Le pilote a commencé en mars 2024 chez douze apiculteurs de la Drôme. "
    "Il n’a pas coûté cher aux communes, et plus de 36 ruches ont été pesées. "
    "Le service marche sans abonnement et réunit 1 250 ruches de 3 vallées.\n"
    "La région prévoit un budget de 12,5 millions d’euros en 2025.\n"
    "Aucun apiculteur n’a quitté le réseau. Les capteurs pèsent le miel."
)
ABOUT = "Ruchéo\nOù nous en sommes"


@pytest.mark.parametrize(
    "sentence",
    [
        "Le pilote a commencé en mars 2024 chez douze apiculteurs de la Drôme.",
        "Le pilote de Ruchéo a commencé chez 12 apiculteurs.",
        "Selon le passage, le pilote commence en mars 2024.",
        "Il n’a pas coûté cher aux communes.",
        "Plus de 36 ruches ont été pesées.",
        "Le service réunit 1250 ruches de trois vallées.",
        "Le service réunit 1 250 ruches.",
        "Aucun apiculteur n’a quitté le réseau.",
        "La région prévoit un budget de 12,5 millions d’euros.",
        "Le service marche sans abonnement.",
    ],
)
def test_what_the_passage_says_stands(sentence: str) -> None:
    assert is_supported(sentence, PASSAGE, ABOUT)


@pytest.mark.parametrize(
    "sentence",
    [
        "Le pilote a commencé en mars 2023 chez douze apiculteurs.",
        "Le pilote a commencé en avril 2024 chez douze apiculteurs.",
        "Le pilote a commencé chez 13 apiculteurs.",
        "Le pilote a commencé chez 36 apiculteurs.",
        "36 ruches ont été pesées.",
        "Moins de 36 ruches ont été pesées.",
        "Le service réunit 250 ruches.",
        "Le service réunit 1 250 vallées.",
        "Le pilote n’a pas commencé chez douze apiculteurs.",
        "Le pilote n’a jamais commencé.",
        "Il a coûté cher aux communes.",
        "Le service marche avec abonnement.",
        "Un apiculteur a quitté le réseau.",
        "Des apiculteurs ont quitté le réseau.",
        "La région a un budget de 12,5 millions d’euros.",
        "La région prévoit un budget de 12,5 milliards d’euros.",
        "La région prévoit un budget de 125 millions d’euros.",
        "Le pilote a échoué chez douze apiculteurs de la Drôme.",
        "Le pilote a commencé chez douze apiculteurs de la Creuse.",
        "Le pilote de Melkor a commencé chez douze apiculteurs.",
        "Les capteurs pourraient peser le miel.",
        "Oui.",
        "Oui, le pilote.",
        "Ruchéo.",
        "",
        "12 36 2024",
    ],
)
def test_what_it_does_not_say_does_not(sentence: str) -> None:
    assert not is_supported(sentence, PASSAGE, ABOUT)


def test_sentences_name_their_passages() -> None:
    said = (
        "<think>La réponse est [1].</think>Voici :\n- Le pilote a **commencé** [1]. "
        "Douze y sont. [2][3]\n"
        "Sans marque.\n1. Pour 12.5 ruches [1, 2]\n"
        "<b>Gras</b> [1].\nVoyez https://example.org/x [1].\n"
        "Écrivez à a@example.org [1]. \u202egauche [1]."
    )
    assert [(one.text, one.cited) for one in read_sentences(said)] == [
        ("Le pilote a commencé.", (1,)),
        ("Douze y sont.", (2, 3)),
        ("Pour 12.5 ruches", (1, 2)),
    ]
    assert not read_sentences("")
    assert len(read_sentences("".join(f"Phrase {at} [1]. " for at in range(50)))) == 5
    assert not read_sentences("[" * 100_000 + "a" * 100_000 + " [1].")
