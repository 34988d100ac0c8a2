"""A server that somebody names is given so much time and no more, whatever it sends."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from wiki.outside.client import Limits, call


@contextmanager
def talking(say: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that ``say``s what it likes to whoever calls, once."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            line, _from = door.accept()
            with line:
                try:
                    line.recv(65536)
                    say(line)
                except OSError:
                    pass  # who called has gone

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}/"
        thread.join()


def ask(url: str, limits: Limits) -> bytes:
    return call("GET", url, inside=["127.0.0.1"], setting="x_hosts", limits=limits).body


def drip(line: socket.socket) -> None:
    """Never silent for long, and never done."""
    pause = threading.Event()
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    while not pause.wait(0.02):
        line.sendall(b"X-More: y\r\n")


def pour(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    while True:
        line.sendall(b"x" * 65536)


def test_who_drips_is_left() -> None:
    with talking(drip) as url, pytest.raises(TimeoutError):
        ask(url, Limits(wait=5, total=0.2))


def test_of_who_pours_the_beginning_is_taken() -> None:
    with talking(pour) as url:
        assert ask(url, Limits(most=1_000, cut=True)) == b"x" * 1_000
