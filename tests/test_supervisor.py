"""A process that is called at a port runs while somebody calls, and no call is lost."""

import os
import signal
import socket
import time
from contextlib import suppress
from multiprocessing import Pipe, Process
from pathlib import Path
from typing import TYPE_CHECKING

from wiki.processes.calls import Door, Port
from wiki.processes.supervisor import EndAsked, Keeper, Service
from wiki.testing import free_port

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


def _call(port: int) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        return int(line.recv(20))


def test_each_call_is_answered_though_the_process_ends_after_one() -> None:
    calls = Port("127.0.0.1", free_port())

    def answer_one(_asked: EndAsked) -> None:
        line, _address = calls.socket.accept()
        with line:
            line.sendall(b"%d" % os.getpid())

    keeper = Keeper([Service("t", answer_one, calls=calls)])
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                answered = {_call(calls.where[1])}
                break
            except ConnectionRefusedError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
        answered |= {_call(calls.where[1]) for _number in range(3)}
    finally:
        keeper.end()
    assert len(answered) == 4
    assert os.getpid() not in answered


def test_who_calls_before_it_starts_by_itself_is_answered_then() -> None:
    calls = Port("127.0.0.1", free_port())
    calls.open()  # so that nobody is refused before the keeper is there

    def answer(_asked: EndAsked) -> None:
        line, _address = calls.socket.accept()
        with line:
            line.sendall(b"%d" % os.getpid())

    keeper = Keeper([Service("t", answer, after=3600, calls=calls)])
    try:
        assert _call(calls.where[1]) != os.getpid()
    finally:
        keeper.end()
        calls.leave()


def test_a_keeper_that_is_killed_is_replaced_once_what_it_kept_has_ended(tmp_path: Path) -> None:
    lives = tmp_path / "lives"

    def live(asked: EndAsked) -> None:
        called = Path("/proc/self/comm").read_text().strip()
        with lives.open("a") as file:
            file.write(f"+ {os.getppid()} {called}\n")
        while not asked.wait(60):
            pass
        with lives.open("a") as file:
            file.write("-\n")

    keeper = Keeper([Service("t", live)])
    try:
        _wait_for(lives)
        first = int(lives.read_text().split()[1])
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while lives.read_text().count("+") < 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        keeper.end()
    words = lives.read_text().split()
    assert [word for word in words if word in "+-"] == ["+", "-", "+", "-"]
    assert words[2] == words[6] == "wiki-t"
    assert int(words[5]) not in (first, os.getpid())


def test_a_door_that_nobody_comes_to_refuses_rather_than_holds_who_calls() -> None:
    door, lines = Door(), []
    with suppress(OSError):
        for _call in range(10_000):
            lines.append(door.call())
    assert 0 < len(lines) < 10_000
    door.close()
    for line in lines:
        line.close()


def test_a_port_that_is_taken_is_tried_again(tmp_path: Path) -> None:
    ran, beside = tmp_path / "ran", tmp_path / "beside"
    ours, theirs = Pipe()
    other = Process(target=_hold_port, args=(theirs,))
    other.start()
    calls = Port("127.0.0.1", ours.recv())
    called = Service("called", lambda _asked: ran.touch(), calls=calls)
    # Looked at after the first.
    next_one = Service("beside", lambda _asked: beside.touch())
    keeper = Keeper([called, next_one])
    try:
        _wait_for(beside)
        assert not ran.exists()
        ours.send("let go")
        _wait_for(ran)
    finally:
        keeper.end()
        other.kill()
        other.join()


def _hold_port(told: "Connection") -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        told.send(held.getsockname()[1])
        told.recv()


def _wait_for(file: Path) -> None:
    deadline = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
