"""The process that runs the tasks of the background.

::

    a request ──put a row──▶ private.db ◀──looks for what is to do── a task (workers.py)
        └───────wake───────▶ queue.db ───────────▶ this process ─────────┘
    a save ──▶ the branch ──head_watch.py─────────────┤
                                      once a minute ──┘

The queue (huey) only says that there may be something to do; tasks that follow the pages also run
when the branch moves. ``wiki serve`` starts the process and starts it again where it dies; a second
one in the same folder waits for the first to end. It reads no text of anyone's: its workers do.

Where several machines serve the wiki, each has this process. A task of the site runs in one of them
at a time (``people/store/locks.py``); where that dies, another looks within a minute.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Event, Lock, Thread
from uuid import uuid4

from wiki.errors import RowsUnreachable, WikiError
from wiki.hookspecs.background import Task
from wiki.instance import Instance, close_instance
from wiki.jobs.head_watch import lanes_of, watching
from wiki.jobs.heartbeat import only_one
from wiki.jobs.tasks import run_name, tasks_of
from wiki.jobs.workers import TaskEnded, TaskFailed, Workers
from wiki.people.store.locks import Turn, turn
from wiki.people.task_runs import OFTEN, begin, end, failing_tasks
from wiki.processes.supervisor import EndAsked
from wiki.projections.interface import Busy
from wiki.task_queue import Queue, queue_of, shared_queue_of

#: Threads, each waiting for a worker: neither a long task nor two that wait for sisters keep mails.
_THREADS = 5
#: Seconds between looks into an idle queue, at most: a mail leaves within a second.
_IDLE = 0.4
#: Seconds before what follows the pages begins: who reads right after a start comes first.
_FOLLOW_AFTER = 5
#: Seconds between looks whether the threads are alive, and whether workers are to be kept.
_HEALTH = 1
#: Seconds for what is at work to end by itself, when the process is told to end.
_GRACE = 4.0
#: Seconds before a task that was ended is tried again: doubled each time that it is.
_FIRST_REST, _LONGEST_REST = timedelta(minutes=1), timedelta(hours=6)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Rest:
    """Until when one that was ended or put off is not run, by the monotonic clock; how long."""

    until: float
    seconds: float


class Runner:
    """Runs the tasks of an instance; each by one thread at a time, faults told and counted.

    In this process, or where ``run`` does. One that was ended is tried again after ``rest``.
    """

    def __init__(
        self,
        instance: Instance,
        run: Callable[[Task], object] | None = None,
        rest: timedelta = _FIRST_REST,
    ) -> None:
        self.instance = instance
        self._rest = rest.total_seconds()
        self._work = run or (lambda task: task.run(instance))
        self.stopped = Event()
        self.tasks = tasks_of(instance, self.stopped.is_set)
        self._guards = {name: Lock() for name in self.tasks}
        self._again: set[str] = set()
        self._last: dict[str, float] = {}
        self._noted: dict[str, float] = {}
        self._rests: dict[str, _Rest] = {}
        #: those that run at no other node meanwhile
        self._turns: dict[str, Turn] = {}
        self._elsewhere: set[str] = set()
        #: those whose rows could not be reached: no fault of theirs, and said once by the store
        self._unanswered: set[str] = set()
        self._failing: set[str] = set()
        with suppress(RowsUnreachable):
            self._failing = {run.name for run in failing_tasks(instance.private)}

    def put_off(self) -> set[str]:
        """Those that another node was at when they were to run: it may have looked before that."""
        found, self._elsewhere = self._elsewhere, set()
        return found

    def lost(self) -> list[str]:
        """Those at work whose turn the server has given up: another node may begin with them."""
        return [name for name, turn in list(self._turns.items()) if not turn.stands()]

    def due(self) -> Iterator[str]:
        """The names of the tasks whose time has come; asking takes them as begun."""
        for task in self.tasks.values():
            if task.name in self._rests:
                # Whatever else would have begun it: nobody calls twice.
                if not self._rests_now(task.name):
                    yield task.name
            elif task.every is not None and self._is_due(task, task.every):
                yield task.name

    def run(self, name: str) -> bool:
        """Runs the task now, whenever it last ran; whether it ended well.

        While another thread runs it, that one is asked to run it once more: what is new may have
        come after it looked. A name that nobody has is passed over, and one that was ended waits.
        """
        task = self.tasks.get(name)
        if task is None or self.stopped.is_set() or self._rests_now(name):
            return False
        if name in self._unanswered and self.instance.private.unreachable:
            return False
        self._again.add(name)
        well = True
        while name in self._again and self._guards[name].acquire(blocking=False):
            try:
                self._again.discard(name)
                well = self._run(task)
            finally:
                self._guards[name].release()
        return well

    def _rests_now(self, name: str) -> bool:
        rest = self._rests.get(name)
        return rest is not None and time.monotonic() < rest.until

    def _is_due(self, task: Task, every: timedelta) -> bool:
        if every > OFTEN:
            self._noted.pop(task.name, None)
            with suppress(RowsUnreachable):
                return begin(self.instance.private, run_name(self.instance, task), every)
            return False
        now = time.monotonic()
        last = self._last.get(task.name)
        # A second early: the clock that asks is no more exact than that.
        if last is not None and now - last < every.total_seconds() - 1:
            return False
        self._last[task.name] = now
        return True

    def _run(self, task: Task) -> bool:
        try:
            if task.needed is None or task.needed(self.instance):
                with self._turn(task) as mine:
                    if mine is None:
                        self._elsewhere.add(task.name)
                        return True
                    self._work(task)
        except Exception as error:
            if self.stopped.is_set():
                # What it works with is being taken away: the next process does the rest.
                return False
            kind = getattr(error, "kind", "") or type(error).__name__
            if kind == Busy.__name__:
                # It is read anew, or what other nodes have closed cannot be known: that passes.
                if task.name not in self._rests:
                    _log.warning("the task %s is put off: %s", task.name, error)
                self._rests[task.name] = _Rest(time.monotonic() + self._rest, self._rest)
                return False
            if kind == RowsUnreachable.__name__:
                self._unanswered.add(task.name)
                with suppress(RowsUnreachable):  # whether they are is known here from now on
                    self.instance.private.read_identity()
                return False
            self._tell(task, error)
            return False
        self._rests.pop(task.name, None)
        self._unanswered.discard(task.name)
        if self._is_news(task):
            self._note(task)
        return True

    @contextmanager
    def _turn(self, task: Task) -> Iterator[Turn | None]:
        """Inside, the task runs at no other node; None where it does."""
        if task.local:
            yield Turn(None)
            return
        with turn(self.instance.private, f"task:{task.name}") as mine:
            if mine is not None:
                self._turns[task.name] = mine
            try:
                yield mine
            finally:
                self._turns.pop(task.name, None)

    def _is_news(self, task: Task) -> bool:
        """Whether it is to be noted that a run has ended well: what is done often is not, always.

        That would be a write for each of many saves.
        """
        if run_name(self.instance, task) in self._failing:
            return True
        now, last = time.monotonic(), self._noted.get(task.name)
        if task.follows and last is not None and now - last < OFTEN.total_seconds():
            return False
        self._noted[task.name] = now
        return task.every is None or task.every > OFTEN

    def _tell(self, task: Task, error: Exception) -> None:
        fault = uuid4().hex[:8]
        if isinstance(error, TaskEnded):
            last = self._rests.get(task.name)
            pause = min(2 * last.seconds, _LONGEST_REST.total_seconds()) if last else self._rest
            self._rests[task.name] = _Rest(time.monotonic() + pause, pause)
            words = "the task %s was ended (%s): it worked for longer than %s, or its worker died;"
            words += " it is tried again in %.0f s"
            _log.error(words, task.name, fault, task.limit, pause)
            self._note(task, f"{fault} ended, at the latest after {task.limit}")
            return
        kind = error.kind if isinstance(error, TaskFailed) else type(error).__name__
        words = "the task %s failed (%s), it will be run again: %s"
        if isinstance(error, TaskFailed):
            _log.error(words + "%s", task.name, fault, error, error.trace and f"\n{error.trace}")
        else:
            # What a WikiError says is all that there is to it.
            unknown = not isinstance(error, WikiError)
            _log.error(words, task.name, fault, error, exc_info=unknown)
        self._note(task, f"{fault} {kind}: {error}")

    def _note(self, task: Task, error: str = "") -> None:
        """Has all know that a run has ended, well or with ``error``; never raises."""
        name = run_name(self.instance, task)
        try:
            end(self.instance.private, name, " ".join(error.split()))
            (self._failing.add if error else self._failing.discard)(name)
        except RowsUnreachable:  # that is said once, by the store
            self._noted.pop(task.name, None)
        except Exception:
            _log.exception("could not note how the task %s ended", name)


def run(
    instance: Instance,
    asked: EndAsked,
    at_work: Callable[[Task], AbstractContextManager[object]] = nullcontext,
) -> None:
    """The process of tasks: works until the end is asked for; one in a folder, others wait.

    ``instance`` is closed (``Workers``). Each task runs inside ``at_work(task)``.
    """
    workers = Workers(instance, tasks_of)
    try:
        with only_one(instance.settings, asked) as heartbeat:
            if heartbeat is None:
                return
            try:
                runner = Runner(instance, partial(_run_in, at_work, workers))
                _consume(queue_of(instance.settings), runner, workers, heartbeat, asked)
            finally:
                close_instance(instance)
    finally:
        workers.end(0)


def _run_in(
    at_work: Callable[[Task], AbstractContextManager[object]], workers: Workers, task: Task
) -> None:
    with at_work(task):
        workers.run(task)


def run_due(
    instance: Instance,
    *,
    everything: bool = False,
    run: Callable[[Task], object] | None = None,
) -> dict[str, bool]:
    """Runs the tasks that are due, or all that run by themselves, one after the other.

    Here, or where ``run`` does. Returns whether each ended well. For who has no process of tasks,
    or does not want to wait.
    """
    runner = Runner(instance, run)
    named = [name for name, task in runner.tasks.items() if task.every is not None]
    return {name: runner.run(name) for name in (named if everything else list(runner.due()))}


def _consume(
    queue: Queue, runner: Runner, workers: Workers, heartbeat: int, asked: EndAsked
) -> None:
    from huey import crontab
    from huey.consumer import Consumer

    def tick() -> None:
        os.utime(heartbeat)
        queue.look_again()
        for name in runner.due():
            queue.put(name)

    class Ours(Consumer):  # type: ignore[misc]
        """Signals are ``asked``'s."""

        def _set_signal_handlers(self) -> None:
            pass

    queue.work = runner.run
    queue.huey.periodic_task(crontab(minute="*"), name="tick")(tick)
    consumer = Ours(
        queue.huey,
        workers=_THREADS,
        initial_delay=0.05,
        max_delay=_IDLE,
        shutdown_timeout=_GRACE,
    )
    lanes = lanes_of(runner.tasks.values(), runner.instance.repository.head)
    shared = shared_queue_of(runner.instance.in_force.given)
    if shared is not None:
        Thread(target=shared.listen, args=(queue.put, runner.stopped), daemon=True).start()
    consumer.start()
    try:
        with watching(lanes, runner.run, runner.stopped, _FOLLOW_AFTER):
            while not asked.wait(_HEALTH) and not workers.lost:
                consumer.check_worker_health()
                workers.retire()
                for name in runner.lost():
                    workers.abort(name)
                for name in runner.put_off():
                    queue.put(name)
            runner.stopped.set()
            # What is still at work after that is killed: its rows say what is left.
            workers.end(_GRACE)
    finally:
        runner.stopped.set()
        consumer.stop(graceful=True)
