"""Workers that are forked end with their server, and wait where others died; it starts again."""

import os
import signal
import sys
import time
from multiprocessing import active_children
from multiprocessing.sharedctypes import RawArray
from typing import NoReturn, cast

from wiki.processes.supervisor import end_with_parent

#: seconds in which starts are counted, and the longest that a worker waits before its own
_COUNTED, _LONGEST = 60.0, 15.0
_FIRST = 0.25


class Starts:
    """The last starts of ``workers`` processes, which share them."""

    def __init__(self, workers: int) -> None:
        self._usual = workers
        self._times = RawArray("d", 2 * workers + 8)

    def wait(self) -> None:
        """Returns at once, but where more have died in the last minute than there are.

        Then later each time: what kills each worker would keep a core busy otherwise.
        """
        # Without a lock, which one that is killed would hold for ever: a start that two write at
        # once is counted as one.
        now, times = time.monotonic(), cast(list[float], self._times[:])
        self._times[times.index(min(times))] = now
        again = sum(now - one < _COUNTED for one in (*times, now) if one) - 2 * self._usual
        if again > 0:
            time.sleep(min(_FIRST * 2**again, _LONGEST))


def end_with(parent: int) -> None:
    """Has this process end at once when its ``parent`` has without ending it (Linux only).

    A web worker left behind would go on answering at the port. It is killed: told to end, one that
    was just starting does not hear it, and one may hang as it ends.
    """
    end_with_parent(signal.SIGKILL)
    if os.getppid() != parent:  # gone between the fork and this line
        os._exit(1)


def start_again() -> NoReturn:
    """This process anew, by the command that it was started with and under the same id.

    What it has open, such as the address that it listens on, is closed, and what still works for
    it is ended.
    """
    for child in active_children():
        child.kill()
        child.join()
    sys.stdout.flush()
    sys.stderr.flush()
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
