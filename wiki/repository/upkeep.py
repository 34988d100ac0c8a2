"""Keeping the repository quick and sound: packing in the background, checking on demand.

A save leaves its objects loose: quick to write, slow to pile up (with 5,000 projects in one folder
each save leaves a new 100 kB tree). ``git maintenance`` packs them with three of its tasks, none of
which locks the branch, throws objects away or packs the branch's ref: loose objects into a pack,
small packs into larger ones, the graph of commits. Old unreachable objects stay.
"""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Lock

from wiki.repository.lock import stale_locks
from wiki.repository.objects import BRANCH
from wiki.repository.process import GitFailed, end, run, start

#: Folders of loose objects that are counted, and how many objects in them mean about a thousand in
#: all 256: twice the number at which git finds it worth its while, so that it is not woken in vain.
_SAMPLE = tuple(f"{number:02x}" for number in range(0, 256, 16))
_SAMPLE_FULL = 64

_CHECK_TIME = 3600.0


class Upkeep:
    """One repository's background packing: one at a time, in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = Lock()
        self._running: subprocess.Popen[bytes] | None = None

    def start_if_due(self) -> None:
        """Starts packing if many objects lie loose; counting them costs some 0.1 ms."""
        if self._loose() >= _SAMPLE_FULL:
            self.start()

    def start(self) -> None:
        """Starts ``git maintenance``; nothing where it is at work already."""
        if not self._guard.acquire(blocking=False):
            return
        try:
            if self._running is not None and self._running.poll() is None:
                return
            self._running = start(
                self._folder,
                ["maintenance", "run", "--auto", "--quiet"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._running.pid, 10)  # readers come first
        finally:
            self._guard.release()

    def close(self) -> None:
        """Ends what runs, in the way in which git removes its own locks."""
        with self._guard:
            if self._running is not None:
                end(self._running, signal.SIGTERM)
                self._running = None

    def wait(self) -> None:
        """Returns when what runs has ended, for commands that leave a packed repository."""
        with self._guard:
            if self._running is not None:
                self._running.wait()

    def _loose(self) -> int:
        count = 0
        for name in _SAMPLE:
            with suppress(OSError):
                count += len(os.listdir(self._folder / "objects" / name))  # noqa: PTH208
        return count


def check(folder: Path) -> list[str]:
    """The faults of the repository at ``folder``, one line each; every object is read."""
    faults = [f"a lock was left behind: {name}" for name in stale_locks(folder)]
    try:
        head = (folder / "HEAD").read_text("ascii", "replace").strip()
    except OSError as error:
        return [*faults, f"HEAD cannot be read: {error.strerror}"]
    if head != f"ref: {BRANCH}":
        faults.append(f"HEAD should name {BRANCH}")
    try:
        run(folder, "fsck", "--no-dangling", "--no-progress", timeout=_CHECK_TIME)
    except GitFailed as error:
        said = [line for line in error.said.splitlines() if line.strip()]
        faults += said or [f"git fsck ended with {error.status}"]
    return faults
