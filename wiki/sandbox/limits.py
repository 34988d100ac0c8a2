"""Run as a script: takes limits upon itself, lets go of the network, and becomes another program.

``limits.py SECONDS MEMORY FILE-SIZE [online] COMMAND …``; without any of these it only says by its
status whether the kernel gives it a network of its own. It knows nothing of the wiki. Limits of a
process go on into what it becomes. A network of its own, with nothing in it, is asked of the
kernel, unless the command is to be ``online``; where that is not given to everyone the program
still has no reason to reach out (``runner.py``).
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
_END_WITH_PARENT = 1
_FILES = 256
#: before the command of what keeps our network
ONLINE = "online"
#: how sooner than others the kernel ends it where memory is at an end, of a thousand
_EXPENDABLE = b"900"


def _alone(*, online: bool = False) -> bool:
    """Without a network, where the kernel lets us be, and no longer than who started us.

    Whether the network is gone.
    """
    try:
        library = ctypes.CDLL(None, use_errno=True)
        refused = online or library.unshare(_NEW_USER | _NEW_NETWORK)
        library.prctl(_END_WITH_PARENT, signal.SIGKILL)
    except (OSError, AttributeError):
        return False  # no Linux
    return not refused


def take_limits(seconds: int, memory: int, size: int, *, online: bool = False) -> None:
    """Takes them upon this process, and all that it becomes."""
    _alone(online=online)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "wb") as file:  # noqa: PTH123
        file.write(_EXPENDABLE)
    # A second between them: where both are reached at once, the kernel kills without saying why.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, size),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def main() -> None:
    """Becomes the command."""
    if len(sys.argv) == 1:
        sys.exit(not _alone())
    seconds, memory, size = (int(word) for word in sys.argv[1:4])
    command = sys.argv[4:]
    online = command[0] == ONLINE
    command = command[1:] if online else command
    take_limits(seconds, memory, size, online=online)
    os.execv(command[0], command)  # noqa: S606 - the command is runner.py's


if __name__ == "__main__":
    main()
