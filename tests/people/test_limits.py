"""Rates: exact at the limit, over processes, and forgotten afterwards."""

from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from wiki.errors import TooMany
from wiki.people.limits.durable import (
    Limit,
    attempt,
    client_network,
    count_attempts,
    door_limits,
    forgive,
    take_back,
)
from wiki.people.models.counts import AttemptRow
from wiki.people.store.database import Database
from wiki.translation import use_language

if TYPE_CHECKING:
    from tests.people.conftest import Clock


def rows(database: Database) -> list[AttemptRow]:
    with database.reading() as session:
        return list(session.scalars(select(AttemptRow)))


@pytest.mark.parametrize("limit", [0, 1, 5])
def test_the_limit_passes_and_one_more_does_not(database: Database, limit: int) -> None:
    for _ in range(limit):
        attempt(database, "k", limit, 60)
    for _ in range(2):
        with pytest.raises(TooMany) as refused:
            attempt(database, "k", limit, 60)
        assert refused.value.retry_after == 60
    attempt(database, "other", 1, 60)


def test_the_window_slides_and_says_when_to_come_back(database: Database, clock: "Clock") -> None:
    for _ in range(3):
        attempt(database, "k", 3, 60)
        clock.pass_by(seconds=10)
    for wait in (30, 10):
        with pytest.raises(TooMany) as refused:
            attempt(database, "k", 3, 60)
        assert refused.value.retry_after == wait
        clock.pass_by(seconds=wait)
        attempt(database, "k", 3, 60)


def test_a_limit_that_was_lowered_says_the_truth(database: Database, clock: "Clock") -> None:
    for _ in range(5):
        attempt(database, "k", 5, 60)
        clock.pass_by(seconds=1)
    with pytest.raises(TooMany) as refused:
        attempt(database, "k", 2, 60)
    clock.pass_by(seconds=refused.value.retry_after)
    attempt(database, "k", 2, 60)


def test_of_several_limits_all_count_or_none(database: Database) -> None:
    attempt(database, "spent", 1, 60)
    with pytest.raises(TooMany):
        count_attempts(database, [Limit("free", 1, 60), Limit("spent", 1, 60)])
    attempt(database, "free", 1, 60)


def test_tries_are_forgiven_and_taken_back(database: Database) -> None:
    for _ in range(2):
        attempt(database, "k", 2, 60)
        attempt(database, "j", 2, 60)
    take_back(database, "k")
    attempt(database, "k", 2, 60)
    forgive(database, "j")
    for _ in range(2):
        attempt(database, "j", 2, 60)
    take_back(database, "never tried")


def test_the_past_is_forgotten_and_keys_are_not_readable(
    database: Database, clock: "Clock"
) -> None:
    attempt(database, "login:a@example.org", 1, 60)
    assert "example" not in rows(database)[0].key
    clock.pass_by(days=1, seconds=1)
    attempt(database, "k", 1, 60)
    assert len(rows(database)) == 1


def test_of_tries_at_the_same_moment_only_the_limit_passes(database: Database) -> None:
    barrier, passed = Barrier(6), []

    def run() -> None:
        barrier.wait()
        try:
            attempt(database, "k", 3, 60)
            passed.append(True)
        except TooMany:
            passed.append(False)

    threads = [Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(passed) == [False] * 3 + [True] * 3


@pytest.mark.parametrize(("lang", "words"), [("fr", "Revenez dans 2 minutes"), ("en", "2 minutes")])
def test_the_answer_says_when_in_words(database: Database, lang: str, words: str) -> None:
    with use_language(lang), pytest.raises(TooMany, match=words):
        attempt(database, "k", 0, 90)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("unknown", "", False),
    ],
)
def test_an_address_counts_as_its_subscriber(one: str, other: str, same: bool) -> None:
    assert (client_network(one) == client_network(other)) is same


def test_a_few_networks_close_no_door_to_all_others(database: Database) -> None:
    """Nor does one that has many networks of IPv6, or the neighbours of an address."""

    def come(address: str) -> bool:
        try:
            count_attempts(database, door_limits(database, "d", address, network=60, most=400))
        except TooMany:
            return False
        return True

    flood = [f"192.0.{net}.7" for net in range(4)] + [f"198.51.100.{host}" for host in range(4)]
    taken = sum(come(address) for address in flood for _try in range(61))
    taken += sum(come(f"2001:db8:7:{net:x}::1") for net in range(70))
    # Half of the day, and what those who had not come yet may add: no more.
    assert 200 <= taken <= 220
    assert all(come(f"203.0.{net}.9") for net in range(30))
    assert not come("192.0.0.7") and not come("2001:db8:7:99::1")
