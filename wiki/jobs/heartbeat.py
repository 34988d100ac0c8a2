"""The lock of the one process of tasks in a folder; its age tells whether that looks around."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from wiki.config import Settings
from wiki.disk.space import is_writable
from wiki.errors import BadRequest
from wiki.processes.supervisor import EndAsked

_LOCK = "tasks.lock"


@contextmanager
def only_one(settings: Settings, asked: EndAsked) -> Iterator[int | None]:
    """Waits until no other process of tasks works in the folder; None where the end is asked for.

    Gives the lock's open file. Until the disk lets it be written there is nothing to be done.
    """
    path = settings.instance / _LOCK
    while not is_writable(path):
        if asked.wait(1):
            yield None
            return
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not asked:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                asked.wait(1)
            else:
                yield file
                return
        yield None
    finally:
        os.close(file)


@contextmanager
def no_server(settings: Settings) -> Iterator[None]:
    """Inside, no server works in the folder, nor does a task. Raises BadRequest where one does."""
    file = os.open(settings.instance / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadRequest(
                f"the wiki in {settings.instance} is being served: stop it first,"
                " and run this again"
            ) from error
        yield
    finally:
        os.close(file)


def heartbeat_age(settings: Settings) -> float | None:
    """Seconds since the process of tasks of this folder last looked around; None: never."""
    try:
        return max(0.0, time.time() - (settings.instance / _LOCK).stat().st_mtime)
    except OSError:
        return None
