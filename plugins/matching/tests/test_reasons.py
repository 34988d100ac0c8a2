"""Words that both texts have and that are no reason."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize("number", ["soixante", "Vingt", "quinzaine", "thirty"])
def test_a_number_in_words_is_no_reason(plugin_module: Callable[[str], Any], number: str) -> None:
    text, nothing = plugin_module("texts").Text, plugin_module("thesaurus").Thesaurus()
    need = text("b-1", "need", f"Une salle pour {number} personnes")
    offer = text("o-1", "offer", f"{number} places en salle")
    assert plugin_module("reasons").reasons_for(need, offer, nothing).shared == ("salle",)


def test_words_that_only_join_others_are_no_reason_in_either_language(
    plugin_module: Callable[[str], Any],
) -> None:
    text, nothing = plugin_module("texts").Text, plugin_module("thesaurus").Thesaurus()
    need = text("b-1", "need", "Someone for the sensors and with a van", lang="en")
    offer = text("o-1", "offer", "I would help for free, and with sensors", lang="en")
    assert plugin_module("reasons").reasons_for(need, offer, nothing).shared == ("sensors",)
    french = text("o-2", "offer", "Pour des sensors, avec the plan")
    assert plugin_module("reasons").reasons_for(need, french, nothing).shared == ("sensors",)
