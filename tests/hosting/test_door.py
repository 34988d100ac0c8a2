"""The door alone, before wikis that do what none of ours does."""

import io
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from wiki.hosting.door import Door
from wiki.hosting.settings import load_host
from wiki.hosting.state import Figures, forget_state, read_state, write_state
from wiki.hosting.use import NotedUse, Use


class Ahead:
    """A door before one wiki, whose every answer is what ``said`` is."""

    def __init__(self, folder: Path) -> None:
        host = load_host(folder, threads=2)
        host.run.mkdir()
        self.door = Door(host)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(bytes(host.socket("a.example")))
        self.listener.listen()

    def ask(self, method: str = "GET", path: str = "/", body: bytes = b"", **more: str) -> Any:
        """Status, headers and body of what the door answers."""
        said: list[Any] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "HTTP_HOST": "a.example",
            "REMOTE_ADDR": "192.0.2.1",
            "wsgi.input": io.BytesIO(body),
            **({"CONTENT_LENGTH": str(len(body))} if body else {}),
            **more,
        }
        answer = self.door(environ, lambda *given: said.extend(given))  # type: ignore[arg-type]
        return said[0], dict(said[1]), b"".join(answer)

    def calls(self, answers: Sequence[bytes], heard: list[bytes]) -> Thread:
        """A wiki that takes a call for each answer, notes what it was asked, and hangs up."""

        def take() -> None:
            for answer in answers:
                line, _address = self.listener.accept()
                with line:
                    heard.append(line.recv(65_536))
                    line.sendall(answer)
                    line.shutdown(socket.SHUT_WR)
                    # What is not read when it hangs up breaks the connection off.
                    while line.recv(65_536):
                        pass

        thread = Thread(target=take)
        thread.start()
        return thread


@pytest.fixture
def ahead(tmp_path: Path) -> Iterator[Ahead]:
    """A door, and a wiki that is called by it."""
    made = Ahead(tmp_path)
    with closing(made.listener):
        yield made


def test_what_is_sent_on_is_what_no_stranger_can_make_up(ahead: Ahead) -> None:
    heard: list[bytes] = []
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\nX-A: b\r\n\r\nhier"
    taken = ahead.calls([answer], heard)
    said = ahead.ask(
        path="/é /?".encode().decode("latin-1"),
        QUERY_STRING="a=b&c=%20",
        HTTP_X_FORWARDED_FOR="203.0.113.9",
        HTTP_X_FORWARDED_HOST="b.example",
        HTTP_CONNECTION="upgrade, x-a",
        HTTP_TRANSFER_ENCODING="",
        HTTP_COOKIE="a=b",
    )
    taken.join()
    assert said == ("200 OK", {"X-A": "b"}, b"hier")
    first, *lines = heard[0].decode("latin-1").split("\r\n")
    assert first == "GET /%C3%A9%20/%3F?a=b&c=%20 HTTP/1.1"
    assert [one for one in lines if one.startswith("Host")] == ["Host: a.example"]
    assert "X-Forwarded-For: 192.0.2.1" in lines and "Cookie: a=b" in lines
    assert not any("203.0.113.9" in one or "b.example" in one for one in lines)


def test_one_that_hangs_up_is_asked_again_if_nothing_can_have_been_done(ahead: Ahead) -> None:
    heard: list[bytes] = []
    taken = ahead.calls([b"", b"HTTP/1.1 204 No Content\r\n\r\n"], heard)
    assert ahead.ask()[0] == "204 No Content"
    taken.join()
    taken = ahead.calls([b""], heard)
    status, headers, body = ahead.ask("POST", body=b"a=b")
    taken.join()
    assert (status, headers["Retry-After"], len(heard)) == ("503 Service Unavailable", "5", 3)
    assert b"Ce site ne r" in body


def test_one_that_breaks_off_within_a_small_answer_is_said_to_be_away(ahead: Ahead) -> None:
    taken = ahead.calls([b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhier"] * 2, [])
    assert ahead.ask("POST")[0] == "503 Service Unavailable"
    status, headers, body = ahead.ask()
    taken.join()
    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "5")
    assert b"Ce site ne r" in body


def test_an_answer_that_is_broken_off_leaves_nothing_open(ahead: Ahead) -> None:
    def hang_up() -> None:
        line, _address = ahead.listener.accept()
        with line:
            line.recv(1)  # the rest is never read
            line.sendall(b"HTTP/1.1 200 OK\r\n\r\nhier")

    before = _sockets()
    taken = Thread(target=hang_up)
    taken.start()
    with pytest.raises(ConnectionResetError) as raised:
        ahead.ask()
    taken.join()
    assert _sockets() <= before
    assert raised.tb is not None, "what was at work is still known"


def _sockets() -> set[str]:
    """Those that this process has open."""
    found = set()
    for one in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the one by which they are listed
            found.add(str(one.readlink()))
    return {one for one in found if one.startswith("socket:")}


def test_one_that_is_slow_holds_up_its_own_readers_alone(ahead: Ahead) -> None:
    waiting = Thread(target=ahead.ask)
    waiting.start()
    line, _address = ahead.listener.accept()
    assert ahead.ask()[0] == "503 Service Unavailable"
    assert ahead.ask(path="/-/healthz", HTTP_HOST="127.0.0.1")[0] == "200 OK"
    with line:
        assert line.recv(65_536)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    waiting.join()
    ahead.listener.close()
    assert ahead.ask()[0] == "503 Service Unavailable", "nobody listens any more"


def test_what_a_process_that_died_was_at_is_not_counted_for_ever() -> None:
    use = Use()
    if not (child := os.fork()):
        use.add_requests(3)
        os._exit(0)
    os.waitpid(child, 0)  # a server of other tests may end as well
    assert use.requests == 3
    parts = iter([b"a", b"b"])
    app = NotedUse(lambda _environ, _start: parts, use, "a.example", "https://a.example")
    answer: Any = app({"HTTP_HOST": "a.example"}, lambda *_given: None)  # type: ignore[arg-type]
    assert (use.requests, list(answer), use.requests) == (1, [b"a", b"b"], 1)
    answer.close()
    answer.close()
    assert use.requests == 0


def test_one_that_starts_is_in_use_by_whoever_woke_it(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("wiki.hosting.use.time", SimpleNamespace(monotonic=lambda: now))
    slow, lost = Use(), Use()
    now += 30
    # On a busy machine it is not sent back to sleep before it has answered anybody.
    assert slow.unused == lost.unused == 0.0
    slow.add_requests(1)
    slow.add_requests(-1)
    now += 40
    assert (slow.unused, lost.unused) == (40.0, 70.0)


def test_how_all_stand_is_noted(tmp_path: Path) -> None:
    host = load_host(tmp_path)
    host.run.mkdir()
    assert read_state(host) == {}
    write_state(host, [Figures("a", True, False, 2, 1), Figures("b", False, True, 0, 0)])
    assert read_state(host) == {"a": True, "b": False}
    assert 'wiki_wakes_total{wiki="a"} 2.0' in (host.run / "wikis.prom").read_text("utf-8")
    forget_state(host)
    assert read_state(host) == {}
