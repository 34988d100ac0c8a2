"""A process that is called at a port runs while somebody calls, and no call is lost."""

import os
import socket
import time
from multiprocessing import Pipe, Process
from pathlib import Path
from typing import TYPE_CHECKING

from wiki.processes.calls import Port
from wiki.processes.supervisor import EndAsked, Service, end, keep_running
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

    keeper = keep_running([Service("t", answer_one, calls=calls)])
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
        end(keeper)
    assert len(answered) == 4
    assert os.getpid() not in answered


def test_a_port_that_is_taken_is_tried_again(tmp_path: Path) -> None:
    ran, beside = tmp_path / "ran", tmp_path / "beside"
    ours, theirs = Pipe()
    other = Process(target=_hold_port, args=(theirs,))
    other.start()
    calls = Port("127.0.0.1", ours.recv())
    called = Service("called", lambda _asked: ran.touch(), calls=calls)
    # Looked at after the first.
    next_one = Service("beside", lambda _asked: beside.touch())
    keeper = keep_running([called, next_one])
    try:
        _wait_for(beside)
        assert not ran.exists()
        ours.send("let go")
        _wait_for(ran)
    finally:
        end(keeper)
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
