"""A served wiki that assistants may ask, and the SDK's own client."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from wiki.config import Settings, load_settings
from wiki.instance import Instance
from wiki.people.accounts import access_tokens, add_person
from wiki.people.person import Person
from wiki.plugins import load_plugins
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.testing import free_port
from wiki.testing.fork_server import ForkServer
from wiki.testing.servers import Server
from wiki.testing.wikis import opened


@dataclass
class Place:
    """A wiki with an instance of its own beside it; ``url`` is where assistants ask."""

    instance: Instance
    site: str
    url: str
    awa: Person

    def token(self, *scopes: str, person: Person | None = None) -> str:
        """A token of Awa's, or another's."""
        person_id = (person or self.awa).id
        private = self.instance.private
        return access_tokens.issue(private, person_id, name="essai", scopes=scopes, days=1)

    @asynccontextmanager
    async def client(self, token: str, mode: str = "auto") -> AsyncIterator[Client]:
        """The SDK's client, let in with ``token``."""
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(self.url, http_client=http), mode=mode) as client,
        ):
            yield client

    def write(self, file: str, text: str) -> None:
        """A page by hand, past every door."""
        repository = self.instance.repository
        author = Author("Une main", "main@people.invalid")
        commit(repository, repository.head(), {file: text.encode()}, author, "à la main")

    def post(self, content: bytes | str, token: str = "", **headers: str) -> httpx2.Response:
        """What is answered to bytes that no SDK would send."""
        sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        raw = [(name.encode(), value.encode()) for name, value in (sent | headers).items()]
        return httpx2.post(self.url, content=content, headers=raw, timeout=60)


def gateway_part(name: str) -> Any:
    """A module of the process, as the wiki has loaded it."""
    load_plugins()
    return import_module(f"wiki_plugins.mcp{name and '.gateway.'}{name}")


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """What comes of ``work``, in a loop of its own: that of a browser may run in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def place(
    tmp_path_factory: pytest.TempPathFactory,
    found_wiki: Callable[[Settings, bool], None],
    fork_server: ForkServer,
) -> Iterator[Place]:
    """A wiki with the starter content, as `wiki serve` serves it: all tests here share it."""
    folder, port, other = tmp_path_factory.mktemp("assistants") / "wiki", free_port(), free_port()
    folder.mkdir()
    chosen = f'mcp = true\nport = {port}\nmcp_port = {other}\nencoder = "off"\n'
    (folder / "wiki.toml").write_text(chosen, "utf-8")
    settings = load_settings(folder, environ={})
    found_wiki(settings, False)
    with opened(settings) as instance:
        awa = add_person(instance.private, email="awa@example.org", name="Awa", role="member")
        server = Server(fork_server, folder, port=port)
        try:
            yield Place(instance, server.url, f"http://127.0.0.1:{other}/-/mcp", awa)
        finally:
            server.stop()
