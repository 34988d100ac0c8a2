"""nginx before two nodes: those who write in one page are in one room, wherever that has to be."""

import asyncio
import json
import os
import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus

from tests.nodes.conftest import git_host, given  # noqa: F401 - fixtures
from tests.nodes.front import Front, ask, fronting
from tests.nodes.front import until as so
from tests.people.conftest import SERVER
from wiki.app import create_app
from wiki.config import Settings
from wiki.editing.save import save
from wiki.instance import Instance
from wiki.parts.creation import found
from wiki.parts.node import begin_sharing, join
from wiki.people.accounts import add_person
from wiki.reading import Reader
from wiki.testing import Server, token
from wiki.testing.browsers import signed_in
from wiki.testing.servers import free_port
from wiki.testing.wikis import opened

from . import clients
from .clients import Writer, run, until

pytestmark = pytest.mark.skipif(not SERVER, reason="WIKI_TEST_POSTGRES names no server")


@dataclass
class Typist:
    """A browser at nginx's ``port`` that types words of its own, and comes back where it is cut."""

    name: str
    port: int
    cookie: str
    token: str
    writer: Writer | None = None
    words: list[str] = field(default_factory=list)
    #: how often it was let in
    came: int = 0

    async def connect(self) -> Writer:
        """Joins with the document of before, by the address that it is told."""
        while True:
            old, new = self.writer, await self._try()
            if new is not None and await new.is_in():
                assert old is None or new.messages("joined")[0]["same"]
                self.writer, self.came = new, self.came + 1
                return new
            if new is not None:
                # Never one after which a browser stays away.
                assert new.code in (1006, 1011, 1012), new.told
                await new.close()
            await asyncio.sleep(0.25)

    async def _try(self) -> Writer | None:
        headers = {"Cookie": self.cookie, "X-CSRFToken": self.token}
        post = partial(ask, self.port, "/-/coediting/ticket/dossier/page", "POST", **headers)
        answer = await asyncio.to_thread(post)
        if answer.status != 200:
            assert answer.status >= 500, answer
            return None
        told, old = json.loads(answer.text), self.writer
        if not told["listens"]:
            return None
        query = urlsplit(told["url"]).query
        doc, epoch = (old.doc, old.epoch) if old else (None, None)
        try:
            return await clients.join(self.port, told["ticket"], doc, epoch, query)
        except (OSError, InvalidMessage, InvalidStatus, ConnectionClosed):
            return None

    async def type(self, over: asyncio.Event) -> None:
        """A word after the other, whether it is connected or not."""
        coming: asyncio.Task[Writer] | None = None
        while not over.is_set():
            if self.writer is None or self.writer.code is not None:
                coming = coming or asyncio.create_task(self.connect())
            if coming is not None and coming.done():
                await coming
                coming = None
            if (one := self.writer) is not None:
                self.words.append(f"{self.name}{len(self.words)}x")
                with suppress(ConnectionClosed):  # it is in the document
                    await one.type(f"{self.words[-1]} ")
            await asyncio.sleep(0.05)
        if coming is not None:
            await coming

    async def finish(self) -> Writer:
        """All that it typed is on disk."""
        while self.writer is None or not await self.writer.is_kept():
            await self.connect()
        return self.writer

    async def goes_on(self, came: int) -> None:
        """Waits until it was let in so often, and what it typed there is on disk."""
        await until(lambda: self.came >= came)
        one = self.writer
        assert one is not None
        typed = one.sent
        await one.until(lambda: one.code is not None or one.kept > typed)


@dataclass
class Site:
    """Two nodes behind ``front``, and ``instance``, a process of the first."""

    front: Front
    servers: list[Server]
    instance: Instance
    folders: list[Settings]
    serve: Callable[..., Server]

    def typist(self, name: str) -> Typist:
        a = self.instance
        person = add_person(a.private, email=f"{name.lower()}@example.org", name=name)
        browser = signed_in(create_app(a), a, person)
        known = token(browser, "/-/edit/dossier/page")
        cookie = browser.get_cookie(browser.application.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        return Typist(name, self.front.port, f"session={cookie.value}", known)

    def place(self) -> int:
        """Which node nginx brings to who writes in the page."""
        before = len(self._lines(403))
        # As the ticket has it: nginx goes by what is written there.
        assert ask(self.front.port, "/-/coediting/live?page=dossier%2Fpage").status == 403
        so(lambda: len(self._lines(403)) > before)
        return [one.live_port for one in self.servers].index(self._lines(403)[-1])

    def led(self) -> list[int]:
        """The nodes that connections were led to, of those that are over."""
        ports = [one.live_port for one in self.servers]
        return [ports.index(one) for one in self._lines(101)]

    def _lines(self, status: int) -> list[int]:
        lines = [one for one in self.front.lines() if f'/-/coediting/live" {status} ' in one]
        return [int(re.findall(r"127\.0\.0\.1:(\d+)", one)[-1]) for one in lines]

    def come_back(self, which: int) -> None:
        old = self.servers[which]
        ports = {"port": old.port, "live_port": old.live_port}
        folder = self.folders[which].instance
        self.servers[which] = self.serve(folder, live=True, **ports)


@pytest.fixture
def site(given: Callable[..., Settings], serve: Callable[..., Server]) -> Iterator[Site]:  # noqa: F811
    port = free_port()
    more = {"base_url": f"http://127.0.0.1:{port}"}
    with ExitStack() as stack:
        found(given("a", **more))
        a = stack.enter_context(opened(given("a", **more)))
        begin_sharing(a.repository, a.proposed)
        author = Reader(a, add_person(a.private, email="lea@example.net", name="Léa"))
        save(author, "dossier/page", "# Une page\n\n", a.repository.head())
        assert join(given("b", **more))
        folders = [given(name, **more) for name in "ab"]
        servers = [serve(one.instance, live=True) for one in folders]
        pages, live = [one.port for one in servers], [one.live_port for one in servers]
        # Which has its port open after its pages are there: nginx would lead to the other.
        for number in live:
            so(partial(_answers, number))
        front = stack.enter_context(fronting(port, pages, live))
        yield Site(front, servers, a, folders, serve)
        for one in servers:
            _kill(one)


def _answers(port: int) -> bool:
    try:
        return ask(port, "/").status == 404
    except OSError:
        return False


def _kill(server: Server) -> None:
    if server.process.poll() is None:
        os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait(60)


def test_no_letter_is_lost_or_doubled_where_nodes_come_and_go(site: Site) -> None:
    async def scene() -> None:
        awa, marc, ines = (site.typist(name) for name in ("Awa", "Marc", "Ines"))
        first = await asyncio.to_thread(site.place)
        over = asyncio.Event()
        typing = [asyncio.create_task(one.type(over)) for one in (awa, marc)]
        await asyncio.gather(*(one.goes_on(1) for one in (awa, marc)))
        # Killed: they go on at the other one, with what they typed meanwhile.
        await asyncio.to_thread(_kill, site.servers[first])
        await asyncio.gather(*(one.goes_on(2) for one in (awa, marc)))
        # It comes back, and with it who comes anew: the room follows, and those who are in it.
        await asyncio.to_thread(site.come_back, first)
        while await asyncio.to_thread(site.place) != first:
            await asyncio.sleep(0.05)
        typing.append(asyncio.create_task(ines.type(over)))
        await asyncio.gather(awa.goes_on(3), marc.goes_on(3), ines.goes_on(1))
        # It stops in good order.
        os.killpg(site.servers[first].process.pid, signal.SIGTERM)
        await asyncio.gather(awa.goes_on(4), marc.goes_on(4), ines.goes_on(2))
        over.set()
        await asyncio.gather(*typing)
        writers = [await one.finish() for one in (awa, marc, ines)]
        await until(lambda: len({one.words for one in writers}) == 1)
        await writers[0].say(type="save")
        await writers[0].hear("saved")
        typed = [word for one in (awa, marc, ines) for word in one.words]
        assert Counter(_saved(site.instance).split()) == Counter(["#", "Une", "page", *typed])
        for one in writers:
            await one.close()
        await until(lambda: len(site.led()) >= 10)
        led = site.led()
        assert led.count(first) >= 5 and led.count(1 - first) >= 5

    run(scene())


def _saved(instance: Instance) -> str:
    assert instance.repository.shared is not None
    instance.repository.shared.arrive()
    blob = instance.repository.read("dossier/page.md", instance.repository.head())
    assert blob is not None
    return blob.data.decode()
