"""Workers that are forked: each ends with whoever started it, and waits where others died."""

import os
import time
from multiprocessing import Array
from threading import Thread
from typing import cast

from wiki.processes.supervisor import end_with_parent

#: seconds in which starts are counted, and the longest that a worker waits before its own
_COUNTED, _LONGEST = 60.0, 15.0
_FIRST = 0.25
_LOOK = 1.0


class Starts:
    """The last starts of ``workers`` processes, which share them."""

    def __init__(self, workers: int) -> None:
        self._usual = workers
        self._times = Array("d", 2 * workers + 8)

    def wait(self) -> None:
        """Returns at once, but where more have died in the last minute than there are.

        Then later each time: what kills each worker would keep a core busy otherwise.
        """
        now = time.monotonic()
        with self._times.get_lock():
            times = [*sorted(cast(list[float], self._times[:]))[1:], now]
            self._times[:] = times
        again = sum(now - one < _COUNTED for one in times if one) - 2 * self._usual
        if again > 0:
            time.sleep(min(_FIRST * 2**again, _LONGEST))


def end_with(parent: int, grace: float) -> None:
    """Has this process end when its ``parent`` has, however that ended.

    A web worker left behind would go on answering at the port. Who does not heed the kernel's
    SIGTERM in ``grace`` seconds, since it was just starting, ends all the same.
    """
    end_with_parent()
    if os.getppid() != parent:  # gone between the fork and this line
        os._exit(1)
    Thread(target=_watch, args=(parent, grace), daemon=True).start()


def _watch(parent: int, grace: float) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    time.sleep(grace)
    os._exit(1)
