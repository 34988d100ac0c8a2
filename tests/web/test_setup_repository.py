"""A new site begins with a repository of Markdown: told of before, whole, or nothing changes."""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests.web.test_setup import FOUNDER, link, send, site, words
from wiki.backups.candidate import begin, fetch, find_candidate
from wiki.backups.places import workplace
from wiki.backups.takeover import find_incoming, put_in_place
from wiki.config import load_settings
from wiki.errors import BadField
from wiki.instance import close_instance
from wiki.parts.setup_link import FILE, offer_link
from wiki.people.accounts import list_people
from wiki.repository.remote.download import Bounds, download
from wiki.repository.remote.guard import guarded
from wiki.testing import free_port
from wiki.testing.obstacles import about_files
from wiki.testing.wikis import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse

    from wiki.config import Settings
    from wiki.instance import Instance
    from wiki.testing.servers import Server

__all__ = ["link", "site"]
pytestmark = about_files("where accounts are in PostgreSQL, a command does this")
TYPED = {"site_name": "Carrefour des marais", "name": "Nour", "email": "nour@example.org"}
PAGES = {
    "index.md": "# Les ruches\n\nVoir [[miel]] et [[nulle-part]].\n",
    "miel.md": "---\ntitle: Le miel : une histoire\ntags: [a]\n---\nDoux.\n",
    "brouillon.md": "---\npublished: false\n---\nPas encore.\n",
    "secret.md": "---\nvisibility: team\n---\nÀ nous.\n",
}


class Forge:
    """git over HTTP on loopback, by git's own server; ``answers`` are by path, before it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.ended = Event()
        self.redirects: dict[str, str] = {}
        self.asked: list[str] = []
        forge = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                forge.asked.append(self.path)
                name = self.path.split("/")[1]
                if name in forge.redirects:
                    self.send_response(302)
                    rest = self.path.removeprefix(f"/{name}")
                    self.send_header("Location", f"{forge.redirects[name]}{rest}")
                    self.end_headers()
                elif name == "silent.git":
                    forge.ended.wait()
                elif name == "closed.git":
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", "Basic realm=x")
                    self.end_headers()
                else:
                    self._git()

            def do_POST(self) -> None:
                self.do_GET()

            def _git(self) -> None:
                parts = urlsplit(self.path)
                env = {
                    "PATH": os.environ["PATH"],
                    "GIT_PROJECT_ROOT": str(forge.root),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "REQUEST_METHOD": self.command,
                    "PATH_INFO": parts.path,
                    "QUERY_STRING": parts.query,
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                }
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                command = ["git", "http-backend"]
                done = subprocess.run(command, env=env, input=sent, capture_output=True, check=True)
                head, _blank, body = done.stdout.partition(b"\r\n\r\n")
                lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
                said = dict(lines)
                self.send_response(int(said.pop("Status", "200").split()[0]))
                for key, value in said.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)

        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, daemon=True).start()

    def make(self, name: str, files: dict[str, str] | None = None) -> str:
        """A repository there, on a branch that is not called main; its address."""
        folder = self.root / name
        env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null"}
        work = self.root / "work" / name

        def git(*words: str) -> None:
            subprocess.run(["git", *words], env=env, check=True, capture_output=True)

        git("init", "-q", "-b", "travail", str(work))
        for file, text in (files or {}).items():
            (work / file).parent.mkdir(parents=True, exist_ok=True)
            (work / file).write_text(text, "utf-8")
        if files:
            git("-C", str(work), "add", ".")
            who = ("-c", "user.name=Une main", "-c", "user.email=main@people.invalid")
            git(*who, "-C", str(work), "commit", "-qm", "Tout")
        git("clone", "-q", "--bare", str(work), str(folder))
        return f"{self.url}/{name}"


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    made = Forge(tmp_path / "forge")
    yield made
    made.ended.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def allowed(starter: "Instance") -> None:
    """The machine itself may be called here, as its operator says."""
    allowing = replace(starter.settings, git_hosts="127.0.0.1")
    object.__setattr__(starter, "settings", allowing)


def look(site: "Flask", link: str, address: str, **fields: str) -> "TestResponse":
    client = site.test_client()
    return send(client, f"{link}/repository", repository=address, **TYPED, **fields)


def is_as_it_was(instance: "Instance", head: str) -> bool:
    folder = instance.settings.instance
    left = [*folder.glob(".trial-*"), *folder.glob(".incoming/[!l]*"), *folder.glob("before-*")]
    return not left and instance.repository.head() == head and not list_people(instance.private)


@pytest.mark.usefixtures("allowed")
def test_a_repository_is_told_of_mended_and_becomes_the_site(
    starter: "Instance", site: "Flask", link: str, forge: Forge
) -> None:
    folder, head = starter.settings.instance, starter.repository.head()
    # As forges show it to people: they lead on to the one that git reads.
    address = forge.make("ruches.git", PAGES).removesuffix(".git")
    forge.redirects["ruches"] = f"{forge.url}/ruches.git"
    answer = look(site, link, address)
    assert (answer.status_code, answer.location) == (303, f"{link}/repository"), words(answer)
    client = site.test_client()
    page = words(client.get(answer.location))
    for said in ("secret.md", "brouillon.md (published)", "nulle-part", "miel.md", "Réparer et"):
        assert said in page, said
    assert starter.repository.head() == head
    assert f"{link}/repository" in words(client.get(link))
    begun = send(client, f"{link}/repository/begin", action="mend")
    assert begun.status_code == 200, words(begun)
    assert begun.headers["Refresh"].endswith(link) and "prêtes" in words(begun)
    assert "prêtes" in words(send(client, link, **FOUNDER))
    assert find_candidate(folder) is None
    url = (folder / FILE).read_text("ascii").strip()
    waiting = find_incoming(folder)
    close_instance(starter)
    put_in_place(starter.settings)
    assert waiting is not None and (folder / waiting.aside / "content.git").is_dir()
    settings = load_settings(folder, environ={})
    with opened(settings) as instance:
        repository, now = instance.repository, instance.repository.head()
        read = {name: repository.read(name, now) for name in (*PAGES, "charte.md")}
        texts = {name: blob.data.decode() for name, blob in read.items() if blob}
        assert texts.keys() == PAGES.keys()
        assert 'title: "Le miel : une histoire"' in texts["miel.md"]
        assert "visibility: team" in texts["brouillon.md"]
        assert texts["index.md"] == PAGES["index.md"]
        authors = {line.author_name for line in repository.blame("miel.md", now)}
        assert "Une main" in authors
        # Whoever set it up goes on by the same link.
        assert offer_link(settings, instance.private, keep=True) == url
        from wiki.app import create_app

        again = create_app(instance).test_client()
        shown = words(again.get(link))
        assert 'name="site_name"' in shown and "dépôt git" not in shown
        assert send(again, link, **FOUNDER).status_code == 303
        assert "Les ruches" in words(again.get("/"))


@pytest.mark.usefixtures("allowed")
def test_what_cannot_be_had_is_said_and_what_was_typed_stays(
    starter: "Instance", site: "Flask", link: str, forge: Forge
) -> None:
    head = starter.repository.head()
    forge.redirects["loin.git"] = "http://10.0.0.1/x.git"
    forge.redirects["detour"] = "http://127.0.0.1:9/secret"
    inside = "à l’intérieur du réseau"
    for address, said in (
        ("", "Donnez l’adresse"),
        ("pas une adresse", "Donnez l’adresse"),
        ("ssh://git@forge.example/x.git", "l’adresse seule"),
        ("/etc", "Donnez l’adresse"),
        ("file:///etc", "Donnez l’adresse"),
        ("http://forge.example/x.git", "Donnez l’adresse"),
        ("http://localhost/x.git", "Donnez l’adresse"),
        ("https://moi:secret@forge.example/x.git", "l’adresse seule"),
        ("https://forge.example/x.git?token=1", "l’adresse seule"),
        ("https://forge.example:99999/x.git", "Donnez l’adresse"),
        ("https://[x/y.git", "Donnez l’adresse"),
        ("https://nulle-part.invalid/x.git", "Aucun serveur"),
        ("https://127.0.0.2/x.git", inside),
        ("localhost/x.git", inside),
        ("https://10.0.0.1/x.git", inside),
        ("https://169.254.169.254/latest/meta-data", inside),
        ("https://192.0.0.192/latest/meta-data", inside),
        ("https://[::1]/x.git", inside),
        ("https://[::ffff:192.168.1.1]/x.git", inside),
        ("https://[64:ff9b::a00:1]/x.git", inside),
        (f"{forge.url}/loin.git", "mène à une autre"),
        (f"{forge.url}/detour", "Aucun dépôt"),
        (f"{forge.url}/closed.git", "Aucun dépôt"),
        (f"{forge.url}/missing.git", "Aucun dépôt"),
        (forge.make("vide.git"), "vide"),
        (forge.make("photos.git", {"photo.txt": "une photo"}), "Aucune page"),
    ):
        answer = look(site, link, address)
        page = words(answer)
        assert answer.status_code == 422 and said in page, (address, answer.status_code, page)
        for name, value in {**TYPED, "repository": address}.items():
            assert re.search(rf'name="{name}"[^>]*value="{re.escape(value)}"', page), (name, page)
        assert is_as_it_was(starter, head)
    assert site.test_client().get(f"{link}/repository").location == link


def test_what_hangs_is_huge_or_takes_for_ever_is_left(
    starter: "Instance", tmp_path: Path, forge: Forge
) -> None:
    noise = "".join(f"{number * 2654435761 % 4294967296:x}\n" for number in range(60_000))
    address = forge.make("grand.git", {"index.md": "# Un\n", "bruit.txt": noise})
    huge = guarded(address, ["127.0.0.1"])
    silent = replace(huge, url=f"{forge.url}/silent.git")
    for remote, bounds, said in (
        (huge, Bounds(size=100_000), "0 Mo"),
        (silent, Bounds(look=0.5), "trop de temps"),
    ):
        with pytest.raises(BadField) as refused:
            download(remote, tmp_path / "x.git", bounds)
        assert said in refused.value.words and not (tmp_path / "x.git").exists()
    with pytest.raises(BadField, match="trop"):
        fetch(starter, huge, tmp_path, bounds=Bounds(), seconds=0)
    assert find_candidate(starter.settings.instance) is None


def test_a_host_is_called_at_the_addresses_that_were_looked_at() -> None:
    remote = guarded("http://localhost:8000/x.git", ["localhost"])
    assert remote.pinned.startswith("localhost:8000:") and "127.0.0.1" in remote.pinned
    assert remote.settings()["http.curloptResolve"] == remote.pinned
    assert remote.settings()["http.followRedirects"] == "false"
    # As a telephone writes it; what port is named is the one that git calls.
    capital = guarded("Https://192.0.2.1:0/x.git", ["192.0.2.1"])
    assert capital.url == "https://192.0.2.1:0/x.git" and capital.pinned.startswith("192.0.2.1:0:")


@pytest.mark.usefixtures("allowed")
def test_another_is_chosen_and_nobody_elses_site_is_replaced(
    starter: "Instance", site: "Flask", link: str, forge: Forge
) -> None:
    folder, address = starter.settings.instance, forge.make("ruches.git", PAGES)
    client = site.test_client()
    assert look(site, "/-/setup/x", address).status_code == 404 and not forge.asked
    assert look(site, link, address).status_code == 303
    other = send(client, f"{link}/repository/begin", action="other")
    assert other.location == f"{link}#repository" and find_candidate(folder) is None
    gone = send(client, f"{link}/repository/begin", action="begin")
    assert gone.status_code == 404
    assert look(site, link, address).status_code == 303
    said = json.loads((folder / ".incoming/candidate/seen.json").read_bytes())
    assert said["url"] == address
    assert send(client, link, **FOUNDER).status_code == 303
    for path in ("/repository", "/repository/begin"):
        late = send(site.test_client(), link + path, repository=address, action="begin")
        assert late.status_code == 409 and "déjà en place" in words(late)
    assert find_incoming(folder) is None


def test_the_server_starts_again_and_its_link_goes_on(
    settings: "Settings",
    found_wiki: "Callable[[Settings, bool], None]",
    serve: "Callable[..., Server]",
    forge: Forge,
) -> None:
    found_wiki(settings, False)
    folder = settings.instance
    server = serve(folder, anew=True)
    url = (folder / FILE).read_text("ascii").strip()
    remote = guarded(forge.make("ruches.git", PAGES), ["127.0.0.1"])
    with opened(load_settings(folder, environ={})) as instance, workplace(folder) as work:
        fetch(instance, remote, work, bounds=Bounds())
        begin(instance, work, mend_texts=False)
    for _turn in range(900):
        try:
            with urlopen(f"{server.url}/miel", timeout=5) as page:  # noqa: S310 - on loopback
                assert "Doux." in page.read().decode()
            break
        except (URLError, ConnectionError, TimeoutError):
            assert server.process.poll() is None, "it is the same process"
            time.sleep(0.1)
    else:
        pytest.fail("the site does not answer")
    assert (folder / FILE).read_text("ascii").strip() == url
    here = f"{server.url}/-/{url.partition('/-/')[2]}"
    with urlopen(here) as page:  # noqa: S310 - as above
        assert 'name="site_name"' in page.read().decode()
