"""Keeping the repository quick and sound: packing in the background, checking on demand.

Each save leaves a small pack: half the time of loose objects to write, slow to read once there are
hundreds (with 5,000 projects in one folder each also holds a tree of 100 kB). ``git repack
--geometric`` joins the small ones and leaves the large ones alone, so that its cost follows what is
new, not the size of the wiki; it takes in loose objects, throws nothing away and locks no branch.
"""

import fcntl
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Lock

from wiki.disk.space import is_writable
from wiki.repository.lock import stale_locks
from wiki.repository.objects import BRANCH
from wiki.repository.process import end, start
from wiki.repository.writes.repair import LEFTOVERS, fsck, lost_objects
from wiki.repository.writes.salvage import packs_without_index

_JOBS = (
    ("repack", "-d", "--geometric=2", "--quiet"),
    # Makes "is this commit on the branch?" quick, however old it is.
    ("commit-graph", "write", "--reachable", "--split", "--no-progress"),
)
#: packs, and loose objects in one folder of 256, at which it is time
_MANY_PACKS = 128
_MANY_LOOSE = 8
_ANY_FOLDER = "17"
#: seconds that packing may take
_LIMIT = 3600
#: what is said of a repository that takes nothing new
READ_ONLY = "the repository of the pages is read-only"


class Upkeep:
    """One repository's background packing, at one time by one process, whoever started it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = Lock()
        self._running: list[subprocess.Popen[bytes]] = []

    def start_if_due(self) -> None:
        """Starts packing where much lies about; finding out costs two folders' listing."""
        packs = sum(name.endswith(".pack") for name in self._names("pack"))
        if packs >= _MANY_PACKS or len(self._names(_ANY_FOLDER)) >= _MANY_LOOSE:
            self.start()

    def start(self) -> None:
        """Starts packing and returns at once; nothing where it is at work already.

        It is nobody's request: where it fails, the next one finds the same to do.
        """
        if not self._guard.acquire(blocking=False):
            return
        try:
            self._running = [child for child in self._running if child.poll() is None]
            if not self._running:
                self._start_jobs()
        except OSError:
            return
        finally:
            self._guard.release()

    def _start_jobs(self) -> None:
        # The children inherit the lock, and so keep it until the last of them has ended.
        lock = os.open(self._folder / "upkeep.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for job in _JOBS:
                child = start(
                    self._folder,
                    job,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[lock],
                    # It outlives who began it; one that hung would keep the lock for ever.
                    seconds=_LIMIT,
                )
                self._running.append(child)
                with suppress(OSError):
                    os.setpriority(os.PRIO_PGRP, child.pid, 10)  # readers come first
        finally:
            os.close(lock)

    def wait(self) -> None:
        """Returns when what was started here has ended."""
        with self._guard:
            for child in self._running:
                child.wait()

    def close(self) -> None:
        """Ends what runs, in the way in which git removes what it has begun."""
        with self._guard:
            for child in self._running:
                end(child, signal.SIGTERM)
            self._running = []

    def _names(self, folder: str) -> list[str]:
        try:
            return os.listdir(self._folder / "objects" / folder)  # noqa: PTH208
        except OSError:
            return []


def takes_objects(folder: Path) -> bool:
    """Whether the repository at ``folder`` may be written to: its objects, and its branch."""
    return all(is_writable(folder / name) for name in ("objects/pack/new", BRANCH))


def check(folder: Path) -> list[str]:
    """The faults of the repository at ``folder``, one line each; every object is read.

    git's own lines come after ours.
    """
    faults = [f"a lock was left behind: {name}" for name in stale_locks(folder)]
    if not takes_objects(folder):
        faults.append(f"{READ_ONLY}: nothing can be saved until {folder} may be written to")
    try:
        head = (folder / "HEAD").read_text("ascii", "replace").strip()
    except OSError as error:
        return [*faults, f"HEAD cannot be read: {error.strerror}"]
    if head != f"ref: {BRANCH}":
        faults.append(f"HEAD should name {BRANCH}: `wiki check --mend` writes it anew")
    if found := [name for name in LEFTOVERS if (folder / name).exists()]:
        faults.append(
            f"{', '.join(found)} in {folder} hides a part of it from git: "
            "`wiki check --mend` lays it aside"
        )
    if lonely := packs_without_index(folder):
        faults.append(
            f"{len(lonely)} packs of the repository have no index: `wiki check --mend` works it out"
        )
    lines = fsck(folder)
    if any(BRANCH in line for line in lines):
        faults.append(
            f"{BRANCH} does not name the newest version of the pages any more: "
            "`wiki check --mend` finds it"
        )
    if lost := lost_objects(lines):
        faults.append(
            f"{len(lost)} objects of the repository are missing or damaged: `wiki check --mend` "
            "takes them from copies here, with `--from PLACE` from a backup, a clone or a mirror"
        )
    if any("commit-graph" in line for line in lines):
        faults.append("what git worked out of its commits is damaged: `wiki check --mend`")
    return faults + [f"git: {line}" for line in lines]
