"""Carrefours that exchange: each an instance with a server of its own on 127.0.0.1."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wsgi import get_input_stream

from wiki.app import create_app
from wiki.config import Settings, load_settings
from wiki.instance import Instance
from wiki.people.sisters import exchanges, registry
from wiki.people.sisters.exchanges import Exchange
from wiki.projections.catalogue import select
from wiki.reading import Reader
from wiki.reading.lists import find_rows
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.sisters import changes
from wiki.sisters.poll import poll
from wiki.sisters.reader import ask_sisters
from wiki.testing import free_port
from wiki.testing.wikis import opened


@dataclass
class Site:
    """A Carrefour at ``url``; ``name`` is what others call it."""

    name: str
    instance: Instance
    app: Flask
    url: str
    server: BaseWSGIServer | None = None

    def write(self, files: Mapping[str, str | None], author: str = "Awa") -> str:
        repository = self.instance.repository
        data = {file: None if text is None else text.encode() for file, text in files.items()}
        return commit(
            repository, repository.head(), data, Author(author, "awa@example.net"), "Écrit"
        )

    def join(self, other: "Site") -> None:
        """Names the other as a sister."""
        found = changes.look(self.instance, other.url)
        changes.agree(self.instance, other.url, found.said.kid, other.name, by="test")

    def poll(self, other: "Site") -> Exchange:
        """Asks the other; how that went."""
        poll(self.instance, other.name)
        return exchanges.get(self.instance.private, other.name)

    def titles(self) -> list[str]:
        """The titles of all pages of sisters that are shown."""

        def asked(reader: Reader) -> list[str]:
            return [row.title for row in find_rows(reader, select(), "title", 50).rows]

        return ask_sisters(Reader(self.instance), asked, [])

    def sister(self, other: "Site") -> registry.Sister:
        return registry.get(self.instance.private, other.name)

    def move_clock(self, by: timedelta) -> None:
        clock: Callable[[], datetime] = self.instance.private.now
        self.instance.private.now = lambda: clock() + by

    def serve(self) -> None:
        port = int(self.url.rpartition(":")[2])
        self.server = make_server("127.0.0.1", port, self._bounded, threaded=True)
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
        self.server = None

    def _bounded(self, environ: Any, start_response: Any) -> Any:
        # Others end what is sent; this server leaves that to the application.
        environ["wsgi.input"] = get_input_stream(environ)
        return self.app(environ, start_response)


def wait_until(what: Callable[[], object]) -> None:
    """Waits until it is so; a minute at most."""
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def site(
    tmp_path: Path, found_wiki: Callable[[Settings, bool], None]
) -> Iterator[Callable[[str], Site]]:
    """``site("lyon")``: a Carrefour of one page that is served until the end of the test."""
    with ExitStack() as stack:

        def make(name: str) -> Site:
            port = free_port()
            url = f"http://127.0.0.1:{port}"
            folder = tmp_path / name
            folder.mkdir()
            words = (
                f'base_url = "{url}"\nsister_hosts = "127.0.0.1"\nsite_name = "Carrefour {name}"\n'
            )
            (folder / "wiki.toml").write_text(words, "utf-8")
            settings = load_settings(folder, environ={})
            found_wiki(settings, True)
            instance = stack.enter_context(opened(settings))
            app = create_app(instance)
            made = Site(name, instance, app, url)
            made.serve()
            stack.callback(made.stop)
            made.write({f"{name}.md": f"# Page de {name}\n"})
            return made

        yield make
