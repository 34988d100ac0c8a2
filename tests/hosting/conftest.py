"""A host of wikis, served as one serves it, and whoever asks there."""

import http.client
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from wiki.app import create_app
from wiki.config import Settings, load_settings
from wiki.hosting.settings import load_host, site_settings
from wiki.instance import Instance
from wiki.parts.creation import found
from wiki.people.person import Person
from wiki.testing import ForkServer, free_port, signed_in

HOST = """
port = {port}
awake = 2
sleep_minutes = 0.03
round_minutes = 0.05
[wikis]
encoder = "off"
threads = 3
metrics_token = "on a machine"
log_requests = true
"""


class Answer(NamedTuple):
    """Of a wiki."""

    status: int
    headers: Mapping[str, str]
    text: str


class Browser:
    """Somebody who asks a wiki by its host, with the cookies that it is given there."""

    def __init__(self, port: int, host: str, cookies: Mapping[str, str] | None = None) -> None:
        self._port, self._host = port, host
        self.cookies = dict(cookies or {})

    def ask(
        self,
        path: str,
        form: Mapping[str, str] | None = None,
        *,
        body: bytes | None = None,
        **headers: str,
    ) -> Answer:
        """What the wiki answers; ``form`` is posted."""
        sent = {"Host": self._host, "Accept-Language": "en"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            body = urlencode(form).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)) as line:
            line.request("GET" if body is None else "POST", path, body, sent)
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
            for one in answer.headers.get_all("Set-Cookie") or []:
                name, _equals, value = one.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(answer.status, dict(answer.getheaders()), text)

    def token(self, path: str) -> str:
        """The token of the form there."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.ask(path).text)
        assert found, f"no form at {path}"
        return found[1]


class Host:
    """A served folder of wikis."""

    def __init__(self, folder: Path, fork_server: ForkServer) -> None:
        self.folder, self._forks = folder, fork_server
        self.port = free_port()
        (folder / "host.toml").write_text(HOST.format(port=self.port), "utf-8")
        self.log = folder.parent / "log"
        self.process: Any = None

    def add(self, name: str, *more: str) -> Settings:
        """A wiki without a page, at ``https://<name>.example``, and ``more`` of its settings."""
        said = [f'base_url = "https://{name}.example"', f'site_name = "Chez {name}"', *more]
        found(load_settings(self.folder / name, {}), empty=True)
        (self.folder / name / "wiki.toml").write_text("\n".join(said), "utf-8")
        return site_settings(self.folder / name, load_host(self.folder))

    def start(self) -> None:
        """Serves the folder."""
        words = ["instances", "serve", os.fspath(self.folder)]
        with self.log.open("ab") as log, open(os.devnull) as nothing:  # noqa: PTH123
            files = (nothing.fileno(), log.fileno(), log.fileno())
            self.process = self._forks.start(words, files=files)
        self.wait(lambda: Browser(self.port, "nobody.example").ask("/").status == 421)

    def stop(self) -> None:
        """Ends it, as a service manager does."""
        self.process.terminate()
        self.process.wait(60)

    def wait(self, so: Callable[[], object]) -> None:
        """Until it is so; a minute at most."""
        until = time.monotonic() + 60
        while True:
            try:
                if so():
                    return
            except OSError:
                pass
            assert time.monotonic() < until, self.log.read_text("utf-8", "replace")
            time.sleep(0.05)

    def browser(self, name: str, cookies: Mapping[str, str] | None = None) -> Browser:
        """Somebody at a wiki of it."""
        return Browser(self.port, f"{name}.example", cookies)

    def signed_in(self, name: str, instance: Instance, person: Person) -> Browser:
        """Somebody who has signed in there."""
        app = create_app(instance)
        browser = signed_in(app, instance, person)
        cookie = browser.get_cookie(app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        return self.browser(name, {app.config["SESSION_COOKIE_NAME"]: cookie.value})


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory, fork_server: ForkServer) -> Iterator[Host]:
    """One that serves no wiki yet."""
    folder = tmp_path_factory.mktemp("many") / "wikis"
    folder.mkdir()
    host = Host(folder, fork_server)
    host.start()
    yield host
    host.stop()
