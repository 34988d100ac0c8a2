"""Runs a program that reads what strangers wrote: alone in a folder, bounded, killed when late.

It gets an empty folder with the files given to it, an environment that knows nothing of ours, no
network where the kernel allows that, and limits of time, memory and file size (``limited.py``). It
is a group of processes of its own, and the whole group ends with it.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from threading import BoundedSemaphore

from wiki.errors import BadRequest, TooLarge
from wiki.translation import gettext as _

_LIMITED = Path(__file__).with_name("limited.py")
_MEMORY = 2 << 30
_FILE_SIZE = 300_000_000
#: programs at a time in one process: the others wait for their turn
_AT_ONCE = 2
#: a busy machine works slowly: what it would have made is not thrown away for that
_PATIENCE = 4
_log = logging.getLogger(__name__)
_turns = BoundedSemaphore(_AT_ONCE)


class Unmade(BadRequest):
    """A program could not read, or not write, a document; the words say what one can do."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


def run(
    command: Sequence[str],
    files: Mapping[str, bytes],
    output: str,
    *,
    seconds: float,
    memory: int = _MEMORY,
) -> bytes:
    """What ``command`` leaves in the file ``output`` of a folder that holds ``files``.

    Names may have folders; the command's paths are relative to that folder. Raises TooLarge when
    it worked longer than ``seconds``, or took ``_PATIENCE`` times as long by the clock, or when its
    turn did not come in that time; Unmade where it failed.
    """
    if not _turns.acquire(timeout=seconds):
        raise TooLarge(_("Many documents are being made just now. Try again in a minute."))
    try:
        with tempfile.TemporaryDirectory(prefix="carrefour-document-") as name:
            folder = Path(name)
            for file, data in files.items():
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            _run(command, folder, seconds, memory)
            try:
                return (folder / output).read_bytes()
            except OSError as error:
                raise _unmade() from error
    finally:
        _turns.release()


def _run(command: Sequence[str], folder: Path, seconds: float, memory: int) -> None:
    limits = [str(int(seconds) + 1), str(memory), str(_FILE_SIZE)]
    process = subprocess.Popen(
        [sys.executable, "-I", os.fspath(_LIMITED), *limits, *command],
        cwd=folder,
        env={"LANG": "C.UTF-8", "HOME": os.fspath(folder), "TMPDIR": os.fspath(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _out, said = process.communicate(timeout=_PATIENCE * seconds)
    except subprocess.TimeoutExpired:
        raise _too_slow() from None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stderr is not None:
            process.stderr.close()
    if process.returncode == -signal.SIGXCPU:
        raise _too_slow()
    if process.returncode:
        _log.warning("%s failed: %s", Path(command[0]).name, said[-500:].decode("utf-8", "replace"))
        raise _unmade()


def _too_slow() -> TooLarge:
    return TooLarge(_("This document takes too long to read or to make. Try a smaller part of it."))


def _unmade() -> Unmade:
    return Unmade(_("This document could not be read or made. Try another format."))
