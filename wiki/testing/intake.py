"""The child in which an import reads, forked from a process that has loaded the wiki.

By itself it takes a second and a half to load all plugins, at each of the two or three steps of an
import. Its limits, its folder, what it knows of us and what it answers are those of any other.
"""

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from wiki.testing.fork_server import ForkServer

_CHILD = """
from wiki.sandbox import child, limits
limits.take_limits({}, {}, {})
child.main()
"""
#: how the command of such a child goes on after Python's name
_ASKED = ["-P", "-m", "wiki.sandbox.child", "wiki.imports.intake"]


@pytest.fixture(autouse=True, scope="session")
def imports_read_by_forks(request: pytest.FixtureRequest) -> Iterator[None]:
    """All imports of this process; see ``imports_read_anew``."""
    from wiki.sandbox import runner

    run_anew = runner._run

    def run(
        command: Sequence[str],
        folder: Path,
        bounds: tuple[float, int, int],
        environment: Mapping[str, str],
    ) -> None:
        if list(command[1:5]) != _ASKED:
            run_anew(command, folder, bounds, environment)
            return
        # Begun when it is wanted: most tests start no process.
        fork_server: ForkServer = request.getfixturevalue("fork_server")
        _run_forked(fork_server, command[4:], folder, bounds, environment)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "_run", run)
        yield


@pytest.fixture
def imports_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import's child is started as in a running wiki."""
    monkeypatch.setattr("wiki.testing.intake._ASKED", [])


def _run_forked(
    fork_server: ForkServer,
    words: Sequence[str],
    folder: Path,
    bounds: tuple[float, int, int],
    environment: Mapping[str, str],
) -> None:
    from wiki.sandbox.runner import _PATIENCE, Failed, TimedOut

    seconds, memory, size = bounds
    own = {"LANG": "C.UTF-8", "HOME": os.fspath(folder), "TMPDIR": os.fspath(folder)}
    process = fork_server.start(
        *(words, {**own, **environment}),
        code=_CHILD.format(int(seconds) + 1, memory, size),
        folder=folder,
    )
    try:
        status = process.wait(_PATIENCE * seconds)
    except TimeoutError:
        raise TimedOut from None
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if status == -signal.SIGXCPU:
        raise TimedOut
    if status:
        raise Failed
