"""Slow senders cost themselves time, and nobody else a page or what they wrote."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Event, Lock, Semaphore, Thread
from typing import TYPE_CHECKING, Any

import pytest
import requests

from wiki.parts.creation import found
from wiki.people.accounts import add_person
from wiki.testing.wikis import opened
from wiki.web.http import bodies as http_bodies
from wiki.web.http.bodies import ReadBodies

if TYPE_CHECKING:
    from wiki.config import Settings
    from wiki.testing import Server

PASSWORD = "une phrase assez longue"
HEAD = b"POST /-/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nemail=a"


@contextmanager
def sending_slowly(port: int, count: int, address: str) -> Iterator[None]:
    """Begins ``count`` forms at ``address``, and never ends them."""
    with ExitStack() as stack:
        for _number in range(count):
            sender = socket.create_connection(
                ("127.0.0.1", port), timeout=60, source_address=(address, 0)
            )
            stack.enter_context(closing(sender))
            sender.sendall(HEAD)
        yield


def token_of(answer: requests.Response, name: str = "csrf_token") -> str:
    field = re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.text)
    assert field, answer.text[:500]
    return field[1]


def test_others_read_log_in_and_save_while_a_hundred_send_slowly(
    settings: "Settings", serve: "Callable[..., Server]"
) -> None:
    found(settings, empty=True)
    with opened(settings) as instance:
        add_person(instance.private, email="a@example.org", name="Ana", password=PASSWORD)
    server = serve(settings.instance)
    with sending_slowly(server.port, 100, "127.0.0.2"), requests.Session() as member:
        # The form is no kept answer: a thread of the worker makes it.
        form = member.get(f"{server.url}/-/reset", timeout=60)
        assert form.status_code == 200
        form = member.get(f"{server.url}/-/login", timeout=60)
        sent = {"csrf_token": token_of(form), "email": "a@example.org", "password": PASSWORD}
        answer = member.post(f"{server.url}/-/login", sent, timeout=60, allow_redirects=False)
        assert answer.status_code == 303, answer.text[:500]
        form = member.get(f"{server.url}/-/edit/essai", timeout=60)
        sent = {"csrf_token": token_of(form), "base": token_of(form, "base"), "text": "# Essai\n"}
        answer = member.post(f"{server.url}/-/edit/essai", sent, timeout=60, allow_redirects=False)
        assert answer.status_code == 303, answer.text[:500]
        assert member.get(f"{server.url}/essai.md", timeout=60).text == "# Essai\n"


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_network_has_its_share_of_the_places(proxies: int) -> None:
    """Behind a proxy it is told from others by what the proxy saw."""
    last, begun = Event(), Semaphore(0)

    class Never:
        def read(self, _size: int) -> bytes:
            begun.release()
            assert last.wait(60)
            return b""

    statuses: list[str] = []

    def app(environ: Any, start_response: Any) -> list[bytes]:
        environ["wsgi.input"].close()
        start_response("200 OK", [])
        return []

    bodies = ReadBodies(app, 16, lambda: 1_000, proxies=proxies)  # 8 are read, 4 of one network

    def send(number: int, body: Any) -> None:
        address = f"192.0.2.{number}"
        environ: Any = {
            "REQUEST_METHOD": "POST",
            "wsgi.input": body,
            "REMOTE_ADDR": "127.0.0.1" if proxies else address,
            "HTTP_X_FORWARDED_FOR": f"192.0.2.99, {address}",
        }
        start: Any = lambda status, _headers: statuses.append(status)  # noqa: E731
        bodies(environ, start)

    def fill(number: int, count: int) -> list[Thread]:
        threads = [Thread(target=send, args=(number, Never())) for _one in range(count)]
        for thread in threads:
            thread.start()
            assert begun.acquire(timeout=60), "it has its place"
        return threads

    class Nothing:
        def read(self, _size: int) -> bytes:
            return b""

    try:
        threads = fill(1, 4)
        send(1, Nothing())
        assert statuses == ["503 Service Unavailable"]
        send(2, Nothing())
        assert statuses[1:] == ["200 OK"]
        threads += [*fill(2, 3), *fill(3, 1)]
        send(4, Nothing())
        assert statuses[2:] == ["503 Service Unavailable"]
    finally:
        last.set()
        for thread in threads:
            thread.join(60)
    send(1, Nothing())
    assert statuses[3:] == ["200 OK"] * 9


def test_all_of_a_room_wait_where_nobody_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_bodies, "_SLOW", 60.0)
    came, lock, all_came, statuses = 0, Lock(), Event(), []

    class AfterAll:
        """Is there once everybody has come."""

        def read(self, _size: int) -> bytes:
            assert all_came.wait(60)
            return b""

    def app(environ: Any, start_response: Any) -> list[bytes]:
        environ["wsgi.input"].close()
        start_response("200 OK", [])
        return []

    bodies = ReadBodies(app, 8, lambda: 1_000)

    def send() -> None:
        nonlocal came
        body: Any = AfterAll()
        environ: Any = {"REQUEST_METHOD": "POST", "wsgi.input": body, "REMOTE_ADDR": "192.0.2.1"}
        with lock:
            came += 1
            if came == 40:
                all_came.set()
        bodies(environ, lambda status, _headers: statuses.append(status))  # type: ignore[arg-type]

    threads = [Thread(target=send) for _number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert statuses == ["200 OK"] * 40
