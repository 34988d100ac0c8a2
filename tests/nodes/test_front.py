"""nginx before the nodes keeps what everybody may read, and gives nothing that is not so now."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.people.conftest import SERVER
from wiki.app import create_app
from wiki.config import Settings
from wiki.editing.save import save
from wiki.instance import Instance
from wiki.parts.creation import found
from wiki.parts.node import begin_sharing, join
from wiki.people.accounts import add_person
from wiki.reading import Reader
from wiki.testing import Server
from wiki.testing.browsers import signed_in
from wiki.testing.servers import free_port
from wiki.testing.wikis import opened

from .front import Front, ask, fronting, until

_PUBLIC = {"Cache-Control": "public, no-cache", "X-Accel-Expires": "@1", "ETag": 'W/"one"'}
_ANSWERS = {
    "/public": _PUBLIC,
    "/cookie": {**_PUBLIC, "Set-Cookie": "session=canari"},
    "/private": {**_PUBLIC, "Cache-Control": "private, no-store"},
    "/map": {"Cache-Control": "public, max-age=300"},
    "/-/static/new.js": {},
}


class _Place(BaseHTTPRequestHandler):
    """A node that says what a node may say, with its name in it."""

    def do_GET(self) -> None:
        assert isinstance(self.server, _Places)
        path = self.path.partition("?")[0]
        new = path.startswith("/-/static/") and self.server.name != "b"
        again = path == "/public" and self.headers.get("If-None-Match") == 'W/"one"'
        self.server.asked.append((self.path, self.headers.get("X-Request-ID", "")))
        self.send_response(404 if new else 304 if again else 200)
        for name, value in _ANSWERS.get(path, {}).items():
            self.send_header(name, value)
        body = b"" if again else f"{path} canari {self.server.name}".encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Nothing: nobody reads it."""


class _Places(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, name: str) -> None:
        super().__init__(("127.0.0.1", 0), _Place)
        self.name = name
        self.asked: list[tuple[str, str]] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            thread.join()
            self.server_close()


def test_nginx_keeps_what_says_that_it_is_public_and_asks_each_time() -> None:
    with ExitStack() as stack:
        places = [_Places("a"), _Places("b")]
        for one in places:
            stack.enter_context(one.running())
        ports = [one.server_port for one in places]
        front = stack.enter_context(fronting(free_port(), ports, ports))
        # Where it stands, it comes from what is kept, whichever node says so.
        first = front.ask("/public").text
        for _turn in range(3):
            assert front.ask("/public").text == first
            assert front.lines()[-1].endswith("REVALIDATED")
        asked = [request for one in places for path, request in one.asked if path == "/public"]
        assert len(set(asked)) == 4 and all(asked)
        # Nothing of these is kept, and who has a cookie is not even looked up.
        for path in ("/cookie", "/private", "/map"):
            assert front.ask(path).status == 200
            assert not front.keeps(f"{path} canari")
        assert front.keeps("/public canari")
        for known in (
            {"Cookie": "session=x"},
            {"Authorization": "Bearer x"},
            {"Range": "bytes=0-"},
        ):
            front.ask("/public", **known)
            assert front.lines()[-1].endswith(" -")
        # What one node alone has, as in the middle of an upgrade, is found there.
        assert {front.ask("/-/static/new.js").text for _turn in range(4)} == {
            "/-/static/new.js canari b"
        }


def test_those_who_write_in_one_page_come_to_one_node_and_to_another_once_it_is_gone() -> None:
    with ExitStack() as stack:
        places = {name: _Places(name) for name in "ab"}
        goes = ExitStack()
        stack.enter_context(goes)
        goes.enter_context(places["a"].running())
        stack.enter_context(places["b"].running())
        ports = [one.server_port for one in places.values()]
        front = stack.enter_context(fronting(free_port(), ports, ports))

        def place(page: str) -> str:
            return front.ask(f"/-/coediting/live?page={page}").text[-1]

        pages = [f"dossier/page-{number}" for number in range(20)]
        at = {page: place(page) for page in pages}
        assert set(at.values()) == {"a", "b"}
        assert {page: place(page) for page in pages} == at
        goes.close()
        assert {place(page) for page in pages} == {"b"}


@dataclass
class Wiki:
    """Two served nodes, nginx before them, who saves at the first, and another member's cookie."""

    front: Front
    servers: list[Server]
    instance: Instance
    writer: Reader
    cookie: str

    def save(self, page: str, text: str) -> None:
        """Saves it, and waits until each node by itself shows visitors something else."""
        before = [ask(one.port, f"/{page}").text for one in self.servers]
        save(self.writer.renewed(), page, text, self.instance.repository.head())
        for one, old in zip(self.servers, before, strict=True):
            until(partial(_is_otherwise, one.port, f"/{page}", old))


@pytest.fixture
def wiki(given: Callable[..., Settings], serve: Callable[..., Server]) -> Iterator[Wiki]:
    port = free_port()
    more = {"base_url": f"http://127.0.0.1:{port}"}
    with ExitStack() as stack:
        found(given("a", **more))
        a = stack.enter_context(opened(given("a", **more)))
        begin_sharing(a.repository, a.proposed)
        assert join(given("b", **more))
        servers = [serve(given(name, **more).instance) for name in "ab"]
        ports = [one.port for one in servers]
        front = stack.enter_context(fronting(port, ports, ports))
        awa, bintou = (
            add_person(a.private, email=f"{name.lower()}@example.org", name=name, role=role)
            for name, role in (("Awa", "admin"), ("Bintou", "member"))
        )
        browser = signed_in(create_app(a), a, bintou)
        name = browser.application.config["SESSION_COOKIE_NAME"]
        cookie = browser.get_cookie(name)
        assert cookie is not None
        yield Wiki(front, servers, a, Reader(a, awa), f"{name}={cookie.value}")
        for one in servers:
            _kill(one)


@pytest.mark.skipif(not SERVER, reason="WIKI_TEST_POSTGRES names no server")
def test_a_page_is_shown_as_it_is_now_and_to_whom_it_may_be(wiki: Wiki) -> None:
    front = wiki.front
    wiki.save("page", "# Page\n\nUn canari.\n")

    names: list[str] = []

    # A node that hears of the others late, as on a busy machine, gives what nobody may keep. Both
    # call it by the same name: what one made, the other says to stand.
    def may_be_kept() -> bool:
        given = [ask(one.port, "/page").headers for one in wiki.servers]
        names[:] = {str(one["ETag"]) for one in given}
        return len(names) == 1 and {one["Cache-Control"] for one in given} == {"public, no-cache"}

    until(may_be_kept)
    shown = front.ask("/page")
    assert "Un canari." in shown.text
    assert "X-Accel-Expires" not in shown.headers

    def revalidated() -> bool:
        assert front.ask("/page").text == shown.text
        return front.lines()[-1].endswith("REVALIDATED")

    for _turn in range(4):
        until(revalidated)
    until(lambda: front.ask("/page", If_None_Match=names[0]).status == 304)
    # What a member sees is theirs.
    mine = front.ask("/page", Cookie=wiki.cookie)
    assert "Bintou" in mine.text and "no-store" in mine.headers["Cache-Control"]
    assert not front.keeps("Bintou") and "Bintou" not in front.ask("/page").text
    # Saved at one node, new through both.
    wiki.save("page", "# Page\n\nDeux canaris.\n")
    assert all("Deux canaris." in front.ask("/page").text for _turn in range(4))
    # Closed at one node, closed through both, although nginx still has it on its disk.
    wiki.save("page", "---\nvisibility: members\n---\n# Page\n\nTrois canaris.\n")
    closed = [front.ask("/page") for _turn in range(4)]
    assert all(one.status in (302, 401, 403, 404) for one in closed)
    assert not any("canari" in one.text for one in closed)
    assert "Trois canaris." in front.ask("/page", Cookie=wiki.cookie).text
    assert not front.keeps("Trois canaris.")


def _is_otherwise(port: int, path: str, before: str) -> bool:
    return ask(port, path).text != before


def _kill(server: Server) -> None:
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait(60)
