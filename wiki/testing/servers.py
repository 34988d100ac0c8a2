"""A wiki as a process of its own, and a browser that opens it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest


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
