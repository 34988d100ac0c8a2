"""A large file on its way to a reader is never in a worker's memory as a whole."""

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from wiki.config import Settings
from wiki.files.object_store import ObjectStore
from wiki.instance import Instance
from wiki.testing.servers import WebServer

_FILM, _PICTURE, _MOST = 40 << 20, 20 << 20, 30 << 20


@pytest.fixture
def settings(settings: Settings, bucket: dict[str, Any]) -> Settings:
    return replace(settings, **bucket)


def memory(process: int, which: str) -> int:
    """What proc(5) says of a process and of those that it has forked: the most of one."""
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
        status = Path(f"/proc/{process}/status").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):  # it has ended since it was named
        return 0
    said = [int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith(which)]
    return max([*said, *(memory(int(child), which) for child in children)])


def ask(port: int, file: str) -> socket.socket:
    """A reader who takes nothing yet."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
    reader.connect(("127.0.0.1", port))
    reader.sendall(f"GET {file} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".encode("ascii"))
    return reader


def take(reader: socket.socket) -> int:
    """How many bytes come."""
    taken = 0
    while part := reader.recv(1 << 16):
        taken += len(part)
    return taken


def test_a_worker_holds_little_of_what_a_reader_has_not_taken(
    instance: Instance,
    write: Callable[..., str],
    web_server: Callable[[Path], WebServer],
    bucket: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = instance.objects
    assert isinstance(store, ObjectStore)
    once = os.urandom(1 << 20)
    pointer = store.put(BytesIO(once * (_FILM >> 20)))
    write(
        {
            "ferme.md": "---\nvisibility: public\n---\n# Ferme\n",
            "ferme/film.mp4": pointer.text,
            "ferme/carte.tif": once * (_PICTURE >> 20),
        }
    )
    for name, value in bucket.items():
        monkeypatch.setenv(f"WIKI_{name.upper()}", str(value))
    server = web_server(instance.settings.instance)
    try:
        before = memory(server.process.pid, "VmRSS")
        for file, size in (("/ferme/carte.tif", _PICTURE), ("/ferme/film.mp4", _FILM)):
            with ask(server.port, file) as slow:
                assert slow.recv(1) == b"H"
                # Meanwhile another one takes all of it.
                with ask(server.port, file) as quick:
                    assert take(quick) > size
                assert take(slow) > size
        assert memory(server.process.pid, "VmHWM") - before < _MOST
    finally:
        server.stop()
