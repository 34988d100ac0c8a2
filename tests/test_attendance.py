"""A web worker whose threads are all held is told with its stacks, and another takes its place."""

import logging
import multiprocessing
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from wiki.processes.starts import Starts
from wiki.processes.web import serve_application
from wiki.testing.servers import free_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(frozen=True)
class Size:
    """A server of one worker with two threads."""

    port: int
    host: str = "127.0.0.1"
    workers: int = 1
    threads: int = 2
    worker_memory: int = 1 << 40


def wait_for_ever() -> None:
    Event().wait()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
    if environ["PATH_INFO"] == "/held":
        wait_for_ever()
    start_response("200 OK", [])
    return [b"here"]


def load(_starts: Starts) -> "WSGIApplication":
    return application


def serve(port: int, log: Path) -> None:
    logging.basicConfig(filename=log, force=True)

    def load_once_held(starts: Starts) -> "WSGIApplication":
        with suppress(FileExistsError):
            log.with_name("begun").touch(exist_ok=False)
            wait_for_ever()
        time.sleep(3)  # some looks: those at the one before count for nothing
        return load(starts)

    hangs = log.with_name("hangs").exists()
    serve_application(Size(port), load_once_held if hangs else load, held=2)


@pytest.fixture
def served(
    tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[int, Callable[[], str]]]:
    """The port of such a server, and its log so far; "hangs": its first worker does at once."""
    port, log = free_port(), tmp_path / "log"
    log.touch()
    if getattr(request, "param", "") == "hangs":
        (tmp_path / "hangs").touch()
    process = multiprocessing.get_context("fork").Process(target=serve, args=(port, log))
    process.start()
    yield port, log.read_text
    process.terminate()
    process.join(60)


def eventually(so: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not so():
        assert time.monotonic() < until
        time.sleep(0.05)


def answers(port: int) -> bool:
    with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/", timeout=1) as answer:
        return bool(answer.read() == b"here")
    return False


def test_who_is_held_is_replaced_and_its_stacks_are_in_the_log(
    served: tuple[int, Callable[[], str]],
) -> None:
    port, log = served
    eventually(lambda: answers(port))
    with ExitStack() as lines:
        for _thread in range(2):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(b"GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n")
        eventually(lambda: "is replaced" in log())
    assert log().count("in wait_for_ever") == 2, "where each thread was"
    eventually(lambda: answers(port))


@pytest.mark.parametrize("served", ["hangs"], indirect=True)
def test_who_is_held_while_it_loads_is_replaced(served: tuple[int, Callable[[], str]]) -> None:
    port, log = served
    eventually(lambda: answers(port))
    assert log().count("is replaced") == 1
    assert "in wait_for_ever" in log(), "where it was"
