"""A process that has loaded the wiki, and becomes a command or a server whenever a test asks.

::

    pytest ──words, files──▶ this process ──fork──▶ a watcher ──fork──▶ ``wiki`` with these words
           ◀──its number, and how it ended────────────┘

``wiki`` loads for seconds before it does anything: seconds, in which nothing is tried.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import Process
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Any

from pytest import MonkeyPatch


class ForkedProcess:
    """A process that is forked, as ``subprocess.Popen`` would show it."""

    def __init__(self, told: int) -> None:
        self._told = os.fdopen(told)
        self._waiting = Lock()
        self.returncode: int | None = None
        self.pid = int(self._told.readline() or 0)
        if not self.pid:
            raise RuntimeError("the wiki could not be loaded")

    def poll(self) -> int | None:
        """How it ended, or None while it runs."""
        try:
            return self.wait(0)
        except TimeoutError:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """How it ended: its status, or a signal's number below zero; raises TimeoutError."""
        with self._waiting:
            return self._wait(timeout)

    def _wait(self, timeout: float | None) -> int:
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise TimeoutError(f"process {self.pid} runs on after {timeout} s")
            with self._told:
                self.returncode = int(self._told.readline() or -signal.SIGKILL)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Sends it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)


class ForkServer:
    """That process, seen by pytest; ``compiled`` is where its servers find their templates."""

    def __init__(self, compiled: Path) -> None:
        ours, theirs = socket.socketpair()
        self._asked = ours
        command = [
            sys.executable,
            "-c",
            f"from {__name__} import main; main()",
            os.fspath(compiled),
        ]
        with theirs:
            # A group of its own: who stops pytest by a key stops it by the end of the socket.
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), start_new_session=True)

    def start(
        self,
        words: Sequence[str],
        environ: Mapping[str, str] | None = None,
        files: Sequence[int] | None = None,
        *,
        code: str = "",
        folder: Path | None = None,
    ) -> ForkedProcess:
        """``wiki`` with these words in a process and a group of its own, or Python's ``code``.

        ``files`` are what it reads, writes and complains to: nothing, and where we write.
        """
        known = dict(os.environ if environ is None else environ)
        asked = json.dumps([list(words), known, code, os.fspath(folder or Path.cwd())]).encode()
        told, tells = os.pipe()
        with open(os.devnull) as nothing:  # noqa: PTH123 - a descriptor
            given = files or (nothing.fileno(), 1, 2)
            socket.send_fds(self._asked, [len(asked).to_bytes(4), asked], [*given, tells])
        os.close(tells)
        return ForkedProcess(told)

    def run(
        self, words: Sequence[str], environ: Mapping[str, str] | None = None, **more: Any
    ) -> "subprocess.CompletedProcess[str]":
        """Starts it and waits for its end; ``given`` is what it reads, ``stdout`` a file's number.

        Raises TimeoutError after a minute.
        """
        given, stdout = more.pop("given", ""), more.pop("stdout", None)
        with TemporaryFile() as reads, TemporaryFile() as writes, TemporaryFile() as complains:
            reads.write(given.encode())
            reads.seek(0)
            out = writes.fileno() if stdout is None else stdout
            files = (reads.fileno(), out, complains.fileno())
            status = self.start(words, environ, files, **more).wait(60)
            texts = []
            for file in (writes, complains):
                file.seek(0)
                texts.append(file.read().decode())
        return subprocess.CompletedProcess(list(words), status, *texts)

    def end(self) -> None:
        """Ends it, and whatever it became."""
        self._asked.close()
        self._process.wait(30)


def main() -> None:
    """Loads the wiki, then answers until nobody is left to ask."""
    import wiki.cli
    import wiki.instance
    import wiki.web.api.application  # noqa: F401 - what commands load, and who asks the API
    from wiki import jinja, translation
    from wiki.config import load_settings
    from wiki.meaning.encoding import encoders
    from wiki.server import preload

    compiled = Path(sys.argv[1])
    shared = jinja._Compiled(os.fspath(compiled))
    MonkeyPatch().setattr(jinja, "_Compiled", lambda _folder: shared)
    preload(load_settings(compiled, environ={}))
    # Each wiki would compile the same catalogue anew, for a third of a second: they have this.
    MonkeyPatch().setattr(translation, "keep_compiled", lambda _folder: None)
    # The weights of the quick one take longer to read than all the rest.
    for encoder in encoders("auto"):
        if encoder.quick:
            encoder.encode([""])
    # Watchers that have ended are gone: nobody waits for them here.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=0) as asked:
        while True:
            size, files, _flags, _address = socket.recv_fds(asked, 4, 4)
            if not size:
                return
            words = asked.recv(int.from_bytes(size), socket.MSG_WAITALL)
            if not os.fork():
                _watch(json.loads(words), files)
            for file in files:
                os.close(file)


def _watch(asked: list[Any], files: list[int]) -> None:
    """Starts what was asked for and says how it ends: that only its parent is told."""
    from wiki.processes.supervisor import end_with_parent

    *own, tells = files
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        end_with_parent()
        process = Process(target=_become, args=(*asked, files))
        process.start()
        for file in own:
            os.close(file)
        os.write(tells, f"{process.pid}\n".encode())
        process.join()
        os.write(tells, f"{process.exitcode}\n".encode())
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(0)


def _become(
    words: list[str], environ: dict[str, str], code: str, folder: str, files: list[int]
) -> None:
    from wiki.processes.supervisor import end_with_parent

    # A group of its own: what it starts ends with it.
    os.setsid()
    end_with_parent()
    *own, tells = files
    for number, file in enumerate(own):
        os.dup2(file, number)
    for file in (*own, tells):
        os.close(file)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    sys.argv = ["wiki", *words]
    if code:
        exec(code, {"__name__": "__main__"})  # noqa: S102 - a test's own
    else:
        from wiki.cli import main

        main()
