"""A host of many small wikis: its memory, asleep and awake, and how long who wakes one waits.

Each is asked for its first page once, then half of them again, which have slept since. What counts
of memory is what its processes have written (anonymous and shared memory, each piece once): files
of Python, which other programs may share, are the same for one wiki and for many.
"""

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from bench.lines import Line
from bench.servers import Server
from wiki.config import load_settings
from wiki.instance import close_instance, open_instance
from wiki.parts.creation import found
from wiki.testing import free_port

#: wikis, and how many may be awake together
WIKIS, _AWAKE = 200, 10
#: MB that one more may take while it sleeps
_MOST = 3.0
_HOST = """
port = {port}
awake = {awake}
sleep_minutes = 0.1
round_minutes = 600
[wikis]
encoder = "off"
"""


class _Measured(NamedTuple):
    """Of a host: MB before anybody asks, the most meanwhile, once all sleep again; who waited."""

    before: float
    most: float
    after: float
    first: "_Waits"
    again: "_Waits"


class _Waits(NamedTuple):
    """Of those that were asked: seconds until the page was there, and of the processor for it."""

    seconds: list[float]
    cpu: list[float]

    def __str__(self) -> str:
        long = quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else self.seconds[0]
        return f"p50 {median(self.seconds):.2f} s, p95 {long:.2f}, longest {max(self.seconds):.2f}"


def run(wikis: int = WIKIS) -> Iterator[Line]:
    """A host of one wiki, then of so many."""
    alone = _measured(1)
    many = _measured(wikis)
    for what, one, all_ in zip(
        ("as it starts", "awake", "all asleep again"), alone[:3], many[:3], strict=True
    ):
        yield Line(
            f"Memory of a host of {wikis} wikis, {what}", f"{all_:.0f} MB", f"of one {one:.0f} MB"
        )
    each = (many.after - alone.after) / max(wikis - 1, 1)
    yield Line(
        "… for each that sleeps", f"{each:.2f} MB", target=f"≤ {_MOST} MB", reached=each <= _MOST
    )
    load = f"load {os.getloadavg()[1]:.1f}"
    for what, waits in (("was just made", many.first), ("slept", many.again)):
        cpu = f"{median(waits.cpu):.2f} s of the processor"
        yield Line(f"First page of one that {what}", str(waits), f"{cpu}, {load}")


def _measured(wikis: int) -> _Measured:
    with tempfile.TemporaryDirectory() as name, _host(Path(name), wikis) as server:
        quiet = _settled(server, 0)
        before, most = _memory(server), 0.0
        first, again = _Waits([], []), _Waits([], [])
        for waits, numbers in ((first, range(wikis)), (again, range(0, wikis, 2))):
            for number in numbers:
                _wake(server, number, waits)
                most = max(most, _memory(server))
            _settled(server, quiet)
        return _Measured(before, most, _memory(server), first, again)


def _wake(server: Server, number: int, waits: _Waits) -> None:
    """Asks for a page; what the processes of this wiki did for it is in ``waits``."""
    others = set(server.pids())
    begun = time.monotonic()
    _ask(server.port, number)
    waits.seconds.append(time.monotonic() - begun)
    waits.cpu.append(sum(map(_cpu, set(server.pids()) - others)))


def _cpu(pid: int) -> float:
    """Seconds of the processor that it has used."""
    with suppress(FileNotFoundError, ProcessLookupError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
    return 0.0


@contextmanager
def _host(folder: Path, wikis: int) -> Iterator[Server]:
    """One served below ``folder``, each wiki a copy of one that is made as the command does."""
    port = free_port()
    first = load_settings(folder / "first", environ={})
    found(first)
    instance = open_instance(first)
    instance.projections.build(list(instance.projections))
    close_instance(instance)
    served = folder / "wikis"
    served.mkdir()
    for number in range(wikis):
        shutil.copytree(folder / "first", served / f"wiki{number}", symlinks=True)
        (served / f"wiki{number}" / "wiki.toml").write_text(
            f'base_url = "https://{_name(number)}"\n'
        )
    (served / "host.toml").write_text(_HOST.format(port=port, awake=_AWAKE))
    command = [sys.executable, "-m", "wiki", "instances", "serve", str(served)]
    server = Server(command, port, {})
    try:
        server.wait("/-/healthz")
        yield server
    finally:
        server.stop()


def _name(number: int) -> str:
    return f"wiki{number}.example"


def _ask(port: int, number: int) -> None:
    """Until it answers: what was just found is not served yet."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        line = HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            line.request("GET", "/", headers={"Host": _name(number)})
            answer = line.getresponse()
            answer.read()
            if answer.status == 200:
                return
        finally:
            line.close()
        time.sleep(0.2)
    raise TimeoutError(_name(number))


def _settled(server: Server, quiet: int) -> int:
    """How many processes there are once as many are left as ``quiet``, or no more of them go."""
    until, since, last = time.monotonic() + 300, time.monotonic(), 0
    while time.monotonic() < until:
        now = len(server.pids())
        if now != last:
            last, since = now, time.monotonic()
        if time.monotonic() - since > 10 and now <= (quiet or now):
            return now
        time.sleep(0.5)
    raise TimeoutError(f"{last} processes are left of {quiet}")


def _memory(server: Server) -> float:
    """MB that all its processes have written."""
    total = 0
    for pid in server.pids():
        with suppress(FileNotFoundError, ProcessLookupError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += sum(map(int, re.findall(r"^Pss_(?:Anon|Shmem):\s+(\d+) kB", rollup, re.M)))
    return total / 1000


def main() -> None:
    """``python -m bench.hosts --wikis 60`` for fewer."""
    parser = argparse.ArgumentParser(prog="python -m bench.hosts")
    parser.add_argument("--wikis", type=int, default=WIKIS)
    for line in run(parser.parse_args().wikis):
        print(f"{line.what}: {line.value} | {line.reference} {line.target}", flush=True)


if __name__ == "__main__":
    main()
