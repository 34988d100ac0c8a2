"""A served node that reaches nothing shows nothing, also if it slept while it was cut off."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.faults.postgres import Proxy as RowsProxy
from tests.nodes.front import ask
from tests.nodes.git_hosts import GitHost
from tests.nodes.proxy import Proxy as HostProxy
from tests.nodes.test_confirmed import CLOSED, OPEN, SEEN, Node, running, until
from tests.nodes.test_nodes import reader_of
from tests.people.conftest import SERVER
from wiki.app import create_app
from wiki.config import Settings
from wiki.editing.save import save
from wiki.parts.creation import found
from wiki.parts.identity import database_url
from wiki.parts.node import begin_sharing, join
from wiki.people.accounts import add_person
from wiki.people.person import Person
from wiki.testing import Server
from wiki.testing.browsers import signed_in
from wiki.testing.wikis import opened

pytestmark = pytest.mark.skipif(not SERVER, reason="WIKI_TEST_POSTGRES names no server")

#: in the order in which they are asked: all shown from what was kept, but the last ones
PATHS = (
    "/page",
    "/page",
    "/page.md",
    "/",
    "/-/changes.atom",
    "/-/search?q=voir",
    "/-/api/v1/pages",
)


@dataclass
class World:
    """A node of this process, and one that is served, which has all by ``rows`` and ``host``."""

    a: Node
    b: Server
    lea: Person
    rows: RowsProxy
    host: HostProxy

    def save(self, text: str) -> None:
        instance = self.a.instance
        save(reader_of(instance), "page", text, instance.repository.head())

    def cookie(self) -> str:
        """That of who wrote the page."""
        client = signed_in(create_app(self.a.instance), self.a.instance, self.lea)
        cookie = client.get_cookie(client.application.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        return f"session={cookie.value}"

    def cut(self) -> None:
        """As by a cable that was pulled: nobody is told that nothing arrives any more."""
        self.rows.silence()
        self.host.silent = True

    def mend(self) -> None:
        self.rows.mend()
        self.host.silent = False

    def has_kept(self) -> bool:
        """Whether the served node shows the page from what it keeps."""
        return all(SEEN in ask(self.b.port, path).text for path in PATHS[:3])


@pytest.fixture
def world(
    given: Callable[..., Settings], git_host: GitHost, serve: Callable[..., Server]
) -> Iterator[World]:
    with ExitStack() as stack:
        first = given("a")
        found(first)
        a = stack.enter_context(opened(given("a")))
        begin_sharing(a.repository, a.proposed)
        lea = add_person(a.private, email="lea@example.net", name="Léa", role="admin")
        host, url = HostProxy(int(urlsplit(git_host.url).port or 0)), database_url(first)
        rows = RowsProxy(int(urlsplit(url).port or 5432))
        stack.callback(host.close)
        stack.callback(rows.close)
        there = urlsplit(first.shared_repository).path
        second = given(
            "b",
            shared_repository=f"http://127.0.0.1:{host.port}{there}",
            database_url=url.replace(f":{urlsplit(url).port}/", f":{rows.port}/"),
        )
        assert join(second)
        served = serve(second.instance)
        try:
            yield World(stack.enter_context(running(a, url)), served, lea, rows, host)
        finally:
            os.killpg(served.process.pid, signal.SIGKILL)
            served.process.wait(10)


def test_a_node_that_was_asleep_and_wakes_cut_off_shows_nothing_from_before(world: World) -> None:
    group = world.b.process.pid
    world.save(OPEN)
    until(world.has_kept)
    os.killpg(group, signal.SIGSTOP)
    world.cut()
    # Its lease was whole a moment ago: who closes the page waits for its end.
    world.save(CLOSED)
    with ExitStack() as stack:
        asked = []
        for path in PATHS:
            one = stack.enter_context(closing(HTTPConnection("127.0.0.1", world.b.port, 60)))
            one.request("GET", path, headers={"Host": f"127.0.0.1:{world.b.port}"})
            asked.append(one)
        os.killpg(group, signal.SIGCONT)
        for path, one in zip(PATHS, asked, strict=True):
            answer = one.getresponse()
            text = answer.read().decode()
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5"), path
            assert SEEN not in text, path
    # Who is signed in, and not to be found just now, is told in their words, and keeps theirs.
    with closing(HTTPConnection("127.0.0.1", world.b.port, 60)) as one:
        headers = {"Host": f"127.0.0.1:{world.b.port}", "Cookie": world.cookie()}
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "en"}
        one.request("POST", "/-/edit/page", "text=Mes+mots", headers)
        answer = one.getresponse()
        said = answer.read().decode()
        assert answer.status == 503 and "Mes mots" in said and "Nothing was saved" in said
        assert ask(world.b.port, "/page", Cookie=world.cookie()).status == 503
    # Built files and what watches it are there all the while; nothing else is, until it is healed.
    assert ask(world.b.port, "/-/healthz").status == 200
    assert ask(world.b.port, "/-/metrics").status == 200
    assert ask(world.b.port, "/-/readyz").status == 503
    assert ask(world.b.port, "/page").status == 503
    world.mend()
    until(lambda: ask(world.b.port, "/").status == 200)
    assert all(SEEN not in ask(world.b.port, path).text for path in PATHS)
