"""A wiki as a process of its own, the browser that opens it, and who is known there."""

import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from wiki.testing import databases
from wiki.testing.fork_server import ForkedProcess, ForkServer
from wiki.testing.wikis import opened

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from wiki.config import Settings
    from wiki.instance import Instance

#: the ports that this process was given
_given: set[int] = set()
#: those pages are of a wiki that is alone with its database, where nobody listens (``once.py``)
_ALONE = """
from wiki.cache.lease import Lease
Lease.holds = True
"""
_WEB = """
from wiki.config import load_settings
from wiki.server import prepare, serve_web
serve_web(prepare(load_settings()))
"""


class Served:
    """A wiki at ``url``, served by ``process``, whose group ends with it."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: ForkedProcess | subprocess.Popen[bytes]

    def stop(self) -> None:
        """Ends the server and its workers."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(60)
            except (TimeoutError, subprocess.TimeoutExpired):
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(60)


class WebServer(Served):
    """A wiki's pages, and nothing that runs beside them: no mail leaves by itself."""

    def __init__(self, fork_server: ForkServer, folder: Path) -> None:
        super().__init__(folder)
        known = {"WIKI_INSTANCE": str(folder), "WIKI_PORT": str(self.port), "WIKI_WORKERS": "1"}
        code = _ALONE + _WEB if databases.leads(folder) else _WEB
        self.process = fork_server.start([], {**os.environ, **known}, code=code)
        _wait_for(self)


class Server(Served):
    """`wiki serve`; ``live``: people write together there.

    Forked by ``fork_server``; without it, as one types it. Where that command is tried, or what
    runs beside the pages: see ``WebServer``. What was installed is tried in its place where
    ``WIKI_TEST_COMMAND`` names it: "python3 dist/carrefour.pyz".
    """

    def __init__(
        self,
        fork_server: ForkServer | None,
        folder: Path,
        workers: int = 1,
        *,
        live: bool = False,
        port: int = 0,
        live_port: int = 0,
    ) -> None:
        super().__init__(folder, port)
        words = ["--instance", str(folder), "serve"]
        words += ["--port", str(self.port), "--workers", str(workers)]
        self.live_port = live_port or free_port()
        for taken in filter(None, (port, live_port)):
            _wait_until_free(taken)
        known = {"WIKI_LIVE_EDITING": str(live).lower(), "WIKI_LIVE_PORT": str(self.live_port)}
        environ = {**os.environ, **known}
        installed = shlex.split(os.environ.get("WIKI_TEST_COMMAND", ""))
        if fork_server and not installed:
            self.process = fork_server.start(words, environ)
        else:
            command = [*(installed or (sys.executable, "-m", "wiki")), *words]
            self.process = subprocess.Popen(command, env=environ, start_new_session=True)
        _wait_for(self)


def _wait_until_free(port: int) -> None:
    # Who was killed a moment ago has processes that may listen until they are gone as well.
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _wait_for(server: Served) -> None:
    # Long on a busy machine.
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{server.url}/-/healthz", timeout=5):  # noqa: S310 - ours, on loopback
                return
        except (URLError, ConnectionError, TimeoutError):
            if server.process.poll() is not None:
                raise RuntimeError("the server did not start") from None
            time.sleep(0.02)
    server.stop()
    raise RuntimeError("the server did not answer within 90 seconds")


@pytest.fixture(scope="session")
def fork_server(compiled_templates: Path) -> Iterator[ForkServer]:
    """A process that has loaded the wiki, and becomes a command or a server: ``fork_server``."""
    made = ForkServer(compiled_templates)
    yield made
    made.end()


@pytest.fixture
def serve(fork_server: ForkServer) -> Iterator[Callable[..., Server]]:
    """``serve(folder, workers=1, live=False, anew=False)``: a server; ended after the test.

    ``anew``: as one types it, loading the wiki by itself. ``port``, ``live_port``: where another
    one was before.
    """
    servers: list[Server] = []

    def serve(folder: Path, workers: int = 1, *, anew: bool = False, **more: Any) -> Server:
        servers.append(Server(None if anew else fork_server, folder, workers, **more))
        return servers[-1]

    yield serve
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def web_server(fork_server: ForkServer) -> Callable[[Path], WebServer]:
    """``web_server(folder)``: its pages, served; whoever asks for it ends it."""
    return lambda folder: WebServer(fork_server, folder)


@pytest.fixture
def serve_web(web_server: Callable[[Path], WebServer]) -> Iterator[Callable[[Path], WebServer]]:
    """``serve_web(folder)``: its pages, served until the end of the test."""
    servers: list[WebServer] = []

    def serve_web(folder: Path) -> WebServer:
        servers.append(web_server(folder))
        return servers[-1]

    yield serve_web
    for server in servers:
        server.stop()


@pytest.fixture(scope="session")
def starter_site(
    tmp_path_factory: pytest.TempPathFactory,
    found_wiki: "Callable[[Settings, bool], None]",
    web_server: Callable[[Path], WebServer],
) -> "Iterator[tuple[Instance, str]]":
    """A wiki with the starter content, and its address: all who want no more than that share it."""
    from wiki.config import load_settings

    folder = tmp_path_factory.mktemp("site") / "instance"
    folder.mkdir()
    # The slow encoder takes a second for ten texts; it has tests of its own.
    (folder / "wiki.toml").write_text('encoder = "use"\n', "utf-8")
    settings = load_settings(folder, environ={})
    found_wiki(settings, False)
    with opened(settings) as instance:
        server = web_server(settings.instance)
        yield instance, server.url
        server.stop()
    databases.release(settings.instance)


def sign_in(context: Any, url: str, client: "FlaskClient") -> None:
    """Makes a browser at ``url`` that of whom ``client`` is signed in as."""
    name = client.application.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    context.add_cookies(
        [{"name": name, "value": cookie.value, "url": url, "httpOnly": True, "sameSite": "Lax"}]
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium; skips where there is none.

    Where WIKI_TEST_LATE is "300" the tests are so many milliseconds behind it after each step.
    """
    path = chromium_path()
    if path is None:
        pytest.skip("Chromium is not installed (.ci/run installs it)")
    from playwright.sync_api import expect, sync_playwright

    # As long as for all else that is waited for: a busy machine takes its time.
    expect.set_options(timeout=30_000)

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
        late = float(os.environ.get("WIKI_TEST_LATE", "0"))
        browser: Any = playwright.chromium.launch(executable_path=path, args=flags, slow_mo=late)
        # What a test sees comes from the server, but where it tries what is kept on a device.
        made = browser.new_context
        browser.new_context = lambda **given: _slowed(made(**{"service_workers": "block", **given}))
        yield browser
        browser.close()


def _slowed(context: Any) -> Any:
    """Where WIKI_TEST_SLOW is "6": a browser six times slower, each answer 0.3 s late.

    What fails in it fails by chance on a slow machine, and in the hands of who has one.
    """
    slow = int(os.environ.get("WIKI_TEST_SLOW", "0"))
    if not slow:
        return context
    sessions: list[Any] = []
    line = {"offline": False, "latency": 50 * slow}
    line |= dict.fromkeys(("downloadThroughput", "uploadThroughput"), -1)
    opened, parted = context.new_page, context.set_offline

    def new_page() -> Any:
        page = opened()
        sessions.append(context.new_cdp_session(page))
        sessions[-1].send("Emulation.setCPUThrottlingRate", {"rate": slow})
        sessions[-1].send("Network.enable")
        sessions[-1].send("Network.emulateNetworkConditions", line)
        return page

    def set_offline(offline: bool) -> None:
        line["offline"] = offline
        for session in sessions:
            # That of a page that was shut meanwhile is shut with it.
            with suppress(Exception):
                session.send("Network.emulateNetworkConditions", line)
        parted(offline)

    context.new_page, context.set_offline = new_page, set_offline
    return context


def chromium_path() -> str | None:
    """Where a Chromium is: one without windows, whose pages take half of the work, or another."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


def free_port() -> int:
    """A port of loopback that nobody listens on, another each time.

    Below those that a system gives to connections, and apart from those of the processes that run
    other tests: between here and its server nobody gets it.
    """
    many = 15_000 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    first = 15_000 + many * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = first + secrets.randbelow(many)
        with socket.socket() as sock, suppress(OSError):
            sock.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port
