"""Calls to the system that fail in a process that runs, one at a time, told by their number."""

import resource
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Calls:
    """The calls of one name that were made, and what was done to the one that was to fail."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    @property
    def failed(self) -> str:
        """The call that was made to fail, as strace tells it; nothing where none was."""
        return next((line for line in self.lines if line.endswith("(INJECTED)")), "")


@contextmanager
def failing(
    process: int, call: str, number: int, log: Path, files: Iterable[Path] = ()
) -> Iterator[Calls]:
    """Inside, each thread of ``process`` has its ``number``-th ``call`` fail as a bad disk does.

    ``files``: calls for these alone count. Skips where strace is not there or may not look into
    another process.
    """
    if not shutil.which("strace"):
        pytest.skip("strace is not installed (.ci/run installs it)")
    words = ["-f", "-y", "-o", str(log), "-e", f"trace={call}"]
    words += ["-e", f"inject={call}:error=EIO:when={number}", "-p", str(process)]
    words += [word for file in files for word in ("-P", str(file))]
    tracer = subprocess.Popen(["strace", *words], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    while "attached" not in (said := tracer.stderr.readline()):
        if not said or "not permitted" in said:
            tracer.kill()
            tracer.communicate()
            pytest.skip(f"strace may not look into a process here: {said.strip()}")
    calls = Calls()
    try:
        yield calls
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.communicate()
        calls.lines = log.read_text("utf-8", "replace").splitlines()


@contextmanager
def torn_at(process: int, size: int) -> Iterator[None]:
    """Inside, no file of ``process`` gets bytes past ``size``: what begins before is torn there."""
    old = resource.prlimit(process, resource.RLIMIT_FSIZE)
    resource.prlimit(process, resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, old)
