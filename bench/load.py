"""Those who ask: a browser that keeps its connection and cookies, and wrk for many at once."""

import gzip
import os
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from bench.servers import Server
from bench.worlds import PASSWORD, email

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_BASE = re.compile(r'name="base" value="([0-9a-f]*)"')


@dataclass(frozen=True)
class Answer:
    """An answer read to its end; ``seconds`` is how long that took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        """The body as text, unpacked."""
        packed = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode("utf-8", "replace")


class Browser:
    """One reader, who may be signed in; not for several threads at once."""

    def __init__(self, server: Server) -> None:
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._cookies: dict[str, str] = {}
        self.token = ""

    @property
    def cookie(self) -> str:
        """The header that the browser sends."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path: str, **headers: str) -> Answer:
        """Asks for ``path``."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, **fields: str) -> Answer:
        """Sends a form with its CSRF token."""
        body = urlencode({**fields, "csrf_token": self.token}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, kind)

    def log_in(self, number: int = 0) -> None:
        """Signs in as one of the world's accounts."""
        self.read_form("/-/login")
        answer = self.post("/-/login", email=email(number), password=PASSWORD)
        assert answer.status == 303, answer.text
        self.read_form("/-/new")

    def read_form(self, path: str) -> str:
        """Keeps the token of the form at ``path``; returns the commit that it starts from."""
        return self.take_form(self.get(path))

    def take_form(self, answer: Answer) -> str:
        """Likewise, of a form that has been asked for."""
        token, base = _TOKEN.search(answer.text), _BASE.search(answer.text)
        assert token, f"no form: {answer.text[:200]}"
        self.token = token[1]
        return base[1] if base else ""

    def hang_up(self) -> None:
        """The next request makes a new connection."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        sent = {"Accept": "text/html", "Accept-Encoding": "gzip", **headers}
        if self._cookies:
            sent["Cookie"] = self.cookie
        begun = time.perf_counter()
        self._connection.request(method, path, body, sent)
        response = self._connection.getresponse()
        data = response.read()
        seconds = time.perf_counter() - begun
        self._keep_cookies(response)
        return Answer(response.status, dict(response.headers), data, seconds)

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie", []):
            name, _, value = header.partition(";")[0].partition("=")
            self._cookies[name] = value


@dataclass(frozen=True)
class Storm:
    """What wrk saw: requests a second, the server's CPU seconds for each, the seconds of p99."""

    rate: float
    cpu: float
    p99: float


#: asks for the addresses of a file in turn
_IN_TURN = """
local urls, turn = {}, 0
function init(args)
  for line in io.lines(os.getenv("URLS")) do urls[#urls + 1] = wrk.format("GET", line) end
end
function request() turn = turn % #urls + 1; return urls[turn] end
"""
#: so many milliseconds after each answer
_AT_REST = "function delay() return {rest} end\n"


def storm(
    server: Server,
    *paths: str,
    headers: Sequence[str] = (),
    seconds: int = 3,
    connections: int = 8,
    rest: int = 0,
) -> Storm:
    """So many ``connections`` that ask for ``paths`` in turn, all at once.

    Each ``rest``s so many milliseconds after an answer. Raises RuntimeError for failed requests.
    """
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing: sudo apt-get install wrk")
    with TemporaryDirectory() as folder:
        script, urls = Path(folder) / "turn.lua", Path(folder) / "urls"
        script.write_text(_IN_TURN + (_AT_REST.format(rest=rest) if rest else ""))
        urls.write_text("".join(f"{path}\n" for path in paths))
        command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s"]
        command += ["--latency", "-s", str(script)]
        for header in headers:
            command += ["-H", header]
        before = server.cpu()
        said = subprocess.run(
            [*command, f"http://127.0.0.1:{server.port}/"],
            env={**os.environ, "URLS": str(urls)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    used = server.cpu() - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    requests = re.search(r"(\d+) requests in", said)
    rate = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    slowest = re.search(r"99%\s+([0-9.]+)(us|ms|s)\b", said)
    assert requests and rate and slowest, said
    p99 = float(slowest[1]) * {"us": 1e-6, "ms": 1e-3, "s": 1.0}[slowest[2]]
    return Storm(float(rate[1]), used / int(requests[1]), p99)
