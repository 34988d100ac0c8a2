"""What a host sends, put into the clone of a node."""

import fcntl
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from wiki.repository.faults import not_saved
from wiki.repository.process import GitFailed, end, start
from wiki.repository.shared.protocol import read_pack

#: bytes of what git says where it cannot take something
_MOST_SAID = 1_000
#: seconds to wait for who fetches already, and between two looks
_PATIENCE, _PAUSE = 2.0, 0.005


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Inside, no other process or thread of this node fetches into the clone ``folder``.

    Two that fetch the same hinder each other: git loses its own file when both give it its name.
    Where one takes long, as with a host that does not answer, the others do not wait for it.
    """
    file = os.open(folder / "objects" / "pack", os.O_RDONLY)
    try:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            with suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(file)


def unpack(answer: IO[bytes], folder: Path, words: Sequence[str]) -> None:
    """Has git (``words``) put it into ``folder``. Raises Unreadable, StorageFailed."""
    with TemporaryFile() as said:
        child = start(folder, words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        try:
            with suppress(BrokenPipeError), cast(IO[bytes], child.stdin) as given:
                given.writelines(read_pack(answer))
            if status := child.wait():
                said.seek(0)
                why = str(said.read(_MOST_SAID), "utf-8", "replace").strip()
                raise not_saved() from GitFailed(status, why)
        finally:
            end(child)
