"""A person is asked no more in a month than they said, whoever asks, at whatever moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people.conftest import Clock
from wiki.people.accounts import move_page
from wiki.people.limits.requests import (
    MONTH,
    UNSAID,
    asked_of,
    may_receive_request,
    monthly_requests,
    record_request,
)
from wiki.people.store.database import Database

LEA = "personnes/lea"


def ask(database: Database, path: str = LEA, most: int = 2, **offer: object) -> bool:
    with database.session() as session:
        return record_request(database, session, path, "introduction", most, **offer)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "number"),
    [("un-peu", 1), ("a-little", 1), ("ponctuelle", 2), ("7", 7), ("0", 0), ("", UNSAID)],
)
def test_words_are_numbers(words: str, number: int) -> None:
    assert monthly_requests(words) == number


def test_words_that_say_no_number_are_as_nothing_said() -> None:
    assert monthly_requests("quand il pleut") == UNSAID


def test_there_is_room_again_after_a_month(database: Database, clock: Clock) -> None:
    assert [ask(database) for _ in range(3)] == [True, True, False]
    assert not may_receive_request(database, LEA, 2)
    assert may_receive_request(database, LEA, 3) and may_receive_request(
        database, "personnes/marc", 1
    )
    clock.pass_by(days=31)
    assert may_receive_request(database, LEA, 2) and asked_of(database, LEA) == 0


def test_who_gives_no_time_is_never_asked(database: Database) -> None:
    assert not ask(database, most=0) and not may_receive_request(database, LEA, 0)


def test_an_offer_has_a_number_of_its_own(database: Database) -> None:
    assert ask(database, most=3, offer="o-aaaaaaaa", of_offer=1)
    assert not ask(database, most=3, offer="o-aaaaaaaa", of_offer=1)
    assert ask(database, most=3, offer="o-bbbbbbbb", of_offer=1)
    assert ask(database, most=3)
    assert not ask(database, most=3, offer="o-cccccccc", of_offer=9), "nor is the page's exceeded"


def test_what_was_asked_follows_the_page(database: Database) -> None:
    ask(database)
    move_page(database, "personnes", "gens")
    assert asked_of(database, "gens/lea") == 1 and asked_of(database, LEA) == 0


def test_what_is_undone_does_not_count(database: Database) -> None:
    with pytest.raises(RuntimeError), database.session() as session:
        assert record_request(database, session, LEA, "introduction", 1)
        raise RuntimeError("the mail could not be written")
    assert ask(database, most=1)


def test_of_many_who_ask_at_once_as_many_get_through_as_there_is_room(database: Database) -> None:
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _n: ask(database, most=3), range(8)))
    assert answers.count(True) == 3 == asked_of(database, LEA)


def test_no_month_has_more_whatever_the_order(database: Database, clock: Clock) -> None:
    """Connectors who ask in any order, over any days: no 31 days hold more than was said."""
    begin = clock.moment

    @given(
        st.lists(st.tuples(st.integers(0, 400), st.integers(1, 3)), max_size=12),
        st.integers(0, 3),
    )
    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def never(steps: list[tuple[int, int]], most: int) -> None:
        clock.moment += timedelta(days=1000)
        passed: list[datetime] = []
        for hours, connectors in steps:
            clock.pass_by(hours=hours)
            passed += [clock.moment for _ in range(connectors) if ask(database, most=most)]
        for moment in passed:
            within = [one for one in passed if moment - MONTH < one <= moment]
            assert len(within) <= most

    never()
    assert clock.moment >= begin
