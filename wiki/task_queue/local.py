"""The queue of one node: ``queue.db`` in its folder, for who works with what lies there."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from wiki.disk.open_files import open_writable

if TYPE_CHECKING:
    from huey import SqliteHuey

#: With so many words in the queue nobody is listening; more would only fill the disk.
ENOUGH = 100


class Queue:
    """The queue in ``folder``; thread-safe, and made again where its file is lost.

    ``work(name)`` is what is done for a word; only the process of tasks has anything there.
    """

    def __init__(self, folder: Path) -> None:
        self.work: Callable[[str], object] = _nothing
        self.file = folder / "queue.db"
        self.huey = _open(self.file)
        self._inode = _inode(self.file)
        self._lock = Lock()
        # The one task of the queue: its messages are names of ours.
        self._run = self.huey.task(name="run")(self._work)

    def put(self, name: str, seconds: float = 0) -> None:
        """Leaves a word for the task called ``name``, for later. Raises what SQLite does."""
        self.look_again()
        if self.huey.pending_count() >= ENOUGH:
            return
        if seconds > 0:
            self._run.schedule((name,), delay=seconds)
        else:
            self._run(name)

    def close(self) -> None:
        """Closes the connection of this thread; it can be used again."""
        self.huey.storage.close()

    def _work(self, name: str) -> None:
        self.work(name)

    def look_again(self) -> None:
        """Opens the file anew where it is no longer the one that was opened."""
        with self._lock:
            if _inode(self.file) == self._inode:
                return
            self.huey.storage.close()
            _make_private(self.file)
            self.huey.storage.initialize_schema()
            self._inode = _inode(self.file)


def _open(file: Path) -> "SqliteHuey":
    # It loads the clients of all queues that it knows: PostgreSQL's takes 10 MB, for nothing.
    unknown = "psycopg" not in sys.modules
    if unknown:
        sys.modules["psycopg"] = None  # type: ignore[assignment]
    try:
        # 150 ms to import, for who has something to send.
        from huey import SqliteHuey
    finally:
        if unknown:
            del sys.modules["psycopg"]
    _make_private(file)
    # Not worth waiting for the disk: see above.
    return SqliteHuey("wiki", filename=os.fspath(file), results=False, fsync=False, timeout=1)


def _make_private(file: Path) -> None:
    os.close(open_writable(file))


def _inode(file: Path) -> int:
    try:
        return file.stat().st_ino
    except OSError:
        return 0


def _nothing(name: str) -> None:
    """In whoever wakes."""
