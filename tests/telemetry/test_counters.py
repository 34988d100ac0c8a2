"""Counting in memory that processes share: nothing is lost with a process, nobody is counted."""

import os
import signal

from hypothesis import given
from hypothesis import strategies as st

from wiki.telemetry.counters import Counters, use_of
from wiki.telemetry.kinds import BOUNDS, BUCKETS, bucket_of, quantile


def in_a_child(counters: Counters, times: int, *, killed: bool = False) -> None:
    """Has a forked process count; where it is ``killed``, it never gets to say goodbye."""
    pid = os.fork()
    if not pid:
        for _time in range(times):
            counters.count_kept(use_of("view"), program=False)
        counters.observe("page", 0.02)
        counters.count_made(3, 1000)
        os.kill(os.getpid(), signal.SIGKILL) if killed else os._exit(0)
    os.waitpid(pid, 0)


def test_processes_count_together_and_the_next_goes_on_from_there() -> None:
    counters = Counters()
    counters.count_use(use_of("view"), program=False)
    in_a_child(counters, 5)
    in_a_child(counters, 7, killed=True)
    assert counters.uses()["view"] == (13, 0)
    assert counters.kept().given == 12
    assert counters.kept().made == 2
    assert (counters.kept().held, counters.kept().size) == (0, 0), "what died keeps nothing"
    assert sum(counters.last_hour()["page"]) == 2
    # The children had one place one after the other, beside that of this process.
    assert len(list(counters._places())) == 2


def test_programs_and_people_are_counted_apart_until_it_is_noted() -> None:
    counters = Counters()
    counters.count_use(use_of("search"), program=True)
    counters.count_use(use_of("search_without_result"), program=False)
    uses = counters.uses()
    assert (uses["search"], uses["search_without_result"]) == ((0, 1), (1, 0))
    assert counters.noted_uses() != uses
    counters.note_uses(uses)
    assert counters.noted_uses() == uses == counters.uses()


def test_durations_are_summed_by_kind() -> None:
    counters = Counters()
    for seconds in (0.001, 0.02, 40.0):
        counters.observe("save", seconds)
    told = counters.durations()["save"]
    assert sum(told.buckets) == 3 and told.buckets[-1] == 1
    assert abs(told.seconds - 40.021) < 0.001
    assert not any(counters.durations()["page"].buckets)


@given(st.lists(st.floats(0, 60), min_size=1, max_size=50), st.floats(0.01, 1))
def test_a_quantile_lies_in_the_bucket_of_the_true_one(times: list[float], part: float) -> None:
    buckets = [0] * BUCKETS
    for one in times:
        buckets[bucket_of(one)] += 1
    found = quantile(buckets, part)
    assert found is not None
    # The smallest duration that at least that part of all does not exceed.
    true = next(
        one for number, one in enumerate(sorted(times), 1) if number >= part * len(times) - 1e-9
    )
    bounds = (0.0, *BOUNDS, BOUNDS[-1])
    number = bucket_of(true)
    assert bounds[number] <= found <= bounds[min(number + 1, len(bounds) - 1)]
    assert quantile([0] * BUCKETS, part) is None
