"""What one node has closed no other shows, once its writer has been answered."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client

from tests.faults.postgres import Proxy as RowsProxy
from tests.nodes.git_hosts import GitHost
from tests.nodes.proxy import Proxy as HostProxy
from tests.nodes.test_nodes import reader_of
from tests.people.conftest import SERVER
from wiki.app import create_application
from wiki.config import Settings
from wiki.editing.files import attach, detach
from wiki.editing.move import delete, move
from wiki.editing.save import save
from wiki.instance import Instance, watch_changes
from wiki.parts.creation import found
from wiki.parts.identity import database_url
from wiki.parts.node import News, begin_sharing, join
from wiki.people.accounts import add_person
from wiki.people.store.listener import Listener
from wiki.people.store.nodes import channel_of, read_message
from wiki.people.store.outage import connect
from wiki.testing.wikis import opened

pytestmark = pytest.mark.skipif(not SERVER, reason="WIKI_TEST_POSTGRES names no server")

OPEN, CLOSED = "# LoRa\n\nÀ voir.\n", "---\nvisibility: members\n---\n# LoRa\n\nÀ voir.\n"
SEEN = "À voir."


@dataclass
class Node:
    """A node that listens, has news, and answers visitors."""

    instance: Instance
    client: Client

    def read(self, path: str) -> str:
        """What a visitor is shown; asked twice, so that the answer is kept where it can be."""
        self.client.get(path)
        return self.client.get(path).get_data(as_text=True)

    def status(self, path: str) -> int:
        return self.client.get(path).status_code


@dataclass
class World:
    """Two nodes; ``b`` hears by ``rows`` and has its pages by ``host``, and by nothing else."""

    a: Node
    b: Node
    rows: RowsProxy
    host: HostProxy

    def write(self, path: str, text: str = OPEN) -> None:
        """Has the page at both, kept at b."""
        instance = self.a.instance
        save(reader_of(instance), path, text, instance.repository.head())
        until(lambda: SEEN in self.b.read(f"/{path}"))

    def close(self, path: str) -> None:
        instance = self.a.instance
        save(reader_of(instance), path, CLOSED, instance.repository.head())


def until(so: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while not so():
        assert time.monotonic() < ends
        time.sleep(0.01)


@contextmanager
def running(instance: Instance, listens: str) -> Iterator[Node]:
    """With all that a server's processes do for it."""
    ended, private, shared = Event(), instance.private, instance.repository.shared
    assert private.nodes is not None and private.versions is not None and shared is not None
    news = News(shared, instance.settings.news_seconds)
    listener = Listener(
        listens, private.nodes, private.versions, instance.pulse, instance.repository.head, news
    )
    threads = [
        watch_changes(instance, ended),
        news.start(ended),
        Thread(target=listener.run, args=(ended.is_set,)),
    ]
    threads[-1].start()
    try:
        until(lambda: instance.pulse.number is not None)
        yield Node(instance, Client(create_application(instance)))
    finally:
        ended.set()
        news.tell("")
        for thread in threads:
            thread.join(60)


@pytest.fixture
def world(given: Callable[..., Settings], git_host: GitHost) -> Iterator[World]:
    with ExitStack() as stack:
        first = given("a")
        found(first)
        a = stack.enter_context(opened(given("a")))
        begin_sharing(a.repository, a.proposed)
        add_person(a.private, email="lea@example.net", name="Léa", role="admin")
        host = HostProxy(int(urlsplit(git_host.url).port or 0))
        stack.callback(host.close)
        there = urlsplit(first.shared_repository).path
        # Nothing is looked for beside: what is known is what was told.
        more = {
            "shared_repository": f"http://127.0.0.1:{host.port}{there}",
            "news_seconds": "600.0",
        }
        second = given("b", **more)
        assert join(second)
        b = stack.enter_context(opened(given("b", **more)))
        url = database_url(second)
        rows = RowsProxy(int(urlsplit(url).port or 5432))
        stack.callback(rows.close)
        heard = url.replace(f":{urlsplit(url).port}/", f":{rows.port}/")
        yield World(
            stack.enter_context(running(a, url)),
            stack.enter_context(running(b, heard)),
            rows,
            host,
        )


def confirmed(instance: Instance, work: Callable[[], object]) -> bool:
    """Whether ``work``, which saves, asked other nodes to confirm it."""
    nodes = instance.private.nodes
    assert nodes is not None
    with connect(database_url(instance.settings).replace("+psycopg", "")) as connection:
        connection.execute(f'LISTEN "{channel_of(nodes.instance)}"'.encode())
        work()
        asked = False
        for told in connection.notifies(timeout=60):
            said = read_message(told.payload)
            asked = asked or bool(said.confirm)
            if said.head == instance.repository.head():
                return asked
    raise AssertionError


def test_what_is_closed_is_closed_at_all_nodes_once_it_is_answered(world: World) -> None:
    a = world.a.instance
    for path in ("closed", "deleted", "moved", "parent/page"):
        world.write(path)
    attach(reader_of(a), "closed", "plan.txt", b"un plan")
    until(lambda: world.b.status("/closed/plan.txt") == 200)
    detach(reader_of(a), "closed/plan.txt")
    assert world.b.status("/closed/plan.txt") == 404
    world.close("closed")
    assert SEEN not in world.b.read("/closed")
    delete(reader_of(a), "deleted")
    assert SEEN not in world.b.read("/deleted")
    move(reader_of(a), "moved", "closed/moved")
    assert SEEN not in world.b.read("/moved") + world.b.read("/closed/moved")
    # Who closes nothing waits for nobody.
    assert not confirmed(a, lambda: world.write("parent/page", f"{OPEN}\nEt plus.\n"))
    assert not confirmed(a, lambda: world.write("another"))
    assert not confirmed(a, lambda: attach(reader_of(a), "another", "plan.txt", b"un plan"))
    assert confirmed(a, lambda: world.close("parent"))
    assert SEEN not in world.b.read("/parent/page")


def test_a_node_that_is_cut_off_shows_nothing_that_was_closed(world: World) -> None:
    b = world.b
    nodes = b.instance.private.nodes
    assert nodes is not None
    for path in ("first", "second", "third"):
        world.write(path)
    # It hears that something was closed, and cannot have it.
    world.host.off = True
    world.close("first")
    assert b.status("/first") == b.status("/") == 503
    assert b.status("/-/healthz") == 200
    assert json.loads(b.read("/-/readyz")) == {"ready": False, "faults": ["behind"]}
    world.host.off = False
    until(lambda: nodes.lease.holds)
    assert SEEN not in b.read("/first")
    assert b.status("/-/readyz") == 200
    # It hears nothing, and asks what nodes share.
    world.rows.silence()
    world.close("second")
    assert SEEN not in b.read("/second")
    assert SEEN in b.read("/third")
    # It hears nothing, and has no answer there: nothing is shown, until it has one.
    until(lambda: not nodes.lease.holds)
    world.host.off = True
    world.close("third")
    for path in ("/third", "/third.md", "/-/search?q=voir", "/-/changes.atom", "/-/api/v1/pages"):
        assert b.status(path) == 503, path
    sent = b.client.post("/wiki.git/git-upload-pack", data=b"0000")
    assert (sent.status_code, sent.headers["Retry-After"]) == (503, "5")
    assert SEEN not in sent.get_data(as_text=True)
    assert b.status("/-/healthz") == b.status("/-/metrics") == 200
    assert "behind" in json.loads(b.read("/-/readyz"))["faults"]
    world.host.off = False
    until(lambda: b.status("/") == 200)
    assert SEEN not in b.read("/third")
    # Nobody asks it for anything: once it hears again it has what it missed, and is not told twice.
    world.write("fourth")
    world.rows.mend()
    until(lambda: nodes.lease.holds)
    assert b.instance.repository.head() == world.a.instance.repository.head()
