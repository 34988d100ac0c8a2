"""Words that are a reason by themselves."""

import pytest

from wiki.projections.searching.telling import telling_words


@pytest.mark.parametrize(
    "text",
    [
        "Je peux venir samedi, sous une forme ou une autre",
        "Nous cherchons quelqu’un qui pourrait nous aider en janvier",
        "Un nouveau service pour les gens, deux jours par semaine",
        "We are looking for someone available on Saturday",
        "https://exemple.fr/ruches ; et/ou",
    ],
)
def test_words_that_anyone_says_are_no_reason(text: str) -> None:
    assert telling_words(text) == {}


def test_words_that_say_something_are_told_as_they_are_written() -> None:
    said = telling_words("Je peux prêter Mes SERRES : serres et données, capteurs/balances LoRa")
    assert list(said.values()) == ["SERRES", "prêter", "données", "capteurs", "balances", "LoRa"]


def test_what_is_said_most_comes_first() -> None:
    assert list(telling_words("une ruche, le miel, du miel").values()) == ["miel", "ruche"]
