"""A site with a series, an event, a project and a need; and a server elsewhere that follows."""

import json
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from sqlalchemy import select

from wiki.testing import Place

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from flask import Flask
    from werkzeug.test import TestResponse

    from wiki.instance import Instance

SITE = "http://localhost"
MEDIA = "application/activity+json"
PROFILE = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
#: told: no word, and the connection is closed
HANGS_UP = "hangs up"
PROJECT, EVENT = "projets/serre", "programmes/soirees/printemps"
NEED = "- [ ] Un regard #radio {#b-aaaaaaaa}"


def project(more: str = "", head: str = "", title: str = "La serre") -> str:
    return (
        f"---\ntype: project\ntitle: {title}\nsummary: Chaude\nthemes: [Énergie]\n{head}"
        f'team: ["[[personnes/lea]]"]\n---\n\n{more}\n'
    )


def needs(*lines: str) -> str:
    return "::: besoins\n{}\n:::\n".format("\n".join(lines))


def event(head: str = "", title: str = "Soirée de printemps") -> str:
    return (
        f"---\ntype: event\ntitle: {title}\nstarts: 2027-03-18T18:30\nends: 2027-03-18T21:00\n"
        f"place: Médiathèque, Rennes\nsummary: Venez\n{head}---\n"
    )


FILES: dict[str, str | None] = {
    "index.md": "---\nsummary: Un réseau\n---\n\n# Accueil\n",
    "personnes/lea.md": "---\ntype: person\ntitle: Léa\n---\n",
    f"{PROJECT}.md": project(needs(NEED)),
    "programmes/soirees.md": "---\ntype: carrefour\ntitle: Les soirées\nsummary: Le jeudi\n---\n",
}


@cache
def key_of(name: str) -> "RSAPrivateKey":
    """A key that is made once for all tests."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def pem_of(name: str) -> str:
    from cryptography.hazmat.primitives import serialization as forms

    return (
        key_of(name)
        .public_key()
        .public_bytes(forms.Encoding.PEM, forms.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


@dataclass
class Elsewhere:
    """A server of the fediverse: it tells its actors, and keeps what it is sent."""

    url: str = ""
    #: path → document
    told: dict[str, Any] = field(default_factory=dict)
    got: list[dict[str, Any]] = field(default_factory=list)
    #: what each request said beside, in the same order
    headers: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    next: list[int] = field(default_factory=list)
    #: path → what it is served as
    kinds: dict[str, str] = field(default_factory=dict)
    #: what is done as a path is asked
    after: dict[str, Callable[[], None]] = field(default_factory=dict)
    #: where a redirect leads
    leads: str = ""
    #: what a question is kept waiting for, by its path
    held: dict[str, threading.Event] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    def actor(self, name: str, **more: Any) -> str:
        """An account there; its address."""
        uri = f"{self.url}/users/{name}"
        self.name(str(more.get("preferredUsername", name)), uri)
        self.told[f"/users/{name}"] = {
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": uri,
            "type": "Person",
            "preferredUsername": name,
            "name": name.capitalize(),
            "inbox": f"{uri}/inbox",
            "endpoints": {"sharedInbox": f"{self.url}/inbox"},
            "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": pem_of(name)},
            **more,
        }
        return uri

    def name(self, name: str, uri: str, host: str = "", subject: str = "") -> None:
        """Webfinger leads from the name to the address."""
        asked = f"/.well-known/webfinger?resource=acct:{name}@{host or self.host}"
        self.kinds[asked] = "application/jrd+json; charset=utf-8"
        self.told[asked] = {
            "subject": f"acct:{subject or f'{name}@{host or self.host}'}",
            "links": [{"rel": "self", "type": MEDIA, "href": uri}],
        }

    def types(self) -> list[str]:
        """What was sent, in order."""
        return [one["type"] for one in self.got]


class Handler(BaseHTTPRequestHandler):
    there: Elsewhere

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.there.got.append(json.loads(body))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.there.headers.append({**headers, "": self.path, "body": body.decode()})
        self._answer(self.there.next.pop(0) if self.there.next else 202, b"")

    def do_GET(self) -> None:
        self.there.asked.append(self.path)
        if (held := self.there.held.get(self.path)) is not None:
            held.wait(60)
        found = self.there.told.get(unquote(self.path))
        if (after := self.there.after.get(self.path)) is not None:
            after()
        if found == HANGS_UP:
            self.connection.close()
        elif isinstance(found, int):
            self._answer(found, b"")
        elif isinstance(found, bytes):
            self._answer(200, found)
        elif found is None:
            self._answer(404, b"{}")
        else:
            self._answer(200, json.dumps(found).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", self.there.kinds.get(unquote(self.path), MEDIA))
        self.send_header("Content-Length", str(len(body)))
        if 300 <= status < 400:
            self.send_header("Location", self.there.leads or f"{self.there.url}/users/lea")
        self.end_headers()
        self.wfile.write(body)


@dataclass
class Fediverse(Place):
    """The wiki, and what it tells and is told."""

    part: Callable[[str], Any] = field(kw_only=True)

    def turn_on(self) -> None:
        """An administrator lets it be followed; what is there is noticed."""
        self.send("anne", "/-/fediverse", action="open")
        self.run()

    def run(self) -> None:
        """What the tasks do: read what came in, notice what is new, send what is due."""
        self.part("inbox.messages").run(self.instance)
        self.part("outbox.observer").run(self.instance)
        self.part("outbox.delivery").run(self.instance)

    def get(self, url: str, status: int = 200) -> Any:
        """A document, as a server asks for it."""
        path = url.removeprefix(self.instance.settings.public_url)
        answer = self.app.test_client().get(path, headers={"Accept": MEDIA})
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, (url, answer.status_code, text[-2000:])
        self.shown.append(text)
        return json.loads(text) if "json" in (answer.mimetype or "") else text

    def actor(self, name: str) -> str:
        return f"{self.instance.settings.public_url}/-/fediverse/actors/{name}"

    def outbox(self, name: str) -> list[Any]:
        first = self.get(f"{self.actor(name)}/outbox")["first"]
        return list(self.get(first)["orderedItems"])

    def tell(
        self,
        by: str,
        said: dict[str, Any],
        key: str = "",
        *,
        path: str = "/-/fediverse/inbox",
        status: int = 202,
        change: Callable[[dict[str, str]], None] = lambda _headers: None,
        body: bytes | None = None,
    ) -> "TestResponse":
        """``by`` sends a message, signed with the key called so; what is answered."""
        from email.utils import format_datetime
        from hashlib import sha256

        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        data = json.dumps(said).encode() if body is None else body
        digest = f"SHA-256={b64encode(sha256(data).digest()).decode()}"
        headers = {"Host": "localhost", "Digest": digest, "Content-Type": MEDIA}
        headers["Date"] = format_datetime(self.now, usegmt=True)
        change(headers)
        names = ["(request-target)", "host", "date", "digest", "content-type"]
        lines = [f"(request-target): post {path}"]
        lines += [f"{one}: {headers[one.title()]}" for one in names[1:]]
        private = key_of(key or by.rpartition("/")[2])
        signed = b64encode(private.sign("\n".join(lines).encode(), PKCS1v15(), SHA256())).decode()
        headers["Signature"] = (
            f'keyId="{by}#main-key",algorithm="rsa-sha256",headers="{" ".join(names)}",'
            f'signature="{signed}"'
        )
        answer = self.app.test_client().post(path, data=data, headers=headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer

    def follow(self, by: str, name: str, id: str = "1") -> None:
        """Somebody elsewhere follows an actor."""
        said = {"id": f"{by}/follows/{id}", "type": "Follow", "actor": by}
        self.tell(by, {**said, "object": self.actor(name)})
        self.run()

    def followers(self, name: str) -> int:
        return int(self.get(f"{self.actor(name)}/followers")["totalItems"])

    def rows(self, name: str) -> list[Any]:
        table = getattr(self.part("models"), name)
        return self.instance.private.list_rows(select(table))


@pytest.fixture(scope="module")
def founded(
    shared_wiki: "tuple[Instance, Flask]", plugin_module: Callable[[str], Any]
) -> Fediverse:
    place = Fediverse(*shared_wiki, part=plugin_module)
    place.write(FILES)
    place.person("Léa", page="personnes/lea")
    place.person("Anne", role="admin")
    vars(place.instance.settings)["base_url"] = SITE
    place.turn_on()
    place.keep()
    return place


@pytest.fixture
def place(founded: Fediverse) -> Fediverse:
    """The pages as they were; the site is followed by nobody yet."""
    founded.rewind()
    # Signatures are held against the true time.
    founded.now = datetime.now(UTC)
    settings = vars(founded.instance.settings)
    settings["fediverse_hosts"], settings["base_url"] = "127.0.0.1", SITE
    return founded


@pytest.fixture
def there() -> Iterator[Elsewhere]:
    """A server on this machine."""
    with serve() as found:
        yield found


@contextmanager
def serve() -> Iterator[Elsewhere]:
    """A server on this machine, at a port of its own."""
    found = Elsewhere()
    handler = type("_Own", (Handler,), {"there": found})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_port}"
        yield found
        server.shutdown()
        thread.join()
