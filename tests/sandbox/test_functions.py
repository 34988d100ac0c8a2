"""Functions in children: what they answer, and that nothing of them outlasts its bounds."""

import os
import signal
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from wiki.errors import BadUpload
from wiki.sandbox.functions import call_in_child
from wiki.sandbox.runner import Failed, Killed, TimedOut
from wiki.sandbox.turns import Busy, Turns

Answer = tuple[Mapping[str, Any], Sequence[bytes]]


def answer(question: Mapping[str, Any], data: bytes) -> Answer:
    from wiki.translation import language

    told = {"language": language(), "secrets": sorted(one for one in os.environ if "WIKI" in one)}
    return {**question, **told}, [data, b"", b"\n\0"]


def refuse(_question: Mapping[str, Any], _data: bytes) -> Answer:
    from wiki.errors import BadUpload

    raise BadUpload("Été")


def say_score(_question: Mapping[str, Any], _data: bytes) -> Answer:
    return {"score": int(Path("/proc/self/oom_score_adj").read_text())}, []


def take_all(_question: Mapping[str, Any], _data: bytes) -> Answer:
    return {"took": len(b"x" * 1_000_000_000)}, []


def be_killed(_question: Mapping[str, Any], _data: bytes) -> Answer:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}, []


def work_on(question: Mapping[str, Any], _data: bytes) -> Answer:
    if question["at"] == "memory":
        return {}, [bytes(800_000_000)]
    if question["at"] == "depth":
        return work_on(question, b"")
    while question["at"] == "time":
        pass
    return {"path": [str(one) for one in Path("/nowhere").iterdir()]}, []


def test_a_child_answers_in_the_language_of_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIKI_SMTP_PASSWORD", "x")
    told, parts = call_in_child(answer, {"n": "é\ud800"}, b"\xff\0", seconds=10)
    assert told == {"n": "é\ud800", "language": "fr", "secrets": []}
    assert parts == [b"\xff\0", b"", b"\n\0"]


def test_what_it_refuses_is_refused_in_its_words() -> None:
    with pytest.raises(BadUpload, match="Été"):
        call_in_child(refuse, {}, b"", seconds=10)


@pytest.mark.parametrize(
    ("at", "fault"), [("time", TimedOut), ("memory", Failed), ("depth", Failed), ("file", Failed)]
)
def test_its_bounds_end_it(at: str, fault: type[Exception]) -> None:
    with pytest.raises(fault):
        call_in_child(work_on, {"at": at}, b"", seconds=1, memory=600_000_000)


def test_more_than_may_wait_are_sent_away_at_once() -> None:
    turns = Turns(1, waiting=0)
    with turns.take(60), pytest.raises(Busy), turns.take(60):
        pass
    turns = Turns(1, waiting=1)
    with turns.take(60), pytest.raises(Busy), turns.take(0.01):
        pass
    with turns.take(60):
        pass


def test_the_kernel_ends_it_before_all_others_where_memory_is_at_an_end() -> None:
    told, _parts = call_in_child(say_score, {}, b"", seconds=20)
    assert told["score"] == 900 > int(Path("/proc/self/oom_score_adj").read_text())
    with pytest.raises(Killed):
        call_in_child(be_killed, {}, b"", seconds=20)


def test_where_memory_is_scarce_one_works_in_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_busy() -> bool:
        with pytest.raises(Busy), Turns(1, waiting=0).take(0):
            pass
        return True

    monkeypatch.setattr("wiki.sandbox.turns.get_limit", lambda: 1 << 30)
    with Turns(1, waiting=0).take(0):
        assert is_busy(), "another thread's, of other children"
        child = get_context("fork").Process(target=is_busy)
        child.start()
        child.join(60)
        assert child.exitcode == 0
    with Turns(1, waiting=0).take(0):
        pass


def test_none_begins_without_room_for_it() -> None:
    with pytest.raises(Busy), Turns(1, waiting=0, room=1 << 60).take(0):
        pass
    turns = Turns(1, waiting=0, room=1)
    for _again in range(2):
        with turns.take(0):
            pass
