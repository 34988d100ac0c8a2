"""A site that answers is named in the browser: asked by the task, looked at, and in after a yes."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from wiki.imports import job
from wiki.repository.commit import commit
from wiki.repository.objects import Author
from wiki.repository.process import run
from wiki.repository.repository import Repository
from wiki.testing import module_wiki, token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from wiki.config import Settings
    from wiki.instance import Instance
    from wiki.people.person import Person

app, instance = module_wiki.app, module_wiki.instance
PAGE = "/-/admin/imports"
_STATES = [("Accueil", "Voir [[LoRa]]."), ("LoRa", "Un réseau."), ("LoRa", "Un réseau libre.")]


class _Site(BaseHTTPRequestHandler):
    """A MediaWiki that tells one state at a time; beside it what no site should do."""

    #: what was asked of the first, and until when it is down
    asked: ClassVar[list[str]] = []
    down = False
    dripping = threading.Event()
    repository = Path()

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        question = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/on":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/secret")
            self.end_headers()
        elif parts.path == "/drip":
            self._drip()
        elif parts.path == "/giant":
            self._answer(b"x" * 6_000_000)
        elif parts.path.startswith("/wiki.git/"):
            self._file(parts.path.removeprefix("/wiki.git/"))
        elif parts.path == "/un/api.php":
            self.asked.append(parts.query)
            self._answer(json.dumps(self._told(question)).encode())
        elif parts.path == "/un/Accueil":
            self._answer(b"<html>")
        else:
            self.send_error(404)

    def _file(self, name: str) -> None:
        """A file of a repository, as a server without git gives it."""
        file = self.repository / name
        if file.is_file():
            self._answer(file.read_bytes())
        else:
            self.send_error(404)

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """Never an end, not even of its head."""
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Never: ")
        self.dripping.set()
        try:
            while True:
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def _told(self, question: dict[str, str]) -> dict[str, Any]:
        if question.get("meta"):
            spaces = {"0": {"id": 0, "name": ""}}
            return {
                "query": {
                    "general": {"sitename": "Essai", "base": "http://x/wiki/Accueil"},
                    "namespaces": spaces,
                    "statistics": {"edits": 3},
                }
            }
        if question.get("list") != "allrevisions":
            return {"query": {}}
        at = int(question.get("arvcontinue", "0"))
        if at == 2 and self.down:
            return {"error": {"info": "down for a while"}}
        title, text = _STATES[at]
        state = {
            "revid": at + 1,
            "timestamp": f"2026-01-0{at + 1}T10:00:00Z",
            "user": "Awa",
            "comment": "",
            "slots": {"main": {"contentmodel": "wikitext", "content": text}},
        }
        page = {"title": title, "ns": 0, "pageid": len(title), "revisions": [state]}
        told: dict[str, Any] = {"query": {"allrevisions": [page]}}
        if at + 1 < len(_STATES):
            told["continue"] = {"arvcontinue": str(at + 1)}
        return told


@pytest.fixture
def settings(settings: "Settings") -> "Settings":
    return replace(settings, import_hosts="127.0.0.1")


@pytest.fixture
def site() -> Iterator[str]:
    _Site.asked.clear()
    _Site.down = False
    _Site.dripping.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def admin(
    person: "Callable[..., Person]", log_in: "Callable[[Person], FlaskClient]"
) -> "FlaskClient":
    return log_in(person("Anne", "admin"))


def ask(client: "FlaskClient", address: str, **more: str) -> "TestResponse":
    fields = {"site": "mediawiki", "address": address, **more}
    return client.post(f"{PAGE}/site", data={"csrf_token": token(client), **fields})


def act(client: "FlaskClient", url: str, action: str) -> "TestResponse":
    return client.post(url, data={"csrf_token": token(client), "action": action})


def text(answer: "TestResponse") -> str:
    return " ".join(answer.get_data(as_text=True).replace("\xa0", " ").split())


@contextmanager
def working(instance: "Instance") -> Iterator[threading.Thread]:
    """The task, beside what is done meanwhile."""
    thread = threading.Thread(target=job.run, args=(instance,))
    thread.start()
    yield thread
    thread.join(60)
    assert not thread.is_alive()


def test_a_site_is_asked_goes_on_where_it_broke_off_and_comes_in(
    instance: "Instance", admin: "FlaskClient", site: str
) -> None:
    _Site.down = True
    url = ask(admin, f"{site}/un/Accueil", site_into="/archives").headers["Location"]
    assert "en cours de récupération" in text(admin.get(url))
    job.run(instance)
    page = text(admin.get(url))
    assert "down for a while" in page and "Rien n’a été importé" in page
    told = len(_Site.asked)

    _Site.down = False
    assert act(admin, url, "retry").status_code == 303
    job.run(instance)
    page = text(admin.get(url))
    assert "2 pages (3 versions)" in page and "/archives/lora" in page
    # What came before was not asked for again.
    asked = [one for one in _Site.asked[told:] if "allrevisions" in one]
    assert len(asked) == 1 and "arvcontinue=2" in asked[0]
    act(admin, url, "import")
    job.run(instance)
    assert "2 pages ont été importées" in text(admin.get(url))
    assert "Un réseau libre." in text(admin.get("/archives/lora"))
    assert not list((instance.settings.instance / "imports").glob("fetched-*"))


def test_a_git_repository_comes_with_its_history(
    instance: "Instance", admin: "FlaskClient", site: str, tmp_path: Path
) -> None:
    made = Repository.create(tmp_path / "wiki.git", tmp_path / "lock")
    awa = Author("Awa", "awa@example.org")
    first = commit(made, made.head(), {"Home.md": b"# Un\n"}, awa, "Un")
    commit(made, first, {"Home.md": b"# Deux\n\n[[Nulle part]]\n"}, awa, "Deux")
    made.close()
    run(tmp_path / "wiki.git", "update-server-info")
    _Site.repository = tmp_path / "wiki.git"
    url = ask(admin, f"{site}/rien.git", site="git").headers["Location"]
    job.run(instance)
    assert "Aucun dépôt public" in text(admin.get(url))
    url = ask(admin, f"{site}/wiki.git", site="git").headers["Location"]
    job.run(instance)
    page = text(admin.get(url))
    assert "1 page (2 versions)" in page and "home:3" in page
    act(admin, url, "import")
    job.run(instance)
    assert "<h1>Deux</h1>" in text(admin.get("/home"))
    # Once more: nothing is new.
    url = ask(admin, f"{site}/wiki.git", site="git").headers["Location"]
    job.run(instance)
    act(admin, url, "import")
    job.run(instance)
    assert "rien de nouveau" in text(admin.get(url))


def test_what_a_site_should_not_do_is_said_in_words(
    instance: "Instance", admin: "FlaskClient", site: str
) -> None:
    port = urlsplit(site).port
    head = instance.repository.head()
    for address, words in (
        (f"{site}/on", "n’est pas suivie"),
        (f"{site}/giant", "plus que ce qui peut être lu"),
        # A name, and a form of writing, for what lies inside.
        (f"https://localhost:{port}/", "import_hosts"),
        ("https://[::ffff:10.0.0.1]/", "import_hosts"),
    ):
        url = ask(admin, address).headers["Location"]
        job.run(instance)
        assert words in text(admin.get(url)), address
    assert instance.repository.head() == head
    for address in ("http://10.0.0.1/", "ftp://wiki.example.org/", "", "https://a b/"):
        answer = ask(admin, address)
        assert answer.status_code == 422 and "l’adresse https" in text(answer)
    answer = ask(admin, site, site="nobody")
    assert answer.status_code == 422 and site in text(answer)


def test_one_that_never_ends_is_stopped_at_once(
    instance: "Instance", admin: "FlaskClient", site: str
) -> None:
    url = ask(admin, f"{site}/drip").headers["Location"]
    with working(instance):
        assert _Site.dripping.wait(60)
        act(admin, url, "cancel")
    page = text(admin.get(url))
    assert "Rien n’a été importé" in page and "Essayer encore" in page
    assert act(admin, url, "forget").status_code == 303
