"""A passage is found where it stands, follows its text, and is given up rather than misplaced."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

LINES = (
    "Le capteur coûte cent euros et tient trois ans",
    "Un éleveur regarde l'écran le matin avec le capteur",
    "Le capteur envoie une mesure toutes les dix minutes",
    "La passerelle est posée sur le toit du hangar",
    "Nous cherchons qui sait souder et qui a un champ",
    "Le budget tient dans une enveloppe de deux mille euros",
)


@pytest.fixture(scope="module")
def anchoring(plugin_module: Callable[[str], Any]) -> Any:
    return plugin_module("anchors")


@pytest.fixture
def follow(anchoring: Any) -> Callable[..., str | None]:
    """``follow(old, quote, new)``: what the passage says in the new text."""

    def follow(old: str, quote: str, new: str, before: str = "") -> str | None:
        one, other = anchoring.Words(old), anchoring.Words(new)
        span = anchoring.find(one, quote, before)
        assert span is not None
        found = anchoring.follow(one, span, other)
        return None if found is None else str(other.passage(found).quote)

    return follow


def text(lines: list[str] | tuple[str, ...]) -> str:
    return "\n".join(lines)


def test_what_was_selected_is_found(anchoring: Any) -> None:
    page = anchoring.Words(text(LINES))
    span = anchoring.find(page, "« cent  euros\net tient »")
    assert page.passage(span) == anchoring.Passage(
        "cent euros et tient", "Le capteur coûte", "trois ans Un éleveur regarde l'écran le"
    )
    assert anchoring.find(page, "…") is None
    assert anchoring.find(page, "rien de tel ici") is None


def test_of_several_alike_the_one_between_these_words(anchoring: Any) -> None:
    page = anchoring.Words(text(LINES))
    first = anchoring.find(page, "le capteur", after="coûte cent")
    second = anchoring.find(page, "le capteur", before="le matin avec")
    third = anchoring.find(page, "le capteur", after="envoie une")
    assert first.start < second.start < third.start


def test_a_title_that_the_page_shows_and_does_not_say(anchoring: Any) -> None:
    page = anchoring.Words("Ils posent projets/lora sur le toit du hangar voisin")
    span = anchoring.find(page, "posent LoRa à la ferme sur le toit du hangar")
    assert page.passage(span).quote == "posent projets/lora sur le toit du hangar"


def test_words_change_inside(follow: Callable[..., str | None]) -> None:
    new = text(LINES).replace("cent euros", "deux cents euros hors taxe")
    found = follow(text(LINES), "capteur coûte cent euros et tient trois ans", new)
    assert found == "capteur coûte deux cents euros hors taxe et tient trois ans"


def test_moved_passages_are_found_where_they_went(follow: Callable[..., str | None]) -> None:
    moved = [*LINES[1:], LINES[0].replace("trois", "quatre")]
    assert follow(text(LINES), "coûte cent euros et tient trois ans", text(moved)) in (
        "coûte cent euros et tient",
        "coûte cent euros et tient quatre ans",
    )


def test_a_passage_that_is_gone_is_not_taken_for_one_alike(
    follow: Callable[..., str | None],
) -> None:
    assert follow(text(LINES), "le capteur", text(LINES[1:])) is None
    assert follow(text(LINES), "le capteur", text(LINES[1:]) + "\nLe capteur est bleu") is None
    assert follow(text(LINES), LINES[0], "") is None


def test_a_page_written_anew_keeps_nothing(follow: Callable[..., str | None]) -> None:
    assert (
        follow(text(LINES), LINES[4], "Nous avons tout repris : le lieu et les personnes") is None
    )


def test_a_long_page_is_followed_in_no_time(anchoring: Any) -> None:
    lines = [f"le mot {number} de la page de la ferme de {number % 7}" for number in range(2000)]
    old = anchoring.Words(text(lines))
    span = anchoring.find(old, "mot 1500 de la page")
    lines[10:20] = [f"tout autre {number} de la de la" for number in range(400)]
    lines[-5:] = []
    new = anchoring.Words(text(lines))
    assert new.passage(anchoring.follow(old, span, new)).quote == "mot 1500 de la page"


WORD = st.sampled_from(
    ["le", "capteur", "du", "champ", "que", "un", "coûte", "cent", "euros", "matin"]
)
LINE = st.lists(WORD, min_size=1, max_size=9)


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[str], int, list[tuple[str, int, str]]]:
    """Lines alike but for a number of their own, one of them chosen, and edits of all others."""
    count = draw(st.integers(1, 8))
    lines = [" ".join([f"n{at}", *draw(LINE), f"f{at}"]) for at in range(count)]
    chosen = draw(st.integers(0, count - 1))
    kinds = st.sampled_from(["insert", "delete", "replace", "double"])
    new = LINE.map(" ".join)
    changes = draw(st.lists(st.tuples(kinds, st.integers(0, 20), new), max_size=8))
    return lines, chosen, changes


@given(edits(), st.data())
def test_unrelated_edits_never_lose_a_passage(
    anchoring: Any, case: tuple[list[str], int, list[tuple[str, int, str]]], data: st.DataObject
) -> None:
    lines, chosen, changes = case
    old = anchoring.Words(text(lines))
    line = old.lines[chosen]
    start = data.draw(st.integers(line.start, line.end - 1))
    span = anchoring.Span(start, data.draw(st.integers(start + 1, line.end)))
    kept = lines[chosen]
    now = list(lines)
    for kind, place, words in changes:
        place %= len(now)
        if kind == "insert":
            now.insert(place, words)
        elif now[place] != kept:
            if kind == "delete":
                del now[place]
            elif kind == "replace":
                now[place] = words
            else:
                now.insert(place, now[place])
    new = anchoring.Words(text(now))
    found = anchoring.follow(old, span, new)
    at = new.lines[now.index(kept)].start
    assert found == anchoring.Span(at + span.start - line.start, at + span.end - line.start)


@given(edits(), st.data())
def test_a_deleted_passage_is_never_found_among_what_stayed(
    anchoring: Any, case: tuple[list[str], int, list[tuple[str, int, str]]], data: st.DataObject
) -> None:
    lines, chosen, _changes = case
    old = anchoring.Words(text(lines))
    line = old.lines[chosen]
    start = data.draw(st.integers(line.start, line.end - 1))
    span = anchoring.Span(start, data.draw(st.integers(start + 1, line.end)))
    new = anchoring.Words(text(lines[:chosen] + lines[chosen + 1 :]))
    assert anchoring.follow(old, span, new) is None


@given(st.text(), st.text(), st.text(max_size=40))
def test_no_text_is_too_odd(anchoring: Any, one: str, other: str, quote: str) -> None:
    old, new = anchoring.Words(one), anchoring.Words(other)
    span = anchoring.find(old, quote)
    if span is not None:
        assert 0 <= span.start < span.end <= len(old)
        found = anchoring.follow(old, span, new)
        assert found is None or 0 <= found.start < found.end <= len(new)
