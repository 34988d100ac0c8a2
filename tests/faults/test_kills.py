"""`wiki serve` and its processes killed while several save: what was told to be saved is there."""

import os
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from html import unescape
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest

from wiki.app import create_app
from wiki.instance import close_instance
from wiki.people.accounts import find_person
from wiki.testing import Server
from wiki.testing.browsers import signed_in

from .conftest import opened
from .test_processes import children, eventually, is_there

_WRITERS = 3


class Writer(threading.Thread):
    """Adds line after line to a page of its own, and notes which were acknowledged."""

    def __init__(self, name: str, cookie: str) -> None:
        super().__init__(daemon=True)
        self.page = f"ecrits/{name}"
        self.port = 0
        self.acknowledged: list[str] = []
        self.tried: list[str] = []
        self.ended = threading.Event()
        self._cookie = cookie

    def run(self) -> None:
        """Until it is told to end; a line that broke is begun anew."""
        while not self.ended.is_set():
            line = HTTPConnection("127.0.0.1", self.port, timeout=60)
            with closing(line), suppress(OSError, HTTPException):
                self._write(line)
            # Nobody asks a thousand times a second: that would take a core from who starts.
            self.ended.wait(0.05)

    def _write(self, line: HTTPConnection) -> None:
        while not self.ended.is_set():
            form = self._ask(line, "GET", f"/-/edit/{self.page}")[1]
            fields = dict(re.findall(r'name="(csrf_token|base)" value="([^"]*)"', form))
            if "csrf_token" not in fields:
                continue
            text = re.search(r'<textarea[^>]* id="text"[^>]*>\n?(.*?)</textarea>', form, re.S)
            self.tried.append(f"{self.page[7:]}-{len(self.tried)}-fin")
            fields["text"] = f"{unescape(text[1]) if text else ''}\n{self.tried[-1]}\n"
            body = urlencode(fields)
            if self._ask(line, "POST", f"/-/edit/{self.page}", body)[0] == 303:
                self.acknowledged.append(self.tried[-1])

    def _ask(self, line: HTTPConnection, method: str, url: str, body: str = "") -> tuple[int, str]:
        headers = {
            "Cookie": self._cookie,
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": f"http://127.0.0.1:{self.port}/",
        }
        line.request(method, url, body, headers)
        answer = line.getresponse()
        # The token of a form goes with the session that it was made for.
        if kept := answer.headers.get("Set-Cookie"):
            self._cookie = kept.partition(";")[0]
        return answer.status, answer.read().decode("utf-8", "replace")


@pytest.mark.parametrize(
    "kills", [6, pytest.param(500, marks=(pytest.mark.faults, pytest.mark.timeout(3400)))]
)
def test_nothing_acknowledged_is_lost_or_doubled(
    sound: Path, serve: Callable[..., Server], kills: int
) -> None:
    instance = opened(sound)
    person = find_person(instance.private, "awa@example.org")
    assert person is not None
    app = create_app(instance)
    client = signed_in(app, instance, person)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    close_instance(instance)
    writers = [Writer(f"w{number}", f"{cookie.key}={cookie.value}") for number in range(_WRITERS)]
    some, done, starts = Random(16), Counter[str](), []  # noqa: S311 - the same each time
    server = serve(sound, workers=2)
    for writer in writers:
        writer.port = server.port
        writer.start()
    for number in range(kills):
        before = _acknowledged(writers)
        wanted = some.randint(1, 4)
        eventually(partial(_grown, writers, before + wanted))
        time.sleep(some.random() * 0.03)  # not for anything to happen: it is the moment
        which = "all" if number % 3 == 2 else some.choice(("worker", "git"))
        done[which] += 1
        if which == "all":
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait(60)
            began = time.monotonic()
            server = serve(sound, workers=2)
            starts.append(time.monotonic() - began)
            for writer in writers:
                writer.port = server.port
        else:
            for process in list(_of_kind(server.process.pid, which))[:1]:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
    before = _acknowledged(writers)
    eventually(partial(_grown, writers, before + 3))
    for writer in writers:
        writer.ended.set()
    for writer in writers:
        writer.join(60)
    server.stop()
    _compare(sound, writers)
    starts.sort()
    print(  # noqa: T201 - for who runs the long set
        f"{dict(done)} kills, {_acknowledged(writers)} acknowledged of "
        f"{sum(len(one.tried) for one in writers)} saves; start: {starts[len(starts) // 2]:.2f} s, "
        f"longest {starts[-1]:.2f} s"
    )


def _compare(folder: Path, writers: list[Writer]) -> None:
    """The ledger of the writers against git."""
    lost, doubled = [], []
    for writer in writers:
        added = Counter(_added(folder, f"{writer.page}.md"))
        there = Counter(_git(folder, "show", f"main:{writer.page}.md").split())
        lost += [one for one in writer.acknowledged if there[one] != 1 or added[one] != 1]
        doubled += [one for one in writer.tried if there[one] > 1 or added[one] > 1]
    assert (lost, doubled) == ([], [])
    assert _git(folder, "fsck", "--full", "--no-dangling", "--no-progress") == ""


def _added(folder: Path, file: str) -> Iterator[str]:
    """The words that commits have put into the file."""
    for line in _git(folder, "log", "-p", "--format=", "main", "--", file).splitlines():
        if line.startswith("+") and not line.startswith("+++"):
            yield from line[1:].split()


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder / "content.git"), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _acknowledged(writers: list[Writer]) -> int:
    return sum(len(one.acknowledged) for one in writers)


def _grown(writers: list[Writer], number: int) -> bool:
    return _acknowledged(writers) >= number


def _of_kind(process: int, which: str) -> Iterator[int]:
    """The web workers of a server, or the gits of one of them."""
    for child in children(process):
        gits = [one for one in children(child) if _name(one) == "git"]
        if which == "git":
            yield from gits
        elif is_there(child) and _name(child) != "git":
            yield child


def _name(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/comm").read_text().strip()
    return ""
