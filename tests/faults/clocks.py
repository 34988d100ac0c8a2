"""A server whose clock is wrong, and somebody who comes to it with a browser."""

import os
import re
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.faults.disks import VisitedServer


def library() -> Path:
    """What lies to a program about the time. Skips where it is not installed."""
    for found in Path("/usr/lib").glob("*/faketime/libfaketime.so.1"):
        return found
    pytest.skip("libfaketime is not installed (.ci/run installs it)")


class WrongServer(VisitedServer):
    """`wiki serve` for which it is ``by`` later than it is, or earlier.

    Its clock goes on as fast as ours; what counts seconds from its start, and git, are not lied to.
    """

    def __init__(self, folder: Path, by: timedelta) -> None:
        wrong = {
            "LD_PRELOAD": os.fspath(library()),
            "FAKETIME": f"{by.total_seconds():+.0f}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        words = [f"{name}={value}" for name, value in wrong.items()] if by else []
        super().__init__(folder, "", lambda *command: ["env", *words, *command])


class Browser:
    """Keeps cookies, and looks neither at their age nor at any clock."""

    def __init__(self) -> None:
        self._cookies: SimpleCookie = SimpleCookie()

    def ask(self, port: int, path: str, form: Mapping[str, str] | None = None) -> tuple[int, str]:
        """The status and the text of an answer; to ``form``, where one is sent."""
        said = "; ".join(f"{name}={one.value}" for name, one in self._cookies.items())
        headers = {"Cookie": said, "Referer": f"http://127.0.0.1:{port}/"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as line:
            line.request("GET" if form is None else "POST", path, urlencode(form or {}), headers)
            answer = line.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    self._cookies.load(value)
            return answer.status, answer.read().decode("utf-8", "replace")

    def send(self, port: int, path: str, **typed: str) -> int:
        """Opens the form at ``path``, fills it in and sends it; the status of the answer."""
        status, form = self.ask(port, path)
        assert status == 200, (path, status)
        fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
        return self.ask(port, path, {**fields, **typed})[0]
