"""Servers under measurement: the wiki, and a bare one-route Flask app, both by granian.

Each is a group of processes of its own, whose CPU time and memory ``/proc`` tells.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

#: seconds of CPU in a second that are as good as none
_QUIET = 0.1
_TICK = os.sysconf("SC_CLK_TCK")
#: processes and threads: the same for the wiki and for its reference
WORKERS, THREADS = max(2, os.cpu_count() or 2), 4
_UNLIMITED = {"WIKI_SAVES_PER_MINUTE": "1000000", "WIKI_SEARCHES_PER_MINUTE": "1000000"}


class Server:
    """A server that listens on ``port``; ``begun`` is when its process was started."""

    def __init__(
        self, command: list[str], port: int, environ: Mapping[str, str], log: Path | None = None
    ) -> None:
        self.port = port
        self._log = log or Path(os.devnull)
        self._command, self._environ = command, {**_environ(), **environ}
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self.begun = time.perf_counter()
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command, env=self._environ, stdout=log, stderr=log, start_new_session=True
            )

    def pids(self) -> list[int]:
        """The processes of the server, the first one first; what has just ended is left out."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            with suppress(FileNotFoundError, ProcessLookupError):
                for thread in Path(f"/proc/{pid}/task").iterdir():
                    waiting += map(int, (thread / "children").read_text().split())
                found.append(pid)
        return found

    def workers(self) -> list[int]:
        """Those that answer, as far as Python runs them: no helper such as git."""
        first, *others = self.pids()
        python, found = Path(f"/proc/{first}/exe").readlink(), []
        for pid in others:
            with suppress(FileNotFoundError, ProcessLookupError):
                if Path(f"/proc/{pid}/exe").readlink() == python:
                    found.append(pid)
        return found

    def cpu(self, name: str = "") -> float:
        """Seconds of CPU that the server and its children have used; ``name``: those called so."""
        total = 0
        for pid in self.pids():
            with suppress(FileNotFoundError, ProcessLookupError):
                if name and Path(f"/proc/{pid}/comm").read_text().strip() != name:
                    continue
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                total += sum(map(int, fields[11:15]))
        return total / _TICK

    def memory(self, pid: int) -> tuple[float, float]:
        """Resident and proportional memory of a process, in MB."""
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        sizes = dict(re.findall(r"^(Rss|Pss):\s+(\d+) kB", rollup, re.M))
        return int(sizes["Rss"]) / 1000, int(sizes["Pss"]) / 1000

    def shares(self) -> list[float]:
        """The proportional memory of each of its processes, in MiB, the largest first."""
        found = []
        for pid in self.pids():
            with suppress(FileNotFoundError, ProcessLookupError, KeyError):
                found.append(self.memory(pid)[1] * 1e6 / 2**20)
        return sorted(found, reverse=True)

    def memory_of_all(self) -> float:
        """The proportional memory of all its processes, in MiB."""
        return sum(self.shares())

    def settle(self, patience: float = 120.0) -> None:
        """Waits until what a start brings about is done: it uses no CPU to speak of."""
        until, used = time.perf_counter() + patience, -1.0
        while (now := self.cpu()) - used > _QUIET and time.perf_counter() < until:
            used = now
            time.sleep(1)

    def wait(self, path: str = "/", patience: float = 60.0) -> float:
        """Asks until ``path`` is answered; returns the seconds since the server's start."""
        until = self.begun + patience
        while time.perf_counter() < until:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=patience)
            try:
                connection.request("GET", path)
                if connection.getresponse().status < 500:
                    return time.perf_counter() - self.begun
            except OSError:
                time.sleep(0.005)
            finally:
                connection.close()
        raise TimeoutError(f"no answer on port {self.port}")

    def start_again(self, sign: signal.Signals = signal.SIGTERM) -> None:
        """Ends it by ``sign``, and starts it again without waiting for an answer."""
        self.stop(sign)
        self.process = self._start()

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> None:
        """Ends it, and waits until it has."""
        self.process.send_signal(sign)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextmanager
def serving(
    folder: Path,
    *,
    wait: bool = True,
    workers: int = WORKERS,
    log: Path | None = None,
    port: int = 0,
    **settings: str,
) -> Iterator[Server]:
    """The wiki in ``folder``; ``settings`` are variables of its environment."""
    port = port or _free_port()
    command = [
        *(sys.executable, "-m", "wiki", "serve", "--instance", str(folder)),
        *("--port", str(port), "--workers", str(workers)),
    ]
    with _running(Server(command, port, {**_UNLIMITED, **settings}, log), wait=wait) as server:
        yield server


@contextmanager
def bare_flask(
    *, wait: bool = True, workers: int = WORKERS, body: Path | None = None
) -> Iterator[Server]:
    """The reference: one Flask route that gives 12 KB, by the same server.

    With ``body`` it gives that, without Flask.
    """
    port = _free_port()
    app = "app" if body is None else "constant"
    command = [
        *(sys.executable, "-m", "granian", f"bench.bare:{app}", "--interface", "wsgi"),
        *("--port", str(port), "--workers", str(workers), "--blocking-threads", str(THREADS)),
        *("--no-ws", "--log-level", "warning", "--blocking-threads-idle-timeout", "600"),
    ]
    environ = {} if body is None else {"BODY": str(body)}
    with _running(Server(command, port, environ), wait=wait) as server:
        yield server


@contextmanager
def nginx(folder: Path) -> Iterator[Server]:
    """The reference for what is only sent: the files of ``folder``, by as many workers."""
    port = _free_port()
    (folder / "nginx.conf").write_text(
        f"""worker_processes {WORKERS}; pid {folder}/pid; error_log stderr crit; daemon off;
        events {{ worker_connections 256; }}
        http {{ access_log off; keepalive_requests 1000000; default_type text/html;
          server {{ listen 127.0.0.1:{port}; root {folder}; }} }}"""
    )
    command = [
        "/usr/sbin/nginx",
        "-e",
        "stderr",
        "-p",
        str(folder),
        "-c",
        str(folder / "nginx.conf"),
    ]
    with _running(Server(command, port, {}), wait=True) as server:
        yield server


@contextmanager
def _running(server: Server, *, wait: bool) -> Iterator[Server]:
    try:
        if wait:
            server.wait()
        yield server
    finally:
        server.stop()


def _environ() -> dict[str, str]:
    """As on a server of one's own: compiled modules are kept, and no setting leaks in."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WIKI_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
