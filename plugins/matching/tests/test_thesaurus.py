"""The thesaurus page read, widened and changed: whatever is written, and in whatever circles."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

Part = Callable[[str], Any]

WORD = st.sampled_from(["lora", "capteur", "pain", "four à pain", "vélo", "=", "", "é", "a", "IoT"])
LINE = st.builds(
    lambda depth, words, mark: "  " * depth + "- " + mark.join(words),
    st.integers(0, 5),
    st.lists(WORD, max_size=5),
    st.sampled_from([" = ", "=", ", "]),
)
PAGE = st.lists(LINE | st.text(max_size=30), max_size=14).map("\n".join)


@pytest.fixture(scope="module")
def thesaurus(plugin_module: Part) -> Any:
    return plugin_module("thesaurus")


@given(page=PAGE)
def test_any_page_is_read_and_no_worth_adds_up(page: str, thesaurus: Any) -> None:
    known = thesaurus.read_thesaurus(page)
    for key, others in known.related.items():
        assert key and all(other.key != key for other in others)
        assert len({other.key for other in others}) == len(others)
        assert all(0 <= other.worth <= thesaurus.EQUAL for other in others)
    for place, notion in enumerate(known.notions):
        assert notion.wider is None or notion.wider < place


@given(page=PAGE, one=WORD, other=WORD)
def test_changes_keep_all_other_lines(page: str, one: str, other: str, plugin_module: Part) -> None:
    words = plugin_module("vocabulary")
    before = [line for line in page.splitlines() if line.strip()]
    for after in (words.joined(page, one, other), words.told_apart(page, one, other)):
        kept = iter(after.splitlines())
        assert all(any(line.rstrip() in later for later in kept) for line in before)
    assert words.joined(words.joined(page, one, other), one, other) == words.joined(
        page, one, other
    )


def test_narrower_and_equal_terms_are_told_apart(thesaurus: Any) -> None:
    known = thesaurus.read_thesaurus("- objets connectés = IoT\n  - LoRa = LoRaWAN\n\na b, c d\n")
    how = {(key, other.key): other.how for key, others in known.related.items() for other in others}
    key = thesaurus.key_of
    assert how[key("IoT"), key("objet connecté")] == "equal"
    assert how[key("objets connectés"), key("lora")] == "narrower"
    assert how[key("LoRaWAN"), key("iot")] == "wider"
    assert (key("sigfox"), key("iot")) not in how


def test_a_circle_of_notions_ends(thesaurus: Any) -> None:
    known = thesaurus.read_thesaurus("- pain\n  - four\n- four\n  - pain\n- pain = four\n")
    (other,) = known.related[("pain",)]
    assert (other.how, other.worth) == ("equal", thesaurus.EQUAL)


def test_terms_are_parted_on_their_own_line_alone(plugin_module: Part) -> None:
    words = plugin_module("vocabulary")
    page = "# T\n\n- juriste = avocat = droit\n- avocat = fruit\n"
    assert words.parted(page, "juriste", "avocat") == "# T\n\n- juriste = droit\n- avocat = fruit\n"
    assert words.parted(page, "pain", "avocat") == page
    assert words.told_apart("- avocat\n", "avocat", "fruit [x]") == "- avocat\n  - fruit x\n"


def test_reasons_name_words_relations_places_and_time(plugin_module: Part, thesaurus: Any) -> None:
    text, reasons = plugin_module("texts").Text, plugin_module("reasons")
    known = thesaurus.read_thesaurus("- objets connectés = IoT\n  - LoRa\n")
    need = text("b", "need", "Un expert LoRa pour nos capteurs", places=("Brest",))
    offer = text(
        "o", "offer", "Conseil en capteurs et IoT", places=("Brest", "Rennes"), availability=1
    )
    why = reasons.reasons_for(need, offer, known)
    assert why.shared == ("capteurs",)
    assert why.related[0][:2] == ("LoRa", "IoT")
    assert (why.places, why.requests) == (("Brest",), 1)
    alone = reasons.reasons_for(text("b", "need", "Du pain"), text("o", "offer", "Un four"), known)
    assert not alone.shared and alone.near == ("Du pain", "Un four")
    assert len(alone.words()) == 1
