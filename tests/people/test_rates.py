"""Rates: never more than the limit in any window, over all processes, and forgotten after it."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from wiki.errors import TooMany
from wiki.people.limits.frequent import GROUPS, PARTS, SLOTS, Rates
from wiki.people.limits.rates_table import SharedRates
from wiki.people.store.database import Database
from wiki.testing import free_port

from .conftest import own_database


class Clock:
    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def passes(
    rates: Rates, key: str = "k", limit: int = 1, window: int = 60, back: float = 0.0
) -> bool:
    """Whether a try passes; ``back``: how far the clock has gone back."""
    try:
        rates.attempt(key, limit, window)
    except TooMany as refused:
        assert 1 <= refused.retry_after <= window + window / PARTS + 1 + back
        return False
    return True


def test_the_limit_passes_and_one_more_does_not() -> None:
    rates = Rates(now=Clock(7.0))
    assert sum(passes(rates, limit=600) for _ in range(601)) == 600


@given(st.lists(st.floats(0, 12), max_size=60), st.integers(1, 8), st.floats(0, 1e7))
def test_no_window_has_more_than_the_limit_and_all_is_forgotten_after_it(
    gaps: list[float], limit: int, start: float
) -> None:
    clock, window = Clock(start), 10
    rates, tried = Rates(now=clock), list[float]()
    for gap in gaps:
        clock.now += gap
        if passes(rates, limit=limit, window=window):
            tried.append(clock.now)
        else:
            # It was for a reason: as many within the window and an eighth.
            since = clock.now - window * (1 + 1 / PARTS) - 1e-6
            assert sum(moment >= since for moment in tried) >= limit
    for first in tried:
        assert sum(first <= moment < first + window for moment in tried) <= limit
    clock.now += window * (1 + 1 / PARTS) + 0.001
    assert passes(rates, limit=limit, window=window)


@given(st.lists(st.floats(0, 3), min_size=1, max_size=30), st.integers(1, 5), st.integers(1, 90))
def test_who_waits_as_long_as_told_is_let_in(gaps: list[float], limit: int, window: int) -> None:
    clock = Clock(1000.5)
    rates = Rates(now=clock)
    for gap in gaps:
        clock.now += gap
        try:
            rates.attempt("k", limit, window)
        except TooMany as refused:
            clock.now += refused.retry_after
            assert passes(rates, limit=limit, window=window)


@pytest.mark.parametrize("jump", [-5.0, -59.0, -1e6, 1e6])
def test_a_clock_that_jumps_locks_nobody_out(
    jump: float,
) -> None:
    clock = Clock(1e6)
    rates = Rates(now=clock)
    assert passes(rates)
    clock.now += jump
    passes(rates, back=60.0)
    clock.now += 2 * 60 + 60 / PARTS
    assert passes(rates)


def test_a_clock_that_goes_back_a_little_counts_on() -> None:
    clock = Clock(1000.0)
    rates = Rates(now=clock)
    assert passes(rates)
    clock.now -= 20
    assert not passes(rates, back=20.0)


def test_keys_and_windows_do_not_share() -> None:
    rates = Rates(now=Clock())
    assert passes(rates, "a") and passes(rates, "b") and passes(rates, "a", window=61)
    assert not passes(rates, "a")
    assert passes(rates, "\ud800 un nom long " * 5000)


def test_a_flood_of_keys_takes_a_bounded_room_and_the_last_ones_are_known(tmp_path: Path) -> None:
    file = tmp_path / "rates"
    clock = Clock()
    rates = Rates(file, now=clock)
    for number in range(3000):
        clock.now += 0.001
        assert passes(rates, f"k{number}")
    assert not passes(rates, "k2999")
    assert file.stat().st_size <= 64 * SLOTS * GROUPS
    rates.close()


def test_it_outlasts_a_restart_and_keeps_no_name(tmp_path: Path) -> None:
    file = tmp_path / "rates"
    before = Rates(file, b"secret", Clock(5.0))
    assert passes(before, "search@192.0.2.7")
    before.close()
    after = Rates(file, b"secret", Clock(6.0))
    assert not passes(after, "search@192.0.2.7")
    assert b"192" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    after.forget_all()
    assert passes(after, "search@192.0.2.7")
    after.close()


def test_a_file_that_is_damaged_or_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    file = tmp_path / "rates"
    file.write_bytes(b"\xff" * 64 * SLOTS * GROUPS)
    rates = Rates(file, now=Clock(50.0))
    assert passes(rates) and not passes(rates)
    rates.close()
    nowhere = Rates(tmp_path / "none" / "rates")
    assert passes(nowhere) and not passes(nowhere)
    nowhere.close()


def _tries(file: Path, begin: "Barrier", told: "Queue[int]") -> None:
    rates = Rates(file)
    begin.wait()
    told.put(sum(passes(rates, f"k{turn % 3}", limit=100, window=86_400) for turn in range(600)))
    rates.close()


def test_several_processes_count_together(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    begin, told = context.Barrier(4), context.Queue()
    children = [
        context.Process(target=_tries, args=(tmp_path / "rates", begin, told)) for _ in range(4)
    ]
    for child in children:
        child.start()
    passed = sum(told.get(timeout=60) for _ in children)
    for child in children:
        child.join()
    # Three keys, each tried 800 times.
    assert passed == 300


def test_threads_count_together() -> None:
    rates = Rates()
    with ThreadPoolExecutor(4) as pool:
        passed = sum(pool.map(lambda _: passes(rates, limit=100), range(400)))
    assert passed == 100


def test_nodes_count_together_what_lasts_for_longer_than_a_moment(tmp_path: Path) -> None:
    with own_database() as url, closing(Database(url)) as private:
        here, there = (SharedRates(private, tmp_path / one, b"s") for one in ("a", "b"))
        passed = 0
        for number in range(10):
            with suppress(TooMany):
                (here, there)[number % 2].attempt("search:awa", 4, 60)
                passed += 1
        assert passed == 4
        with pytest.raises(TooMany) as refused:
            there.attempt("search:awa", 4, 60)
        assert 0 < refused.value.retry_after <= 60 * 9 / 8 + 1
        there.attempt("search:bea", 4, 60)
        with private.engine.connect() as connection:
            assert connection.scalar(text("SELECT sum(count) FROM rates.tries")) == 5
        # What is proposed while one types is counted by each alone.
        for one in (here, there):
            one.attempt("suggestion:awa", 1, 1)
        here.forget_all()
        there.forget_all()
        there.attempt("search:awa", 1, 60)
        with private.engine.begin() as connection:
            connection.execute(text("DROP SCHEMA rates CASCADE"))
        here.attempt("search:awa", 1, 60)
        for one in (here, there):
            one.close()


def test_a_node_counts_alone_while_nobody_can_be_asked(tmp_path: Path) -> None:
    url = f"postgresql://wiki@127.0.0.1:{free_port()}/nothing"
    with closing(Database(url)) as private:
        rates = SharedRates(private, tmp_path / "a")
        rates.attempt("search:awa", 1, 60)
        with pytest.raises(TooMany):
            rates.attempt("search:awa", 1, 60)
        rates.close()
