"""Processes that are killed: the others go on, and nobody is left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.request import urlopen

import pytest

from wiki.repository.process import start
from wiki.testing import Server
from wiki.testing.servers import free_port

#: seconds that a busy machine may take for anything
_PATIENCE = 60.0


def children(process: int) -> list[int]:
    """The processes that it has started and that have not ended."""
    told = Path(f"/proc/{process}/task/{process}/children")
    with suppress(FileNotFoundError, ProcessLookupError):
        return [int(one) for one in told.read_text().split()]
    return []


def eventually(so: Callable[[], object]) -> None:
    until = time.monotonic() + _PATIENCE
    while not so():
        assert time.monotonic() < until
        time.sleep(0.02)


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def answers(url: str) -> bool:
    with suppress(OSError), urlopen(url, timeout=5) as answer:  # noqa: S310 - ours, on loopback
        return bool(answer.status == 200)
    return False


@pytest.mark.parametrize("after", [0.0, 0.02, 0.1])
def test_no_worker_outlives_who_started_it(sound: Path, after: float) -> None:
    port = free_port()
    command = [sys.executable, "-m", "wiki", "--instance", str(sound), "serve"]
    options = ["--port", str(port), "--workers", "2"]
    with subprocess.Popen([*command, *options], start_new_session=True) as server:
        eventually(lambda: len(children(server.pid)) >= 2)
        time.sleep(after)  # not for anything to happen: it is the moment that is tried
        begun = children(server.pid)
        server.kill()
    eventually(lambda: not any(is_there(one) for one in begun))


def test_workers_that_die_again_and_again_do_not_end_the_wiki(
    sound: Path, serve: Callable[..., Server]
) -> None:
    server = serve(sound, workers=2)
    main = server.process.pid
    known = set(children(main))
    for _time in range(4):
        web = [one for one in children(main) if _is_web(one)]
        os.kill(max(web), signal.SIGKILL)
        eventually(partial(_new, main, frozenset(known)))
        known |= set(children(main))
        eventually(lambda: answers(f"{server.url}/-/healthz"))
    assert server.process.poll() is None
    eventually(lambda: answers(f"{server.url}/-/readyz"))


def test_a_worker_that_grew_too_large_is_replaced_and_answers_what_it_has_begun(
    sound: Path, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIKI_WORKER_MEMORY", "1")
    server = serve(sound)
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=_PATIENCE)) as line:
        line.request("GET", "/-/healthz")
        assert line.getresponse().read()
        eventually(lambda: _listeners(server.port) == 2)
        line.putrequest("POST", "/-/login")
        line.putheader("Content-Type", "application/x-www-form-urlencoded")
        line.putheader("Content-Length", "9")
        line.endheaders(b"email=")
        eventually(lambda: _listeners(server.port) == 1)
        line.send(b"a@b")
        with line.getresponse() as answer:
            assert answer.status == 400  # there is no token in it
    eventually(lambda: answers(f"{server.url}/-/readyz"))


def test_it_is_not_ready_while_a_worker_answers_nothing(
    sound: Path, serve: Callable[..., Server]
) -> None:
    server = serve(sound, workers=2)
    eventually(lambda: _listeners(server.port) == 2)  # one that loads has longer
    web = [one for one in children(server.process.pid) if _is_web(one)]

    def faults() -> list[str]:
        with (
            suppress(OSError),
            closing(HTTPConnection("127.0.0.1", server.port, timeout=5)) as line,
        ):
            line.request("GET", "/-/readyz")
            return list(json.load(line.getresponse())["faults"])
        return []

    os.kill(max(web), signal.SIGSTOP)
    eventually(lambda: faults() == ["web workers"])
    os.kill(max(web), signal.SIGCONT)
    eventually(lambda: answers(f"{server.url}/-/readyz"))


def _listeners(port: int) -> int:
    """How many sockets are listened on at the port: each web worker has one."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(int(one[1].partition(":")[2], 16) == port and one[3] == "0A" for one in lines)


def _new(process: int, known: frozenset[int]) -> set[int]:
    return set(children(process)) - known


def _is_web(process: int) -> bool:
    """Whether it is a web worker: one that has started nothing of its own."""
    return is_there(process) and not any(is_there(one) for one in children(process))


def test_a_git_that_hangs_is_ended_though_nobody_waits_for_it(sound: Path) -> None:
    """One that packs outlives who began it: with its lock, nothing would be packed ever again."""
    waiting = ["cat-file", "--batch"]
    with start(sound / "content.git", waiting, seconds=1, stdin=subprocess.PIPE) as child:
        assert child.wait(_PATIENCE) == -signal.SIGALRM
