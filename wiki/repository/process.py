"""How git is started: argument lists, a clean environment, an end to every wait."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, Any, cast

from wiki.repository.environment import environment

#: seconds; a child that takes longer is killed, with its own children
REQUEST_TIME = 30.0
#: for what walks the whole history, in commands and projections
STREAM_TIME = 3600.0
#: bytes of one field of git's answers: a message can be as long as a disk is large
_LONGEST_FIELD = 1_000_000

#: Has the kernel send SIGTERM at the end of its parent, bounds its memory and its time, then
#: becomes git. In a process of its own: what runs between fork and exec must not be Python where
#: there are threads.
_WRAPPER = """
import ctypes, os, resource, signal, sys
parent, memory, seconds, *git = sys.argv[1:]
if memory != "0":
    resource.setrlimit(resource.RLIMIT_DATA, (int(memory), int(memory)))
if seconds != "0":
    # A timer outlives exec and is of one process; its children may compute for as long.
    signal.alarm(int(seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
if parent != "0":
    ctypes.CDLL(None).prctl(1, 15)
if parent in ("0", str(os.getppid())):
    os.execvp("git", ["git", *git])
"""


class GitFailed(Exception):
    """git said no: ``said`` is what it wrote, ``status`` how it ended (negative: by a signal)."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"git ended with {status}: {said}")
        self.status = status
        self.said = said


def start(
    folder: Path | None,
    arguments: Sequence[str],
    *,
    settings: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
    with_us: bool = False,
    memory: int = 0,
    seconds: int = 0,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """A git at work on ``folder``, in a session of its own: a Ctrl-C does not cut a save short.

    ``variables`` are told to it beside our environment. With ``with_us`` it ends when the thread
    that started it does, however that came about (Linux only); it gets no more than ``memory``
    bytes for data, and is ended after ``seconds`` whoever still waits for it, where that is given.
    """
    parent = str(os.getpid()) if with_us and sys.platform == "linux" else "0"
    wrapper = (sys.executable, "-I", "-S", "-c", _WRAPPER, parent, str(memory), str(seconds))
    command = [*wrapper, *arguments] if with_us or memory or seconds else ["git", *arguments]
    return subprocess.Popen(
        command,
        env={**environment(folder, settings), **(variables or {})},
        start_new_session=True,
        **options,
    )


def end(child: subprocess.Popen[bytes], sign: signal.Signals = signal.SIGKILL) -> None:
    """Ends a child with all it started, and waits for it."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, sign)
        child.wait()


def run(
    folder: Path | None,
    *arguments: str,
    given: bytes = b"",
    accept: Sequence[int] = (0,),
    timeout: float = REQUEST_TIME,
    settings: Mapping[str, str] | None = None,
    **options: Any,
) -> tuple[int, bytes]:
    """What git answers to ``given``: its status, one of ``accept``, and its output.

    Raises GitFailed for any other status and when ``timeout`` has passed.
    """
    with start(
        folder,
        arguments,
        settings=settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    ) as child:
        try:
            output, said = child.communicate(given, timeout=timeout)
        except subprocess.TimeoutExpired:
            end(child)
            raise GitFailed(-signal.SIGKILL, f"no answer in {timeout:g} s") from None
        except BaseException:
            end(child)
            raise
    if child.returncode not in accept:
        raise GitFailed(child.returncode, said.decode("utf-8", "replace").strip())
    return child.returncode, output


@contextmanager
def output_of(
    folder: Path, *arguments: str, timeout: float = STREAM_TIME, memory: int = 0
) -> Iterator[IO[bytes]]:
    """git's output as it comes; whoever has read enough may leave, git is then ended.

    Raises GitFailed at the end where git failed.
    """
    with TemporaryFile() as said:
        child = start(
            folder,
            arguments,
            memory=memory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        watch = Timer(timeout, end, [child])
        watch.daemon = True
        watch.start()
        output = cast(IO[bytes], child.stdout)
        try:
            with output:
                yield output
                whole = not output.read(1)
            status = child.wait() if whole else 0
        finally:
            watch.cancel()
            end(child)
        if status:
            said.seek(0)
            raise GitFailed(status, said.read(2000).decode("utf-8", "replace").strip())


def fields(output: IO[bytes], most: int = _LONGEST_FIELD) -> Iterator[bytes]:
    """The NUL-ended fields of git's ``-z`` output, read in pieces; ``most`` bytes of each."""
    begun: list[bytes] = []
    size = 0
    while piece := output.read1(1 << 16):  # type: ignore[attr-defined]
        first, *others = piece.split(b"\0")
        if size < most:
            begun.append(first)
            size += len(first)
        if others:
            yield b"".join(begun)[:most]
            yield from (one[:most] for one in others[:-1])
            begun, size = others[-1:], len(others[-1])
    if size:
        yield b"".join(begun)[:most]
