"""Whether the workers of a server answer: each shows it every second; else it is replaced.

::

    worker: a thread is free, or a request has begun or ended ──▶ a number that all of them share
    server: the same number for a minute ──▶ its stacks in the log, and another in its place
"""

import faulthandler
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from multiprocessing import Process
from multiprocessing.sharedctypes import RawArray
from tempfile import TemporaryFile
from threading import Thread, get_ident
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: what a view finds in the environment that asks for the others
ATTENDANCE = "carrefour.attendance"
#: seconds without an answer after which a worker is told as silent, and after which it is replaced:
#: longer than all threads of one take for anything that is bounded
SILENT, HELD = 10.0, 60.0
#: how many times longer one may load the wiki, before it listens
_LOADING = 3
#: seconds between looks, and for stacks to be written
_LOOK, _WRITING = 1.0, 1.0
_log = logging.getLogger(__name__)


class _Worker(Protocol):
    @property
    def inner(self) -> Process: ...


class Attendance:
    """Of ``workers`` processes with ``threads`` each, forked from the one that makes it."""

    def __init__(self, workers: int, threads: int, held: float = HELD) -> None:
        self._threads, self._held = threads, held
        self._processes, self._seen = RawArray("q", workers), RawArray("d", workers)
        self._stacks = TemporaryFile()  # noqa: SIM115 - workers write in it as long as they live
        #: of this worker: the threads that are at a request, and how many have begun or ended one
        self._busy: set[int] = set()
        self._steps = 0

    def begin(self, number: int, load: "Callable[[], WSGIApplication]") -> "WSGIApplication":
        """What ``load`` gives, in the worker of that number, which is watched from now on."""
        # Of the C library: also of a thread that holds the interpreter.
        faulthandler.register(signal.SIGQUIT, self._stacks, all_threads=True)
        application = load()
        self._processes[number], self._seen[number] = os.getpid(), time.monotonic()
        Thread(target=self._show, args=(number,), name="attendance", daemon=True).start()
        return partial(self._answer, application)

    def count_silent(self) -> int:
        """How many workers have answered nothing for a while, with all their threads at it."""
        long_ago = time.monotonic() - SILENT
        return sum(0 < seen < long_ago for seen in self._seen)

    def watch(self, workers: Callable[[], Sequence[_Worker]]) -> None:
        """Ends those of ``workers`` that are held, for ever; whoever made them starts others."""
        looks: list[tuple[object, float]] = [(None, 0.0)] * len(self._seen)
        while True:
            time.sleep(_LOOK)
            for number, worker in enumerate(list(workers())):
                shown, waited = (worker.inner.pid, self._seen[number]), 0.0
                if shown == looks[number][0]:
                    # By looks: whoever stopped all of us for a while has stopped this one, too.
                    waited = looks[number][1] + _LOOK
                looks[number] = shown, waited
                # One that has not begun loads the wiki, for which a busy machine takes its time.
                begun = worker.inner.pid == self._processes[number]
                if waited >= (self._held if begun else _LOADING * self._held):
                    self._end(number, worker.inner, waited)

    def _end(self, number: int, process: Process, waited: float) -> None:
        self._stacks.truncate(0)
        if process.pid is None or not process.is_alive():
            return
        os.kill(process.pid, signal.SIGQUIT)
        process.join(_WRITING)
        self._stacks.seek(0)
        stacks = self._stacks.read().decode("utf-8", "replace")
        words = "a web worker (%d) answered nothing for %.0f s and is replaced; it was at:\n%s"
        _log.error(words, process.pid, waited, stacks)
        self._seen[number] = 0.0
        process.kill()

    def _show(self, number: int) -> None:
        before = -1
        while self._processes[number] == os.getpid():  # another one may have its number
            if len(self._busy) < self._threads or self._steps != before:
                self._seen[number] = time.monotonic()
            before = self._steps
            time.sleep(_LOOK)

    def _answer(
        self,
        application: "WSGIApplication",
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        # Without a lock: that a step is lost where two are counted at once changes nothing.
        thread = get_ident()
        self._busy.add(thread)
        self._steps += 1
        environ[ATTENDANCE] = self
        try:
            return application(environ, start_response)
        finally:
            self._busy.discard(thread)
            self._steps += 1
