"""Keeps processes running beside the server: started after it, again where they die, ended with it.

::

    wiki serve ──▶ keeper ──▶ each process that works
        └──▶ web workers ──call──┘

The keeper does nothing but watch, and is itself started again where it dies. It and the processes
that work end by themselves when the one above them is gone, however that came about: nobody is left
behind to work unseen.

A process that can be called (``calls.py``) runs while there is something to do for it: it may end,
and the next call starts it again. Calls wait in the kernel meanwhile, so that none is lost.
"""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Process
from multiprocessing.connection import wait
from threading import Event, Thread

from wiki.processes.calls import Calls
from wiki.processes.memory import be_ended_first
from wiki.processes.names import name_process

#: Seconds before it is started again: doubled each time, and as at first once it has lived on.
FIRST_WAIT, LONGEST_WAIT, LIVED_ON = 0.5, 60.0, 60.0
#: Seconds for what works to end by itself.
GRACE = 20.0
#: Seconds between looks.
_LOOK = 0.2
_PR_SET_PDEATHSIG = 1
#: readers come first here too (``be_ended_first``)
_EXPENDABLE = 300
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


@dataclass(frozen=True)
class Service:
    """What a process does that is kept running: ``work`` returns once its argument says so.

    It starts in ``after`` seconds. With ``calls`` it starts at the first call where that is sooner,
    and may return when there is nothing to do: it starts again at the next call.
    """

    name: str
    work: Callable[[EndAsked], None]
    after: float = 0
    nice: int = 5
    calls: Calls | None = None


class Keeper:
    """The process that runs each of ``services`` in one of its own, from now on until ``end``.

    Where it dies, another one does.
    """

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services
        self._ended = Event()
        self._process = self._start()
        self._watching = Thread(target=self._watch, daemon=True)
        self._watching.start()

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.is_alive()

    def end(self) -> None:
        """Ends it and what it keeps running; what does not end in time is killed."""
        self._ended.set()
        self._watching.join()
        self._process.terminate()
        self._process.join(GRACE + 5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _start(self) -> Process:
        process = Process(target=_keep, args=(self._services,), name="keeper")
        process.start()
        return process

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK):
            if self._process.is_alive():
                continue
            _log.warning("the keeper ended (%s); started again", self._process.exitcode)
            # What it kept running sees that it is gone, and ends: nothing is there twice.
            until = time.monotonic() + GRACE
            while not (self._ended.is_set() or wait([self._process.sentinel], _LOOK)):
                if time.monotonic() > until:
                    break
            if not self._ended.is_set():
                self._process = self._start()


def end_with_parent(sign: signal.Signals = signal.SIGTERM) -> None:
    """Has the kernel send ``sign`` to this process when its parent ends, however (Linux only).

    For one that has no time to look: a web worker left behind would go on answering at the port.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, sign)


def _keep(services: Sequence[Service]) -> None:
    name_process("keeper")
    asked = EndAsked()
    kept = [_Kept(one, services) for one in services]
    while not asked:
        wait([each for one in kept for each in one.awaited()], _LOOK)
        for one in kept:
            one.look()
    running = [one.child for one in kept if one.child is not None]
    for child in running:
        child.terminate()
    until = time.monotonic() + GRACE
    for child in running:
        child.join(max(until - time.monotonic(), 0))
        if child.is_alive():
            child.kill()
            child.join()


class _Kept:
    """A service, as the keeper sees it."""

    def __init__(self, service: Service, services: Sequence[Service]) -> None:
        self.child: Process | None = None
        self._service = service
        self._others = [one.calls for one in services if one is not service and one.calls]
        self._itself = time.monotonic() + service.after
        self._next = self._itself if service.calls is None else 0.0
        self._pause = FIRST_WAIT
        self._begun = 0.0
        #: whether it starts by itself: what can be called too, at first and after it has died
        self._unfinished = True
        if service.calls is not None:
            with suppress(OSError):  # told where it is to start
                service.calls.open()

    def awaited(self) -> list[int]:
        """What is ready when there may be something to do here."""
        if self.child is not None:
            return [self.child.sentinel]
        calls, due = self._service.calls, self._next <= time.monotonic()
        return [calls.fileno()] if calls is not None and calls.is_open and due else []

    def look(self) -> None:
        """Starts the process where it is to run, and sees to one that has ended."""
        service = self._service
        if self.child is not None:
            if not self.child.is_alive():
                self._see_to_end(self.child)
            return
        if time.monotonic() < self._next:
            return
        if service.calls is not None:
            try:
                service.calls.open()
            except OSError as error:
                self._rest(f"cannot be called: {error.strerror or error}")
                return
            by_itself = self._unfinished and self._itself <= time.monotonic()
            if not (by_itself or wait([service.calls.fileno()], 0)):
                return
        self._begun = time.monotonic()
        self.child = Process(target=_work, args=(service, self._others), name=service.name)
        self.child.start()

    def _see_to_end(self, child: Process) -> None:
        self.child = None
        if time.monotonic() - self._begun > LIVED_ON:
            self._pause = FIRST_WAIT
        self._unfinished = self._service.calls is None or child.exitcode != 0
        if self._unfinished:
            self._rest(f"ended ({child.exitcode})")

    def _rest(self, why: str) -> None:
        pause, self._pause = self._pause, min(2 * self._pause, LONGEST_WAIT)
        self._next = time.monotonic() + pause
        _log.warning("%s %s; tried again in %.1f s", self._service.name, why, pause)


def _work(service: Service, others: Sequence[Calls]) -> None:
    name_process(service.name)
    asked = EndAsked()
    for calls in others:
        calls.leave()
    with suppress(OSError):
        os.nice(service.nice)  # readers come first
    be_ended_first(_EXPENDABLE)
    service.work(asked)
