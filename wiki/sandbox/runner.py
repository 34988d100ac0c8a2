"""Runs a program that reads what strangers wrote: alone in a folder, bounded, killed when late.

It gets an empty folder with the files given to it, an environment that knows nothing of ours, no
network where the kernel allows that, and limits of time, memory and file size (``limits.py``). It
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
from pathlib import Path

from wiki.errors import TooMany
from wiki.sandbox.limits import ONLINE
from wiki.translation import gettext as _

_LIMITS = Path(__file__).with_name("limits.py")
_MEMORY = 2 << 30
#: bytes of the largest file that it may write
FILE_SIZE = 300_000_000
#: a busy machine works slowly: what it would have made is not thrown away for that
_PATIENCE = 4
_log = logging.getLogger(__name__)


class Failed(Exception):
    """The program could not do it, or not with the memory that it may take."""


class Killed(TooMany):
    """The kernel ended it, since memory was at an end: what it read may be sound."""


class TimedOut(Exception):
    """The program did not end in time."""


def run(
    command: Sequence[str],
    files: Mapping[str, bytes],
    output: str,
    *,
    seconds: float,
    memory: int = _MEMORY,
    file_size: int = FILE_SIZE,
    environment: Mapping[str, str] | None = None,
    online: bool = False,
) -> bytes:
    """What ``command`` leaves in the file ``output`` of a folder that holds ``files``.

    Names may have folders; the command's paths are relative to that folder. Raises TimedOut when
    it worked longer than ``seconds``, or took ``_PATIENCE`` times as long by the clock; Failed
    where it ended otherwise than well, or left no such file, Killed where memory was at an end.
    ``online``: it has our network.
    """
    with tempfile.TemporaryDirectory(prefix="carrefour-sandbox-") as name:
        folder = Path(name)
        for file, data in files.items():
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        command = [ONLINE, *command] if online else command
        _run(command, folder, (seconds, memory, file_size), environment or {})
        try:
            return (folder / output).read_bytes()
        except OSError as error:
            raise Failed from error


def is_without_network() -> bool:
    """Whether the kernel gives programs that are run here a network of their own, an empty one."""
    asked = [sys.executable, "-I", "-S", os.fspath(_LIMITS)]
    return not subprocess.run(asked, env={}, capture_output=True, timeout=30).returncode


def _run(
    command: Sequence[str],
    folder: Path,
    bounds: tuple[float, int, int],
    environment: Mapping[str, str],
) -> None:
    seconds, memory, file_size = bounds
    limits = [str(int(seconds) + 1), str(memory), str(file_size)]
    own = {"LANG": "C.UTF-8", "HOME": os.fspath(folder), "TMPDIR": os.fspath(folder)}
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", os.fspath(_LIMITS), *limits, *command],
        cwd=folder,
        env={**own, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        _out, said = process.communicate(timeout=_PATIENCE * seconds)
    except subprocess.TimeoutExpired:
        raise TimedOut from None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stderr is not None:
            process.stderr.close()
    if process.returncode == -signal.SIGXCPU:
        raise TimedOut
    if process.returncode == -signal.SIGKILL:
        _log.warning("%s was killed: there was no memory left for it", Path(command[0]).name)
        words = _("There is not enough memory for this just now. Try again in a minute.")
        raise Killed(words, retry_after=60)
    if process.returncode:
        _log.warning("%s failed: %s", Path(command[0]).name, said[-500:].decode("utf-8", "replace"))
        raise Failed
