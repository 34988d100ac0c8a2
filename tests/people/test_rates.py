"""Rates in memory: exact from rest, fair afterwards, bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiki.errors import TooMany
from wiki.people import rates
from wiki.people.rates import Rates


def run(gaps: list[float], limit: int, window: int) -> list[float]:
    """The moments of the tries that passed."""
    now, passed = 0.0, []
    counter = Rates(lambda: now)
    for gap in gaps:
        now += gap
        try:
            counter.attempt("k", limit, window)
            passed.append(now)
        except TooMany as refused:
            assert 1 <= refused.retry_after <= window
    return passed


def test_the_limit_passes_and_one_more_does_not() -> None:
    assert len(run([0.0] * 601, 600, 60)) == 600


def test_after_a_rest_it_starts_over() -> None:
    assert len(run([0.0] * 10 + [120.0] + [0.0] * 10, 5, 60)) == 10


def test_the_end_of_a_window_does_not_double_the_limit() -> None:
    assert len(run([59.0] + [0.0] * 9 + [1.0] + [0.0] * 9, 10, 60)) == 10


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 8))
def test_no_window_of_its_clock_ever_passes_more_than_the_limit(
    gaps: list[float], limit: int
) -> None:
    passed = run(gaps, limit, 10)
    windows = [int(moment // 10) for moment in passed]
    assert all(windows.count(window) <= limit for window in windows)


def test_keys_do_not_share_and_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST", 10)
    now = 0.0
    counter = Rates(lambda: now)
    counter.attempt("old", 1, 60)
    now = 200.0
    for number in range(100):
        counter.attempt(f"k{number}", 1, 60)
    assert len(counter._counts) <= 10
    with pytest.raises(TooMany):
        counter.attempt("k99", 1, 60)
    counter.attempt("old", 1, 60)
