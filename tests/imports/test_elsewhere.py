"""A site that somebody names is asked outside of our own network alone, and within bounds."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from wiki.errors import BadRequest
from wiki.imports.elsewhere import Elsewhere
from wiki.translation import use_language


class _Answers(BaseHTTPRequestHandler):
    """A site inside: a page, one that leads on, one that is long, one that breaks off."""

    def do_GET(self) -> None:
        there = {"/page": (200, b"words"), "/on": (302, b""), "/long": (200, b"x" * 2_000)}
        status, body = there.get(self.path, (404, b""))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/secret")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def inside() -> Iterator[str]:
    """The address of a site on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with use_language("en"):
        yield


def test_a_host_that_is_named_in_the_settings_is_asked(inside: str) -> None:
    site = Elsewhere(inside, ["127.0.0.1"])
    assert site.get(f"{inside}/page", 100) == b"words"
    for path, words in (("/on", "not followed"), ("/long", "more than"), ("/none", "404")):
        with pytest.raises(BadRequest) as refused:
            site.get(inside + path, 1_000)
        assert words in refused.value.words


@pytest.mark.parametrize(
    "address",
    [
        "http://wiki.example.org/",
        "file:///etc/passwd",
        "ftp://wiki.example.org/",
        "https://me:secret@wiki.example.org/",
        "https://wiki.example.org:99999/",
        "https:///path",
        "wiki.example.org",
        "https://wiki.example.org/a b",
        "https://wiki.example.org/\nHost: other",
        "https://[::1",
        "",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BadRequest):
        Elsewhere(address)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254"),
        *("0.1.2.3", "100.64.0.1", "2130706433", "0x7f.1", "[::1]", "[fd00::1]", "[fe80::1]"),
        *("[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1"),
    ],
)
def test_a_host_inside_is_not_called(host: str) -> None:
    """However it is written."""
    address = f"https://{host}/"
    with pytest.raises(BadRequest) as refused:
        Elsewhere(address).get(address, 100)
    assert "import_hosts" in refused.value.words


def test_a_site_that_may_be_called_leads_to_no_other(inside: str) -> None:
    site = Elsewhere(inside, ["127.0.0.1"])
    for address in ("http://localhost:1/", "https://localhost/", "http://10.0.0.1/"):
        with pytest.raises(BadRequest):
            site.get(address, 100)


class _Reached(Exception):
    """Something was connected to."""


@pytest.mark.parametrize("inside", ["127.0.0.1", "::ffff:10.0.0.1"])
def test_what_a_name_stands_for_is_connected_to_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    """A resolver that says something else each time it is asked, and one that says both at once."""
    outside = "198.35.26.96"
    answers = [[outside], [inside], [outside, inside], [inside, outside]]
    connected = []

    def resolve(_host: str, port: int, **_more: object) -> list[Any]:
        return [(0, 0, 0, "", (address, port)) for address in answers.pop(0)]

    def connect(place: tuple[str, int], **_more: object) -> None:
        connected.append(place)
        raise _Reached

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    address = "https://wiki.example.org/"
    site = Elsewhere(address)
    with pytest.raises(_Reached):
        site.get(address, 100)
    while answers:
        with pytest.raises(BadRequest) as refused:
            site.get(address, 100)
        assert "import_hosts" in refused.value.words
    assert connected == [(outside, 443)]
