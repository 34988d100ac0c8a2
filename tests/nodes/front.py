"""nginx before the nodes, as ``packaging/nginx/carrefour.conf`` has it."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

FILE = Path(__file__).parents[2] / "packaging" / "nginx" / "carrefour.conf"
#: that are named there
NODES = 3
_AROUND = """
{user}daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/carrefour.conf;
}}
"""


@dataclass
class Answer:
    """What somebody was answered."""

    status: int
    headers: Message
    text: str


def ask(port: int, path: str, method: str = "GET", **headers: str) -> Answer:
    """Asks a server of this machine, by a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, str(answer.read(), "utf-8", "replace"))
    finally:
        connection.close()


@dataclass
class Front:
    """It runs, at ``port``; ``log`` and ``kept`` are where the file says."""

    port: int
    folder: Path
    _asked: int = 0

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """What is answered through it; it is done with that, and has kept what it keeps."""
        answer = ask(self.port, path, method, **headers)
        self._asked += 1
        until(lambda: len(self.lines()) == self._asked)
        return answer

    def upstream(self, how: str, port: int) -> None:
        """Takes a node out ("without") or in ("with") as operators do."""
        known = {"CONF": f"{self.folder}/carrefour.conf", "PID": f"{self.folder}/nginx.pid"}
        command = [str(FILE.with_name("upstream")), how, f"127.0.0.1:{port}"]
        subprocess.run(command, env={**os.environ, **known}, check=True)

    def is_asked(self, port: int) -> None:
        """Waits until nginx has asked that node once more."""
        log = self.folder / "access.log"
        begun = log.stat().st_size
        until(lambda: f" 127.0.0.1:{port} ".encode() in log.read_bytes()[begun:])

    def lines(self) -> list[str]:
        """Of its log: what is over."""
        return (self.folder / "access.log").read_text("utf-8").splitlines()

    def keeps(self, words: str) -> bool:
        """Whether these words are in what it keeps; those that it is sent are not compressed."""
        files = [one for one in (self.folder / "kept").rglob("*") if one.is_file()]
        return any(words.encode() in one.read_bytes() for one in files)


def _set(text: str, before: str, after: str) -> str:
    """``text`` adapted where the operator adapts it: nothing else may be."""
    made, number = re.subn(rf"^ *{before}(?= .*# <--$)", after, text, flags=re.MULTILINE)
    assert number == 1, before
    return made


@contextmanager
def fronting(port: int, pages: list[int], live: list[int]) -> Iterator[Front]:
    """nginx at ``port`` before nodes of these ports; skips where it is not installed."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed")
    with TemporaryDirectory(prefix="front-", dir="/tmp") as name:
        folder = Path(name)
        text = FILE.read_text("utf-8")
        for number in range(NODES):
            for ports, at in ((pages, 8080), (live, 8081)):
                there = f"server 127.0.0.1:{ports[number]}" if number < len(ports) else "#"
                text = _set(text, rf"server 10\.213\.0\.1{number + 1}:{at}", there)
        text = _set(
            text, "proxy_cache_path /var/cache/nginx/carrefour", f"proxy_cache_path {folder}/kept"
        )
        text = _set(
            text, "access_log /var/log/nginx/carrefour.log", f"access_log {folder}/access.log"
        )
        text = _set(text, "listen 443 ssl;", f"listen 127.0.0.1:{port};")
        text = _set(text, "http2 on;", "")
        text = _set(text, "server_name wiki.example.org;", "server_name 127.0.0.1;")
        for word in ("ssl_certificate", "ssl_certificate_key"):
            text = _set(text, rf"{word} +\S+;", "")
        (folder / "carrefour.conf").write_text(text, "utf-8")
        # Its workers are nobody's else, who may not come into our folder.
        user = "user root; " if os.getuid() == 0 else ""
        conf = folder / "nginx.conf"
        conf.write_text(_AROUND.format(folder=folder, user=user), "utf-8")
        child = subprocess.Popen(
            [nginx, "-c", str(conf), "-e", str(folder / "start.log")],
            env={"PATH": os.environ["PATH"]},
            start_new_session=True,
        )
        try:
            _wait(port, child)
            yield Front(port, folder)
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(60)


def _wait(port: int, child: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert child.poll() is None and time.monotonic() < until
            time.sleep(0.02)
        else:
            return


def until(so: Callable[[], object]) -> None:
    """Waits until that is so."""
    ends = time.monotonic() + 60
    while not so():
        assert time.monotonic() < ends
        time.sleep(0.01)
