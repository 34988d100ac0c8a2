"""Fixtures for the core's and for plugins' tests: a real wiki in a temporary folder.

Loaded by ``-p wiki.testing``. Modules of ours are imported inside the fixtures, so that coverage
sees them being loaded.
"""

import gc
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet
    from argon2 import PasswordHasher
    from flask import Flask
    from flask.testing import FlaskClient

    from wiki.config import Settings
    from wiki.instance import Instance
    from wiki.people.person import Person
    from wiki.plugins import Plugins

#: the real data that some tests want; it is not ours, so it is never copied into the project
DATA = Path(os.environ.get("WIKI_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
PASSWORD = "une phrase assez longue"
#: what chance writes in pages and mails: tokens, keys of rows
_KEY = re.compile(r"[\w.-]*(?:[a-z][A-Z\d]|\d[A-Za-z])[\w.-]*", re.A)
_CASE = re.compile(r"^## (.+?)\n+````markdown\n(.*?)````\n+````html\n(.*?)````$", re.M | re.S)


@pytest.fixture(autouse=True)
def no_fault_passes_unseen(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """A plugin that raises costs readers its own part of a page alone; here it fails the test.

    But for one that is marked ``plugin_faults``: there the fault is what is tried.
    """
    yield
    if request.node.get_closest_marker("plugin_faults") is None:
        faults = [one for one in caplog.get_records("call") if one.name == "wiki.plugins"]
        assert [one.getMessage() for one in faults if one.levelname == "ERROR"] == []


@pytest.fixture(autouse=True, scope="session")
def templates_compiled_once() -> Iterator[None]:
    """Each wiki of a test has a folder of its own: without this each would compile all its pages.

    What is kept is what the folder keeps, under the same digest of the template's text.
    """
    from jinja2 import FileSystemBytecodeCache
    from jinja2.bccache import Bucket

    from wiki import templating

    known: dict[tuple[str, str], Any] = {}

    class Shared(FileSystemBytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            bucket.code = known.get((bucket.key, bucket.checksum))
            if bucket.code is None:
                super().load_bytecode(bucket)

        def dump_bytecode(self, bucket: Bucket) -> None:
            known[bucket.key, bucket.checksum] = bucket.code
            super().dump_bytecode(bucket)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(templating, "FileSystemBytecodeCache", Shared)
        yield


def pytest_collection_finish() -> None:
    """Thousands of tests and modules stay to the end: no collection of garbage looks at them."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def passwords_hashed_lightly() -> "Iterator[PasswordHasher]":
    """A hash in earnest takes a fiftieth of a second, and thousands of accounts are made here.

    Gives what hashes in earnest.
    """
    from argon2 import PasswordHasher

    from wiki.people import passwords

    earnest = passwords._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
        yield earnest


@pytest.fixture
def hashed_in_earnest(
    passwords_hashed_lightly: "PasswordHasher", monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passwords are hashed as in a running wiki."""
    from wiki.people import passwords

    monkeypatch.setattr(passwords, "_hasher", passwords_hashed_lightly)


@pytest.fixture(autouse=True, scope="session")
def _plugins_found_once() -> "Iterator[Callable[[], Plugins]]":
    """An instance that is opened without plugins of a test's own has those of the one before."""
    from wiki import instance, plugins

    once = cache(plugins.load_plugins)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instance, "load_plugins", once)
        yield once


@pytest.fixture(autouse=True)
def _no_plugin_stays(_plugins_found_once: "Callable[[], Plugins]") -> Iterator[None]:
    """What a test registers beside them goes with it."""
    yield
    loaded = _plugins_found_once()
    for name, plugin in loaded.manager.list_name_plugin():
        if plugin is not None and name not in loaded.folders:
            loaded.manager.unregister(plugin)


@pytest.fixture(scope="session")
def newly_founded(tmp_path_factory: pytest.TempPathFactory) -> "Callable[[Settings, bool], None]":
    """``newly_founded(settings, empty)``: as ``found``, from a copy of what it made once."""
    from wiki.config import load_settings
    from wiki.founding import found
    from wiki.plugins import load_plugins

    # With the tables of plugins too: else each instance would make them when it is opened.
    load_plugins()
    made: dict[bool, Path] = {}

    def newly_founded(settings: "Settings", empty: bool) -> None:
        if settings.database_url:
            found(settings, empty=empty)
            return
        if empty not in made:
            made[empty] = tmp_path_factory.mktemp("founded") / "instance"
            found(load_settings(made[empty], environ={}), empty=empty)
        shutil.copytree(made[empty], settings.instance, dirs_exist_ok=True)

    return newly_founded


@pytest.fixture
def settings(tmp_path: Path) -> "Settings":
    """The settings of an instance in a temporary folder."""
    from wiki.config import load_settings

    return load_settings(tmp_path / "instance", environ={})


@pytest.fixture
def instance(
    settings: "Settings", newly_founded: "Callable[[Settings, bool], None]"
) -> "Iterator[Instance]":
    """An instance without a page."""
    from wiki.instance import close_instance, open_instance

    newly_founded(settings, True)
    opened = open_instance(settings)
    yield opened
    close_instance(opened)


@pytest.fixture
def starter(
    settings: "Settings", newly_founded: "Callable[[Settings, bool], None]"
) -> "Iterator[Instance]":
    """An instance with the starter content."""
    from wiki.instance import close_instance, open_instance

    newly_founded(settings, False)
    opened = open_instance(settings)
    yield opened
    close_instance(opened)


@pytest.fixture
def write(instance: "Instance") -> Callable[..., str]:
    """``write({file: text, bytes or None}, message=…)``: a commit by hand, past every door."""
    from wiki.repository.objects import Author
    from wiki.repository.writing import commit

    def write(files: dict[str, str | bytes | None], message: str = "by hand") -> str:
        changes = {
            name: value.encode() if isinstance(value, str) else value
            for name, value in files.items()
        }
        head = instance.repository.head()
        author = Author("Une main", "main@people.invalid")
        return commit(instance.repository, head, changes, author, message)

    return write


@pytest.fixture
def person(instance: "Instance") -> "Callable[..., Person]":
    """``person(name, role="member", page=None)``: an account, with PASSWORD for a password."""
    from wiki.pages.words import slug
    from wiki.people.accounts import add_person, set_page

    def person(name: str, role: str = "member", page: str | None = None) -> "Person":
        made = add_person(
            instance.private,
            email=f"{slug(name)}@example.org",
            name=name,
            role=role,
            password=PASSWORD,
        )
        return set_page(instance.private, made.id, page, by="test") if page else made

    return person


@pytest.fixture
def app(instance: "Instance") -> "Flask":
    """The Flask application of the empty instance."""
    from wiki.app import create_app

    return create_app(instance)


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    """A visitor's browser, without a screen."""
    return app.test_client()


@pytest.fixture
def log_in(app: "Flask") -> "Callable[[Person], FlaskClient]":
    """``log_in(person)``: the browser of someone signed in."""

    def log_in(person: "Person") -> "FlaskClient":
        client = app.test_client()
        data = {"email": person.email, "password": PASSWORD, "csrf_token": token(client)}
        response = client.post("/-/login", data=data)
        assert response.status_code == 303, response.get_data(as_text=True)
        return client

    return log_in


def token(client: "FlaskClient", url: str = "/-/login") -> str:
    """The CSRF token of the form at ``url``, as the client's browser would send it back."""
    page = client.get(url).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, f"no form at {url}"
    return found[1]


def block_cases(path: Path) -> "list[ParameterSet]":
    """The cases of a file that a writer can read too, for ``parametrize(("markdown", "html"), …)``.

    A case is a heading ``## what is shown``, then what a person writes, fenced by four ticks and
    the word ``markdown``, then what stands in the page, fenced alike with the word ``html``.
    Raises ValueError where a heading has no such case below it.
    """
    text = path.read_text("utf-8")
    found = [pytest.param(case[2], case[3], id=case[1]) for case in _CASE.finditer(text)]
    outside = re.sub(r"^````.*?^````$", "", text, flags=re.M | re.S)
    headings = re.findall(r"^## .+$", outside, re.M)
    if len(found) != len(headings):
        raise ValueError(f"{path.name}: {len(headings)} headings and {len(found)} whole cases")
    return found


def unkeyed(text: str) -> str:
    """``text`` without tokens and keys, where a short word that must not be there is by chance.

    A name of three letters stands in one token out of three thousand.
    """
    return _KEY.sub(lambda found: found[0] if len(found[0]) < 16 else "…", text)


def neat(html: str) -> str:
    """``html`` line by line, without the blanks that a template leaves around its lines."""
    return "\n".join(line.strip() for line in html.splitlines() if line.strip())


@pytest.fixture
def show() -> Callable[..., str]:
    """``show(markdown, ask=None)``: what stands in a page for it, with every plugin's blocks.

    The page is ``projets/lora``, in French, on 1 March 2027, shown to someone who may edit it;
    without a reader to ``ask``, nothing is known of other pages.
    """
    from datetime import date
    from zoneinfo import ZoneInfo

    from wiki.instance import template_folders
    from wiki.pages.document import read_document
    from wiki.plugins import load_plugins
    from wiki.rendering.context import RenderContext
    from wiki.rendering.pipeline import render
    from wiki.templating import environment
    from wiki.translation import use_language

    plugins = load_plugins()
    context = RenderContext(
        path="projets/lora",
        views={name: view for group in plugins.hook.block_views() for name, view in group.items()},
        may_edit=True,
        today=date(2027, 3, 1),
        templates=environment(template_folders(plugins), ZoneInfo("Europe/Paris")),
    )

    def show(markdown: str, ask: object = None) -> str:
        with use_language("fr"):
            return neat(render(read_document(markdown), replace(context, ask=ask)).html)

    return show


@pytest.fixture
def data() -> Path:
    """The folder of real data; skips the test where it is not."""
    if not (DATA / "carrefour" / "projects.jsonl").is_file():
        pytest.skip("the real data is not here (it is not ours to ship); set WIKI_TEST_DATA")
    return DATA


class Server:
    """`wiki serve` as a process of its own, at ``url``; ``live``: people write together there."""

    def __init__(self, folder: Path, workers: int = 1, *, live: bool = False) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [sys.executable, "-m", "wiki", "--instance", str(folder), "serve"]
        command += ["--port", str(self.port), "--workers", str(workers)]
        self.live_port = free_port()
        known = {"WIKI_LIVE_EDITING": str(live).lower(), "WIKI_LIVE_PORT": str(self.live_port)}
        # A group of its own: the workers end with it.
        self.process = subprocess.Popen(
            command, env={**os.environ, **known}, start_new_session=True
        )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urlopen(f"{self.url}/-/healthz", timeout=1):  # noqa: S310 - ours, on loopback
                    return
            except (URLError, ConnectionError, TimeoutError):
                if self.process.poll() is not None:
                    raise RuntimeError("the server did not start") from None
                time.sleep(0.05)
        self.stop()
        raise RuntimeError("the server did not answer within 30 seconds")

    def stop(self) -> None:
        """Ends the server and its workers."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """``serve(folder, workers=1, live=False)``: a running server; ended after the test."""
    servers: list[Server] = []

    def serve(folder: Path, workers: int = 1, *, live: bool = False) -> Server:
        servers.append(Server(folder, workers, live=live))
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium; skips where there is none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed (.ci/run installs it)")
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
