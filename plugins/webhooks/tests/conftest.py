"""A public project with needs, its team, an administrator; and a receiver that obeys."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from wiki.testing import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

PROJECT = "projets/serre"


def project(more: str = "", head: str = "", title: str = "La serre") -> str:
    return (
        f"---\ntype: project\ntitle: {title}\nsummary: Chaude\nthemes: [Énergie]\n{head}"
        f'team: ["[[personnes/lea]]"]\n---\n\n{more}\n'
    )


def needs(*lines: str) -> str:
    return "::: besoins\n{}\n:::\n".format("\n".join(lines))


NEED = "- [ ] Un regard #radio {#b-aaaaaaaa}"
FILES: dict[str, str | None] = {
    "index.md": "# Accueil\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\n---\n",
    f"{PROJECT}.md": project(needs(NEED)),
}


@dataclass
class Sent:
    """A request that a receiver got."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A server that keeps what it is sent, and answers with what is next, else 204."""

    url: str = ""
    got: list[Sent] = field(default_factory=list)
    next: list[tuple[int, dict[str, str]]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.got.append(Sent(self.command, self.path, headers, body))
        status, more = self.receiver.next.pop(0) if self.receiver.next else (204, {})
        self.send_response(status)
        for name, value in {"Content-Length": "0", **more}.items():
            self.send_header(name, value)
        self.end_headers()

    def do_PUT(self) -> None:
        self.do_POST()


@dataclass
class Told(Place):
    """The wiki, and what it sends."""

    part: Callable[[str], Any] = field(kw_only=True)

    def add(self, who: str, receiver: Receiver | None = None, **fields: Any) -> str:
        """Someone names an address; its id."""
        kinds = ["page", "need", "offer", "project", "event", "dossier"]
        form = {"form": "standard", "scope": "site", "kinds": kinds, **fields}
        if receiver is not None:
            form.setdefault("address", receiver.url)
        status = 200 if form["form"] == "standard" else 303
        self.send(who, "/-/webhooks/new", status, **form)
        return str(self.hooks()[0].id)

    def hooks(self) -> list[Any]:
        """The addresses, the last one first."""
        return list(self.part("store").hooks_of(self.instance, None))

    def messages(self) -> list[Any]:
        """All messages, in the order in which they were left."""
        rows = self.part("models").MessageRow
        return self.instance.private.list_rows(select(rows).order_by(rows.at, rows.id))

    def run(self) -> None:
        """What the tasks do: notices what happened, and sends what is due."""
        self.part("observer").run(self.instance)
        self.part("delivery").run(self.instance)


@pytest.fixture(scope="module")
def founded(shared_wiki: "tuple[Instance, Flask]", plugin_module: Callable[[str], Any]) -> Told:
    place = Told(*shared_wiki, part=plugin_module)
    place.write(FILES)
    place.person("Léa", page="personnes/lea")
    place.person("Marc")
    place.person("Anne", role="admin")
    place.person("Paul", role="programme")
    place.keep()
    return place


@pytest.fixture
def place(founded: Told) -> Told:
    """The pages as they were, and no address."""
    founded.rewind()
    # Signatures are held against the true time.
    founded.now = datetime.now(UTC)
    vars(founded.instance.settings)["webhook_hosts"] = "127.0.0.1"
    return founded


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on this machine."""
    found = Receiver()
    handler = type("_Own", (Handler,), {"receiver": found})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}/hook"
        yield found
        server.shutdown()
        thread.join()
