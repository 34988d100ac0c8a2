"""What one worker has made is given by the others too, while it stands."""

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

import pytest

from wiki.web.cache.shared_answers import SharedAnswers

from .test_answers import Site

_FORK = get_context("fork")


def _in_child(work: Callable[[], object]) -> None:
    child = _FORK.Process(target=work)
    child.start()
    child.join()
    assert child.exitcode == 0


def test_what_one_worker_has_made_another_gives_while_it_stands() -> None:
    site = Site()
    client = site.client()
    _in_child(lambda: client.get("/page"))
    given = client.get("/page")
    assert "/page?" in given.text
    assert site.asked == 0
    site.moment = "b"
    assert client.get("/page").text != given.text
    assert site.asked == 1
    # Made by this one, of a moment that is none any more for the other.
    site.moment = "c"
    _in_child(lambda: client.get("/page"))
    assert "c" in client.get("/page").text.split()
    assert site.asked == 1


def test_what_may_not_be_kept_is_not_shared() -> None:
    site = Site(shared=False)
    client = site.client()
    _in_child(lambda: client.get("/page"))
    client.get("/page")
    assert site.asked == 1


@pytest.mark.parametrize("key", [("a",), ("b", "é")])
def test_only_what_is_whole_and_of_the_key_is_found(key: tuple[str, ...]) -> None:
    shared = SharedAnswers()
    assert shared.get(key) is None
    shared.put(key, ["x" * 1000])
    assert shared.get(key) == ["x" * 1000]
    shared.put(key, "x" * 100_000)
    assert shared.get(key) == ["x" * 1000], "too large to be shared"
    # Many more than there is room for: each is found as it was put, or not at all.
    for number in range(500):
        shared.put((number,), number)
    found = [shared.get((number,)) for number in range(500)]
    assert {one for one in found if one is not None} <= set(range(500))
    assert all(one in (None, number) for number, one in enumerate(found))
    assert shared.get(key) in (None, ["x" * 1000])


def test_one_process_at_a_time_makes_an_answer_and_none_waits_for_the_dead() -> None:
    shared, key = SharedAnswers(), ("page",)
    begun, over = _FORK.Event(), _FORK.Event()

    def hold() -> None:
        with shared.turn(key) as mine:
            assert mine
            begun.set()
            over.wait()

    child: Any = _FORK.Process(target=hold)
    child.start()
    try:
        begun.wait()
        with shared.turn(key) as mine:
            assert not mine
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        with shared.turn(key) as mine:
            assert mine
    finally:
        child.kill()
