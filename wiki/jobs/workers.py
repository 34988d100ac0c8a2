"""The processes that tasks run in, one task at a time each, ended where it passes its limit.

::

    process of tasks ──which──▶ forker ──fork──▶ worker
          └────── the name of a task ──────▶───────┘
          ◀── how it went, or nothing: it was ended ┘

Some expressions over strangers' text hold the interpreter until they are done. A thread beside one
stands still, with its transaction open, and so does whoever waits for that. So a task is alone in
its process, and its limit is a timer of the kernel's (``processes/deadline.py``). The forker has
opened nothing and has no threads, so what is forked from it may be used.
"""

import json
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from threading import BoundedSemaphore, Condition, Event, Lock
from typing import NoReturn

from wiki.errors import WikiError
from wiki.hookspecs.background import Task
from wiki.instance import Instance, close_instance
from wiki.processes.channel import Channel
from wiki.processes.deadline import ended_after, limit_holding
from wiki.processes.memory import be_ended_first
from wiki.processes.names import name_process
from wiki.processes.supervisor import end_with_parent
from wiki.projections.interface import Busy

#: what gives the tasks of an instance by name; the function says whether it is time to stop
TasksOf = Callable[[Instance, Callable[[], bool]], Mapping[str, Task]]

#: seconds that a task waits for one of them, before another is forked
_PATIENCE = 0.5
#: seconds after which a worker that nobody needs is ended, and its memory given back
_IDLE = 3.0
#: likewise one that keeps something in memory, and for how many times as long as that took to make
_KEPT, _WORTH = 20.0, 20
#: how far one steps back that keeps something: it computes for long, and nobody waits for it
_PATIENT = 14
#: seconds of the processor for which a task may hold what requests wait for
_HOLDING = 10.0
#: the part of its limit after which a task that asks is told to stop by itself
_SOON = 0.8
_FORK = 0
#: for the kernel, where memory is at an end: a task is tried again (``be_ended_first``)
_EXPENDABLE = 500


class TaskFailed(Exception):
    """A task raised: ``kind`` is the exception's name, ``trace`` its traceback ("" if told all)."""

    def __init__(self, kind: str, words: str, trace: str) -> None:
        super().__init__(words)
        self.kind = kind
        self.trace = trace


class TaskEnded(Exception):
    """The worker ended before its task did: past the limit, or killed."""


class Workers:
    """The workers of one process of tasks; thread-safe. To be made before there are threads.

    ``instance`` is closed until then: each worker opens it for itself.
    """

    def __init__(self, instance: Instance, tasks_of: TasksOf) -> None:
        ours, theirs = socket.socketpair()
        self._number = os.fork()
        if not self._number:
            ours.close()
            _fork_on_demand(theirs, instance, tasks_of)
        theirs.close()
        self._forker = ours
        #: no worker can be had any more: the process of tasks is to be started again
        self.lost = False
        self._asking = Lock()
        self._most = instance.settings.task_workers
        self._turns = BoundedSemaphore(self._most)
        self._change = Condition()
        self._all: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._some = False
        self._lanes: dict[str, Lock] = {}
        self._kept: dict[str, _Worker] = {}

    def run(self, task: Task) -> None:
        """Runs ``task`` in a worker. Raises TaskFailed, and TaskEnded past ``task.limit``."""
        if task.keeps and self._most > 1:
            place = self._own(task.keeps)
        else:
            place = self._shared(nullcontext() if task.outside else self._turns)
        with place as worker, self._at_work(worker):
            worker.task = task.name
            worker.run(task.name, task.limit.total_seconds())

    def abort(self, name: str) -> None:
        """Ends the worker that is at the task of that name: ``run`` raises TaskEnded."""
        with self._change:
            found = [one for one in self._all if one.busy and one.task == name]
        for one in found:
            # Not SIGKILL: whoever waits for it buries it.
            self._signal(one, signal.SIGHUP)

    def retire(self) -> None:
        """Ends workers that have had nothing to do for long."""
        now = time.monotonic()
        with self._change:
            old = [one for one in self._idle if one.since + _IDLE < now]
            self._idle = [one for one in self._idle if one not in old]
            self._some = bool(self._idle)
        for one in old:
            self._drop(one)
        for lane, one in list(self._kept.items()):
            # One that is busy holds its lane.
            if one.since + _KEPT + _WORTH * one.first < now and self._lanes[lane].acquire(False):
                try:
                    self._drop(one)
                finally:
                    self._lanes[lane].release()

    def end(self, grace: float) -> None:
        """Tells all workers to stop, kills those that still work after ``grace`` seconds."""
        with self._change:
            busy = [one for one in self._all if one.busy]
        for one in busy:
            self._signal(one, signal.SIGTERM)
        with self._change:
            self._change.wait_for(lambda: not any(one.busy for one in self._all), grace)
            left, self._all = self._all, set()
        for one in left:
            self._signal(one, signal.SIGKILL)
            one.channel.close()
        if self._number:
            self._forker.close()
            os.waitpid(self._number, 0)
            self._number = 0

    @contextmanager
    def _shared(self, turn: AbstractContextManager[object]) -> "Iterator[_Worker]":
        with turn:
            with self._change:
                # Most tasks are done at once: sooner wait for one than fill the memory.
                if self._some:
                    self._change.wait_for(lambda: self._idle, _PATIENCE)
                worker = self._idle.pop() if self._idle else None
            self._some = True
            worker = worker or self._fork()
            try:
                yield worker
            finally:
                with self._change:
                    if not worker.gone:
                        self._idle.append(worker)
                        self._change.notify_all()

    @contextmanager
    def _own(self, lane: str) -> "Iterator[_Worker]":
        """The worker of those tasks that find what the last of them left in memory."""
        with self._lanes.setdefault(lane, Lock()):
            worker = self._kept.get(lane)
            if worker is None or worker.gone:
                worker = self._kept[lane] = self._fork(_PATIENT)
            yield worker

    @contextmanager
    def _at_work(self, worker: "_Worker") -> Iterator[None]:
        worker.busy = True
        try:
            yield
        except TaskEnded:
            self._drop(worker)
            raise
        finally:
            with self._change:
                worker.busy, worker.since = False, time.monotonic()
                self._change.notify_all()

    def _fork(self, nice: int = 0) -> "_Worker":
        ours, theirs = socket.socketpair()
        with theirs:
            number = int(self._ask(f"{_FORK} {nice}", theirs.fileno()))
        worker = _Worker(number, Channel(ours))
        with self._change:
            self._all.add(worker)
        return worker

    def _drop(self, worker: "_Worker") -> None:
        with self._change:
            known = worker in self._all
            self._all.discard(worker)
        worker.gone = True
        worker.channel.close()
        if known:
            self._signal(worker, signal.SIGKILL)

    def _signal(self, worker: "_Worker", sign: signal.Signals) -> None:
        with suppress(OSError):
            self._ask(f"{sign:d} {worker.number}")

    def _ask(self, words: str, *files: int) -> bytes:
        """The forker's answer. Raises OSError where it is gone."""
        with self._asking:
            try:
                socket.send_fds(self._forker, [words.encode("ascii")], files)
                answer = self._forker.recv(100)
                if not answer:
                    raise ConnectionResetError("the process that forks workers is gone")
            except OSError:
                self.lost = True
                raise
        return answer


class _Worker:
    """A worker, as the process of tasks sees it."""

    def __init__(self, number: int, channel: Channel) -> None:
        self.number = number
        self.channel = channel
        self.busy = self.gone = False
        #: the name of its last task
        self.task = ""
        self.since = time.monotonic()
        #: seconds that its first task took
        self.first = 0.0

    def run(self, name: str, limit: float) -> None:
        """Raises TaskFailed, TaskEnded."""
        begun = time.monotonic()
        try:
            answer = self.channel.ask(json.dumps([name, limit]).encode() + b"\n")
        except OSError as error:
            raise TaskEnded(name) from error
        self.first = self.first or time.monotonic() - begun
        if answer:
            raise TaskFailed(**answer)


def _fork_on_demand(control: socket.socket, instance: Instance, tasks_of: TasksOf) -> NoReturn:
    """The forker: forks and ends workers as it is told, until nobody is left to tell it."""
    code = 1
    try:
        name_process("forker")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        while True:
            words, files, _flags, _address = socket.recv_fds(control, 100, 1)
            if not words:
                break
            sign, worker = map(int, words.split())
            if sign == _FORK:
                nice = worker
                worker = os.fork()
                if not worker:
                    control.close()
                    os.nice(nice)
                    _work(socket.socket(fileno=files[0]), instance, tasks_of)
                os.close(files[0])
            else:
                # It is ours until we have waited for it: its number stands for nobody else.
                os.kill(worker, sign)
                if sign == signal.SIGKILL:
                    os.waitpid(worker, 0)
            control.sendall(b"%d" % worker)
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _work(channel: socket.socket, instance: Instance, tasks_of: TasksOf) -> NoReturn:
    """A worker: runs the tasks whose names it is given, until nobody is left to name one."""
    code = 1
    try:
        name_process("task")
        be_ended_first(_EXPENDABLE)
        end_with_parent(signal.SIGKILL)
        stopped = Event()
        signal.signal(signal.SIGTERM, lambda _number, _frame: stopped.set())
        limit_holding(_HOLDING)
        soon = float("inf")
        tasks = tasks_of(instance, lambda: stopped.is_set() or time.monotonic() > soon)
        with channel, channel.makefile("rb") as lines:
            for line in lines:
                name, limit = json.loads(line)
                soon = time.monotonic() + _SOON * limit
                with ended_after(limit):
                    answer = _outcome(tasks[name], instance)
                channel.sendall(json.dumps(answer).encode() + b"\n")
        close_instance(instance)
        code = 0
    except ConnectionError:
        code = 0  # the process of tasks is gone
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _outcome(task: Task, instance: Instance) -> dict[str, str]:
    try:
        if instance.fresh is not None and not task.local:
            # What is sent to somebody may be of a page that another node has closed.
            instance.fresh.check()
        task.run(instance)
    except Exception as error:
        # What a WikiError says is all that there is to it.
        trace = "" if isinstance(error, (WikiError, Busy)) else traceback.format_exc()
        return {"kind": type(error).__name__, "words": str(error), "trace": trace}
    return {}
