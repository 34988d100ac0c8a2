"""A wiki, and a server of calendars that says what the test has it say."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from wiki.testing import Place

if TYPE_CHECKING:
    from flask import Flask

    from wiki.instance import Instance

AGENDA = "/agenda.ics"


def calendar(*events: str, name: str = "Agenda des tiers-lieux") -> bytes:
    lines = [
        f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Essai//FR\nX-WR-CALNAME:{name}",
        *(f"BEGIN:VEVENT\nDTSTAMP:20260101T000000Z\n{one}\nEND:VEVENT" for one in events),
        "END:VCALENDAR\n",
    ]
    return "\n".join(lines).replace("\n", "\r\n").encode()


@dataclass
class Source:
    """What the server answers by path, and what it was asked, with its headers."""

    url: str = ""
    bodies: dict[str, bytes] = field(default_factory=dict)
    kind: str = "text/calendar"
    status: int = 200
    more: dict[str, str] = field(default_factory=dict)
    got: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    #: after half of its answer it says nothing more until then
    let_go: threading.Event | None = None


class Handler(BaseHTTPRequestHandler):
    source: Source

    def do_GET(self) -> None:
        said = self.source
        headers = {name.lower(): value for name, value in self.headers.items()}
        said.got.append((self.path, headers))
        body = said.bodies.get(self.path, b"")
        tag = f'"{hash(body)}"'
        same = headers.get("if-none-match") == tag and said.status == 200
        self.send_response(304 if same else said.status if body or said.status != 200 else 404)
        told = {"ETag": tag, "Content-Type": said.kind, **said.more}
        for name, value in ({"Content-Length": str(0 if same else len(body))} | told).items():
            self.send_header(name, value)
        self.end_headers()
        if same:
            return
        if said.let_go is not None:
            self.wfile.write(body[: len(body) // 2])
            said.let_go.wait()
            return
        try:
            self.wfile.write(body)
        except ConnectionError:
            return  # more than is read


@dataclass
class Agenda(Place):
    """The wiki, and the calendars that it follows."""

    def follow(self, source: Source, path: str = AGENDA, name: str = "") -> str:
        """An administrator names a calendar, and says yes to its dates; its id."""
        id = self.name_one(source, path)
        self.look()
        self.send("anne", f"/-/calendars/followed/{id}", action="show", name=name)
        return id

    def name_one(self, source: Source, path: str = AGENDA) -> str:
        leads = self.send("anne", "/-/calendars/followed", address=source.url + path)
        return leads.rpartition("#")[2]

    def look(self, id: str = "") -> None:
        """What the task does; of ``id`` at once, else of those that are due."""
        store = self.part("store")
        if id:
            store.look_soon(self.instance, store.find(self.instance, id))
        self.part("look").run(self.instance)

    def titles(self, id: str) -> list[str]:
        """The titles that are kept of a calendar."""
        return [one.title for one in self.part("store").events_of(self.instance, id)]

    def said(self, id: str) -> str:
        """What went wrong with it last."""
        return str(self.part("store").looks(self.instance)[id].said)


@pytest.fixture(scope="module")
def founded(shared_wiki: "tuple[Instance, Flask]", plugin_module: Callable[[str], Any]) -> Agenda:
    place = Agenda(*shared_wiki, part=plugin_module)
    place.write({"index.md": "# Accueil\n"})
    place.person("Anne", role="admin")
    place.person("Marc")
    place.keep()
    return place


@pytest.fixture
def place(founded: Agenda) -> Agenda:
    """The pages as they were, no calendar, and calendars of this machine allowed."""
    founded.rewind()
    vars(founded.instance.settings)["calendar_hosts"] = "127.0.0.1"
    return founded


@pytest.fixture
def source() -> Iterator[Source]:
    """A server of calendars on this machine."""
    found = Source()
    handler = type("_Own", (Handler,), {"source": found})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}"
        yield found
        if found.let_go is not None:
            found.let_go.set()
        server.shutdown()
        thread.join()
