"""A process that has loaded the wiki, and becomes a web server whenever a test asks for one.

::

    pytest ──folder, port──▶ this process ──fork──▶ a web server ──fork──▶ its worker
           ◀──its number───

``wiki serve`` loads the wiki for each of its processes before it answers: seconds, in which nothing
is tried. What answers here is the same web server, without what runs beside it.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from pytest import MonkeyPatch


class Loaded:
    """That process, seen by pytest; ``compiled`` is where its servers share their templates."""

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

    def fork(self, folder: Path, port: int) -> int:
        """Has ``folder`` served at ``port``, saying what it says where we do; its process."""
        words = json.dumps([os.fspath(folder), port]).encode()
        socket.send_fds(self._asked, [words], [1, 2])
        answered = self._asked.recv(100)
        if not answered:
            raise RuntimeError("the wiki could not be loaded")
        return int(answered)

    def end(self) -> None:
        """Ends it, and whatever it became."""
        self._asked.close()
        self._process.wait(30)


def main() -> None:
    """Loads the wiki, then answers until nobody is left to ask."""
    from jinja2 import FileSystemBytecodeCache

    from wiki import jinja
    from wiki.config import load_settings
    from wiki.server import preload

    compiled = Path(sys.argv[1])
    shared = FileSystemBytecodeCache(os.fspath(compiled))
    MonkeyPatch().setattr(jinja, "FileSystemBytecodeCache", lambda _folder: shared)
    preload(load_settings(compiled, environ={}))
    # Servers that have ended are gone: nobody waits for them here.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=0) as asked:
        while True:
            words, files, _flags, _address = socket.recv_fds(asked, 10_000, 2)
            if not words:
                return
            folder, port = json.loads(words)
            process = os.fork()
            if not process:
                _become_server(folder, port, files)
            for file in files:
                os.close(file)
            asked.send(str(process).encode())


def _become_server(folder: str, port: int, files: list[int]) -> None:
    from wiki.config import load_settings
    from wiki.processes.supervisor import end_with_parent
    from wiki.server import serve_web

    try:
        # A group of its own: its worker ends with it.
        os.setsid()
        end_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, file in enumerate((os.open(os.devnull, os.O_RDONLY), *files)):
            os.dup2(file, number)
            os.close(file)
        # Its worker reads the settings as any command does.
        os.environ.update(WIKI_INSTANCE=folder, WIKI_PORT=str(port), WIKI_WORKERS="1")
        serve_web(load_settings())
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)
