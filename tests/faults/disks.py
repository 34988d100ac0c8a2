"""Small disks that are mounted, filled and made read-only, each where one process alone sees it."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest

from wiki.testing.servers import Served

#: the file that takes what room there is, the folder that takes all files
_FILL, _FILES = "fill", "files"
#: in a space of mounts of its own; who is not root may make one where the kernel lets them
_OWN = ["--mount"] if os.geteuid() == 0 else ["--user", "--map-root-user", "--mount"]
_ENTER = ["--mount"] if os.geteuid() == 0 else ["--user", "--preserve-credentials", "--mount"]


class Disk:
    """A file system in memory at ``place``, which only those who ``enter`` see."""

    def __init__(self, place: Path, options: str) -> None:
        self.place = place
        place.mkdir()
        words = 'mount -t tmpfs -o "$0" none "$1" && echo mounted && exec cat'
        self._keeper = subprocess.Popen(
            ["unshare", *_OWN, "sh", "-c", words, options, str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._keeper.stdout is not None
        if self._keeper.stdout.readline() != b"mounted\n":
            self._keeper.kill()
            said = self._keeper.communicate()[1].decode()
            pytest.skip(f"no disk can be mounted here: {said.strip()}")

    def enter(self, *command: str) -> list[str]:
        """The command that runs ``command`` where the disk is seen."""
        there = ["nsenter", "--target", str(self._keeper.pid), *_ENTER]
        return [*there, "sh", "-c", 'cd "$0" && exec "$@"', str(Path.cwd()), *command]

    def run(self, *command: str) -> str:
        """What ``command`` prints there."""
        done = subprocess.run(self.enter(*command), check=True, capture_output=True, text=True)
        return done.stdout

    def copy(self, folder: Path) -> Path:
        """A copy of ``folder`` on the disk."""
        self.run("cp", "-a", str(folder), str(self.place / folder.name))
        return self.place / folder.name

    def mount(self, how: str) -> None:
        """Mounts it anew, ``ro`` or ``rw``."""
        self.run("mount", "-o", f"remount,{how}", str(self.place))

    def fill(self) -> None:
        """Leaves no room on it."""
        fill = 'cat /dev/zero > "$0" 2>/dev/null; sync "$0"; true'
        self.run("sh", "-c", fill, str(self.place / _FILL))

    def fill_names(self) -> None:
        """Lets no file be made on it."""
        words = 'mkdir "$0"; i=0; while : 2>/dev/null > "$0/$i"; do i=$((i+1)); done; true'
        self.run("bash", "-c", words, str(self.place / _FILES))

    def clear(self) -> None:
        """Gives the room back."""
        self.run("rm", "-rf", str(self.place / _FILL), str(self.place / _FILES))

    def end(self) -> None:
        """Nobody sees it any more."""
        self._keeper.communicate()


class VisitedServer(Served):
    """`wiki serve`, asked by somebody who is signed in by ``cookie``; ``start`` is its command."""

    def __init__(self, folder: Path, cookie: str, start: Callable[..., list[str]]) -> None:
        super().__init__(folder)
        self._cookie = {"Cookie": f"session={cookie}"}
        command = [sys.executable, "-m", "wiki", "--instance", str(folder), "serve"]
        options = ["--port", str(self.port), "--workers", "1"]
        self.process = subprocess.Popen(start(*command, *options), start_new_session=True)
        self.wait_for("/-/healthz", 200)

    def ask(
        self, path: str, form: Mapping[str, str] | None = None, *, visitor: bool = False
    ) -> tuple[int, str]:
        """The status and the text of an answer; to ``form``, where one is sent."""
        headers = {} if visitor else dict(self._cookie)
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(connection):
            method = "GET" if form is None else "POST"
            connection.request(method, path, urlencode(form or {}), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")

    def wait_for(self, path: str, status: int) -> None:
        """Until it is answered so."""
        until = time.monotonic() + 60
        found = 0
        while found != status:
            assert time.monotonic() < until, (path, found)
            assert self.process.poll() is None
            with suppress(OSError, HTTPException):
                found = self.ask(path)[0]
            time.sleep(0.02)

    def send(self, path: str, **typed: str) -> tuple[int, str]:
        """What is said to somebody who opens the form at ``path``, fills it in and sends it."""
        status, form = self.ask(path)
        assert status == 200
        fields = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
        return self.ask(path, {**fields, **typed})


class DiskServer(VisitedServer):
    """Such a one, on a folder of ``disk``."""

    def __init__(self, disk: Disk, folder: Path, cookie: str) -> None:
        super().__init__(folder, cookie, disk.enter)
