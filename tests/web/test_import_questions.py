"""Answers to what a source asks: kept, and asked anew where they depend on one that changed."""

from wiki.imports.source import Choice
from wiki.web.imports.questions import groups, take_answers

FIELDS = [("a", "A"), ("b", "B")]


def _column(guess: str) -> list[Choice]:
    return [Choice("column", "Titre", FIELDS, guess, examples=("Gel",))]


ASKED = [
    Choice("kind", "Chaque ligne est", FIELDS, "a", then={"a": _column("a"), "b": _column("b")}),
    Choice("more", "Autre", FIELDS, "a"),
]


def test_what_depends_on_a_changed_answer_is_asked_anew() -> None:
    given = {"kind": "a", "column": "b", "more": "b"}
    assert take_answers(ASKED, {}, given) == ({**given}, False)
    changed = {**given, "kind": "b", "column": "a"}
    assert take_answers(ASKED, given, changed) == ({"kind": "b", "more": "b"}, True)
    assert take_answers(ASKED, {"kind": "b"}, {"kind": "b"})[0]["column"] == "b"
    assert take_answers(ASKED, {}, {"kind": "nothing"}) == (
        {"kind": "a", "column": "a", "more": "a"},
        False,
    )


def test_columns_stand_in_the_table_below_their_question() -> None:
    first, second = groups(ASKED, {"kind": "b"})
    assert (first["said"], [said for _choice, said in first["columns"]]) == ("b", ["b"])
    assert second["columns"] == []
