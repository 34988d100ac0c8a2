"""Keeps a process running beside the server: started after it, again where it dies, ended with it.

::

    wiki serve ──▶ keeper ──▶ the process that works
        └──▶ web workers

The keeper does nothing but watch. It and the process that works end by themselves when the one
above them is gone, however that came about: nobody is left behind to work unseen.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Process

#: Seconds before it is started again: doubled each time, and as at first once it has lived on.
FIRST_WAIT, LONGEST_WAIT, LIVED_ON = 0.5, 60.0, 60.0
#: Seconds for what works to end by itself.
GRACE = 20.0
#: Seconds between looks.
_LOOK = 0.2
_PR_SET_PDEATHSIG = 1
_log = logging.getLogger(__name__)


class EndAsked:
    """Whether this process is to end: by SIGTERM or SIGINT, or since who started it is gone."""

    def __init__(self) -> None:
        self._parent = os.getppid()
        self._told = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._tell)

    def __bool__(self) -> bool:
        return self._told or os.getppid() != self._parent

    def wait(self, seconds: float) -> bool:
        """Waits so long, or until the end is asked for, and says whether it is."""
        until = time.monotonic() + seconds
        while not self and (left := until - time.monotonic()) > 0:
            time.sleep(min(_LOOK, left))
        return bool(self)

    def _tell(self, _number: int, _frame: object) -> None:
        self._told = True


def keep_running(
    name: str, work: Callable[[EndAsked], None], after: float = 0, *, nice: int = 5
) -> Process:
    """Starts a keeper that runs ``work`` in a process of its own, first in ``after`` seconds.

    ``work`` returns once its argument says so. The keeper is ended by ``end``.
    """
    keeper = Process(target=_keep, args=(name, work, after, nice), name=f"{name} keeper")
    keeper.start()
    return keeper


def end(keeper: Process) -> None:
    """Ends the keeper and what it keeps running; what does not end in time is killed."""
    keeper.terminate()
    keeper.join(GRACE + 5)
    if keeper.is_alive():
        keeper.kill()
        keeper.join()


def end_with_parent(sign: signal.Signals = signal.SIGTERM) -> None:
    """Has the kernel send ``sign`` to this process when its parent ends, however (Linux only).

    For one that has no time to look: a web worker left behind would go on answering at the port.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, sign)


def _keep(name: str, work: Callable[[EndAsked], None], after: float, nice: int) -> None:
    asked = EndAsked()
    wait = after
    pause = FIRST_WAIT
    while not asked.wait(wait):
        started = time.monotonic()
        child = Process(target=_work, args=(work, nice), name=name)
        child.start()
        while child.is_alive() and not asked:
            asked.wait(_LOOK)
        if asked:
            _end_child(child)
            return
        if time.monotonic() - started > LIVED_ON:
            pause = FIRST_WAIT
        wait, pause = pause, min(2 * pause, LONGEST_WAIT)
        _log.warning("%s ended (%s); started again in %.1f s", name, child.exitcode, wait)


def _work(work: Callable[[EndAsked], None], nice: int) -> None:
    asked = EndAsked()
    with suppress(OSError):
        os.nice(nice)  # readers come first
    work(asked)


def _end_child(child: Process) -> None:
    child.terminate()
    child.join(GRACE)
    if child.is_alive():
        child.kill()
        child.join()
