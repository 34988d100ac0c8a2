"""Every order of events: an address leaves after two yeses only, once, and a no cannot be heard."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

A, B, C = "lea", "awa", "bob"
KINDS = ("confirm", "yes", "no", "erase", "report", "remind", "expire", "withdraw", "tend")
Happening = tuple[str, str]
happenings = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from((A, B, C, "nobody"))), max_size=12
)
begun = st.tuples(st.booleans(), st.booleans(), st.sampled_from(["", "yes"]))


@pytest.fixture(scope="module")
def states(plugin_module: Callable[[str], Any]) -> Any:
    return plugin_module("states")


def new(states: Any, begin: tuple[bool, bool, str] = (True, False, "")) -> Any:
    confirmed, team, said = begin
    people = [states.Invitee(A, "a", said if confirmed else ""), states.Invitee(B, "b")]
    return states.Talk((*people, *([states.Invitee(C, "b")] if team else [])), confirmed)


def run(states: Any, talk: Any, events: list[Happening]) -> tuple[Any, list[Any]]:
    told = []
    for kind, who in events:
        talk, effects = states.step(talk, states.Event(kind, who))
        told += effects
    return talk, told


def test_an_address_leaves_only_after_two_yeses(states: Any) -> None:
    @given(begun, happenings)
    @settings(max_examples=80)
    def never_before(begin: tuple[bool, bool, str], events: list[Happening]) -> None:
        talk = new(states, begin)
        yeses = {A} if talk.said_yes("a") else set()
        crossed = 0
        for kind, who in events:
            talk, effects = states.step(talk, states.Event(kind, who))
            if kind == "yes" or (kind == "confirm" and who == A):
                yeses.add(who)
            crossings = [effect for effect in effects if effect.kind == "cross"]
            crossed += len(crossings)
            if crossings:
                assert talk.met and set(talk.met) <= yeses
                assert {talk.find(one).place for one in talk.met} == {"a", "b"}
            for viewer in (A, B, C, "nobody"):
                for subject in (A, B, C):
                    if states.reveals(talk, viewer, subject):
                        assert crossed == 1 and {viewer, subject} == set(talk.met) and not talk.over
                        assert {viewer, subject} <= yeses
        assert crossed <= 1

    never_before()


def test_a_no_cannot_be_told_from_silence(states: Any) -> None:
    """Whatever the other place does short of a second yes, one sees what silence would show."""

    @given(begun, st.lists(st.sampled_from(["no", "remind", "tend"]), max_size=5), st.booleans())
    @settings(max_examples=40)
    def alike(begin: tuple[bool, bool, str], others: list[str], expires: bool) -> None:
        mine: list[Happening] = [("confirm", A), ("yes", A)]
        theirs: list[Happening] = [(kind, B) for kind in others] + [("no", C)]
        end: list[Happening] = [("expire", "")] if expires else []
        said, told = run(states, new(states, begin), mine + theirs + end)
        silent, told_silent = run(states, new(states, begin), [*mine, ("remind", ""), *end])
        assert states.view(said, A) == states.view(silent, A)
        assert [one for one in told if one.who == A] == [one for one in told_silent if one.who == A]

    alike()


def test_doing_it_twice_does_it_once(states: Any) -> None:
    @given(begun, happenings)
    @settings(max_examples=30)
    def once(begin: tuple[bool, bool, str], events: list[Happening]) -> None:
        doubled = [event for event in events for _twice in range(2)]
        first, second = (run(states, new(states, begin), one) for one in (events, doubled))
        assert first == second

    once()


def test_what_rests_is_over_and_tells_nobody_twice(states: Any) -> None:
    @given(begun, happenings, happenings)
    @settings(max_examples=30)
    def over(begin: tuple[bool, bool, str], events: list[Happening], more: list[Happening]) -> None:
        talk, _told = run(states, new(states, begin), events)
        if talk.over:
            after, told = run(states, talk, more)
            assert after.over and told == []
            assert all(states.view(after, who) == states.RESTS for who in (A, B, C))

    over()


def test_one_reminder_and_none_to_who_has_answered(states: Any) -> None:
    _talk, told = run(states, new(states, (True, True, "yes")), [("remind", "")] * 2)
    assert [(one.kind, one.who) for one in told] == [("remind", B), ("remind", C)]
    _talk, told = run(states, new(states), [("no", B), ("remind", "")])
    assert told == [], "who would be asked for nothing is not reminded"


def test_a_team_answers_once(states: Any) -> None:
    talk, told = run(states, new(states, (True, True, "yes")), [("no", B), ("yes", C), ("yes", B)])
    assert talk.met == (A, C) and [one.kind for one in told] == ["cross"]
    assert states.view(talk, B) == states.TAKEN


def test_who_has_gone_leaves_the_other_kindly(states: Any) -> None:
    talk, told = run(states, new(states, (True, False, "yes")), [("erase", B)])
    assert talk.over and [(one.kind, one.who) for one in told] == [("rest", A)]
    talk, told = run(states, new(states, (True, False, "yes")), [("yes", B), ("erase", A)])
    assert [(one.kind, one.who) for one in told] == [("cross", ""), ("rest", B)]
    assert not states.reveals(talk, B, A)


def test_who_proposed_it_sees_that_it_came_to_nothing(states: Any) -> None:
    talk, _told = run(states, new(states), [("yes", A), ("no", B)])
    assert states.view_of_proposer(talk) == states.RESTS
    assert states.view(talk, A) == states.WAITS
