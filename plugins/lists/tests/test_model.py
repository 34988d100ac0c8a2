"""What a list asks for: every word is understood, or told of, and nothing is guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.lists.model import BLOCKS, KIND_BY_BLOCK, MOST, Wanted, read_wanted
from wiki.pages.head.facts import FactKey
from wiki.translation import use_language

STATE = FactKey(
    "state",
    "État",
    ("etat", "state"),
    ("idea", "pilot"),
    aliases={"pilote": "pilot", "idee": "idea"},
)
TODAY = date(2027, 3, 1)
KINDS = st.sampled_from(sorted(BLOCKS))


def asked(kind: str, args: str, keys: list[FactKey]) -> Wanted:
    return read_wanted(kind, args, keys, TODAY)


@given(KINDS, st.text(max_size=80))
def test_any_words_are_read(kind: str, args: str) -> None:
    wanted = asked(kind, args, [STATE])
    assert 1 <= wanted.limit <= MOST
    assert not wanted.nothing or wanted.problems


@given(KINDS, st.text(st.sampled_from("abcdefgh"), min_size=3, max_size=9))
def test_an_unknown_key_lists_nothing(kind: str, key: str) -> None:
    wanted = asked(kind, f"x{key}:iot", [STATE])
    assert wanted.nothing
    assert [problem.kind for problem in wanted.problems] == ["unknown-key"]


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        (
            "fr",
            "à-venir, autres, compétence, début, équipe, etat, genre, lieu, limite, passés,"
            " présenté, rôle, sous, territoire, thème, tri",
        ),
        (
            "en",
            "below, kind, limit, others, past, place, presented, role, skill, sort, starts, state,"
            " team, territory, theme, upcoming",
        ),
    ],
)
def test_an_unknown_key_is_answered_in_the_language_of_who_asks(lang: str, names: str) -> None:
    with use_language(lang):
        (problem,) = asked("project", "zzz:1", [STATE]).problems
        assert problem.params["keys"] == names
        for name in names.split(", "):
            assert "unknown-key" not in [
                one.kind for one in asked("project", f"{name}:1", [STATE]).problems
            ]


@given(KINDS, st.integers(-5, 300))
def test_a_limit_is_a_number_of_cards(kind: str, limit: int) -> None:
    wanted = asked(kind, f"limit:{limit}", [])
    good = 1 <= limit <= MOST
    assert wanted.nothing is not good
    assert not good or wanted.limit == limit


def test_french_and_english_ask_for_the_same() -> None:
    french = asked("project", "thème:iot état:pilote tri:titre limite:5", [STATE])
    english = asked("project", "theme:iot state:pilot sort:title limit:5", [STATE])
    assert french == english
    assert french.problems == ()


def test_orders_are_by_name_or_by_key() -> None:
    assert asked("project", "", []).sort == "updated"
    assert asked("person", "", []).sort == "title"
    assert asked("event", "sort:-starts", []).sort == "-starts"
    assert asked("event", "sort:starts", []).sort == "starts"
    wrong = asked("event", "sort:limit", [])
    assert wrong.nothing
    assert [problem.kind for problem in wrong.problems] == ["bad-sort"]


def test_a_block_has_one_meaning() -> None:
    assert len(KIND_BY_BLOCK) == sum(len(names) for names in BLOCKS.values())
